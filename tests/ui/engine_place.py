"""The local place as the pages see it: a stand-in for the engine, and a tokenizer of its own."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from tests.stand_in import KEY, START, StandIn, running_stand_in
from voicetune.home import DATA
from voicetune.providers.client import Place
from voicetune.rehearsal.dialect import OPENAI
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
def openai_stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    """A stand-in that is OpenAI for the pages, with an account that has trained there before."""
    shipped = json.loads((DATA / "providers.json").read_text("utf-8"))["providers"]
    (profile,) = [each for each in shipped if each["id"] == "openai"]
    with running_stand_in(OPENAI) as stand_in:
        stand_in.jobs["ftjob-0"] = {"id": "ftjob-0", "status": "succeeded", "created_at": START}
        own = {"providers": [{**profile, "base_url": stand_in.base_url}]}
        path = tmp_path / "own_providers.json"
        path.write_text(json.dumps(own), "utf-8")
        monkeypatch.setenv("VOICETUNE_PROVIDERS", str(path))
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        yield stand_in


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
