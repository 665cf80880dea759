"""The local place as the pages see it: a stand-in for the engine, and a tokenizer of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from tests.stand_in import KEY, StandIn, running_stand_in
from voicetune.providers.client import Place
from voicetune.ui import places

TEMPLATE = (
    "{% for m in messages %}{{ '<|im_start|>' + m['role'] + '\\n' + m['content'] "
    "+ '<|im_end|>\\n' }}{% endfor %}"
)


def model_folder(folder: Path) -> Path:
    """Writes what the app reads of a base model: its tokenizer and its chat template."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=300,
        show_progress=False,
        special_tokens=["<|im_start|>", "<|im_end|>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
    )
    tokenizer.train_from_iterator(["How do I water a fern? Little, and often."] * 4, trainer)
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    (folder / "tokenizer_config.json").write_text("{}")
    (folder / "chat_template.jinja").write_text(TEMPLATE)
    return folder


@pytest.fixture(scope="session")
def tokenizer_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return model_folder(tmp_path_factory.mktemp("base"))


@pytest.fixture
def engine(tokenizer_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    """A stand-in engine that the pages and the background connect with as "local"."""
    with running_stand_in() as stand_in:
        stand_in.models = [
            {
                "id": "voicetune-starter",
                "name": "Starter model",
                "folder": str(tokenizer_folder),
                "parameters": 12_500_000,
                "context": 1024,
                "tokens_per_second": 2000.0,
                "measured_at": 1_790_000_000,
            }
        ]
        hosted = places.place_of

        def place_of(profile_id: str, typed_key: str = "", typed_address: str = "") -> Place | None:
            profile = places.profiles()[profile_id]
            if not profile.local:
                return hosted(profile_id, typed_key, typed_address)
            return Place(profile, stand_in.base_url, KEY)

        monkeypatch.setattr(places, "place_of", place_of)
        monkeypatch.setattr(places, "local_engine_available", lambda: True)
        yield stand_in
