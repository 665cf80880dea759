"""The estimate on this computer is no guess: its tokens are those that the engine bills."""

from collections.abc import Iterator

import pytest

from tests.contract.running_engine import RunningEngine
from tests.contract.test_engine_training import COMMAND
from tests.unit.engine.tiny import make_model
from voicetune.cost.estimate import estimate_examples
from voicetune.cost.model_tokenizer import ModelTokenizer
from voicetune.examples.example import Example
from voicetune.examples.writing import to_jsonl
from voicetune.providers.client import Place
from voicetune.providers.engine_state import local_models
from voicetune.providers.profiles import load_profiles

pytestmark = pytest.mark.training


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningEngine]:
    folder = tmp_path_factory.mktemp("engine")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OMP_NUM_THREADS", "1")
        running = RunningEngine(folder, COMMAND, make_model(folder / "starter")).start()
        yield running
        running.stop()


def talk(question: str, *answers: str, system: str = "") -> Example:
    messages = [{"role": "system", "content": system}] if system else []
    for answer in answers:
        messages += [
            {"role": "user", "content": question},
            {"role": "assistant", "content": answer},
        ]
    return Example(messages)


EXAMPLES = [
    talk("How do I water a fern?", "Little, and often."),
    talk("And a cactus? 🌵", "Hardly. Żółta róża, naturalnie.\n\nThen wait.", system="Be brief."),
    talk("慢慢来?", "慢慢来。", "مرحبا", system="Be brief."),
    talk("Tell me everything.", "Water, light, earth and time. " * 400),
    *[talk(f"Question {number}?", f"Answer {number}.") for number in range(8)],
]


@pytest.mark.parametrize("epochs", [1, 3])
def test_the_estimated_tokens_are_the_billed_ones(engine: RunningEngine, epochs: int) -> None:
    """Among the examples: several turns, other scripts, and one cut at the model's limit."""
    model = local_models(Place(load_profiles()["local"], engine.url, engine.token))[0]
    tokenizer = ModelTokenizer(model.folder)
    assert max(tokenizer.count_examples(EXAMPLES)) > model.context
    bill = estimate_examples(
        EXAMPLES,
        EXAMPLES[:2],
        epochs=epochs,
        prices=None,
        measure=tokenizer.lengths,
        limit=model.context,
    )
    job = engine.job(
        training_file=engine.upload(to_jsonl(EXAMPLES)),
        validation_file=engine.upload(to_jsonl(EXAMPLES[:2])),
        seed=5,
        method={
            "type": "supervised",
            "supervised": {"hyperparameters": {"n_epochs": epochs, "batch_size": 4}},
        },
    )
    assert engine.wait_for(job, "succeeded").trained_tokens == bill.billed_tokens
