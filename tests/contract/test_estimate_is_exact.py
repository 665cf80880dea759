"""The estimate on this computer is no guess: its tokens are those that the engine bills."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.contract.running_engine import RunningEngine, eventually
from tests.contract.test_engine_training import COMMAND
from tests.unit.engine.tiny import make_model
from voicetune.cost.estimate import estimate_examples
from voicetune.cost.model_tokenizer import ModelTokenizer
from voicetune.cost.pairs import measure_pairs
from voicetune.examples.example import REJECTED, Example
from voicetune.examples.preferences import pair_in
from voicetune.examples.writing import to_jsonl
from voicetune.providers.client import Place
from voicetune.providers.engine_state import local_models
from voicetune.providers.profiles import load_profiles
from voicetune.runs.launch import Settings, launch, prepare
from voicetune.runs.watch import points_of, poll_run
from voicetune.training.status import is_final
from voicetune.workspace.database import open_workspace
from voicetune.workspace.datasets import create_dataset
from voicetune.workspace.examples import add_examples

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


def test_a_run_on_preference_pairs_bills_both_answers_and_reports_its_rewards(
    engine: RunningEngine,
) -> None:
    place = Place(load_profiles()["local"], engine.url, engine.token)
    model = local_models(place)[0]
    rejected = {REJECTED: [{"role": "assistant", "content": "As an AI, no. " * 200}]}
    pairs = [replace(example, extra=rejected) for example in EXAMPLES]
    kept_apart = [replace(pair, split="validation") for pair in pairs[:2]]
    ws = open_workspace()
    dataset = create_dataset(ws, "Ferns")
    add_examples(ws, dataset, [*pairs, *kept_apart, EXAMPLES[0]], "Add")
    prepared = prepare(ws, dataset, place, model.id, Settings(n_epochs=2, method="dpo"), "pairs")
    launched = launch(ws, prepared, place)

    def over() -> bool:
        return is_final(poll_run(ws, launched, place).status)

    eventually(over)
    run = poll_run(ws, launched, place)
    assert run.status == "succeeded"
    measure = ModelTokenizer(model.folder).lengths
    known = [pair for example in pairs if (pair := pair_in(example))]
    measured = measure_pairs(known, measure=measure, limit=model.context)
    assert run.trained_tokens == 2 * sum(length.tokens for length in measured)
    assert run.hyperparameters["beta"] == 0.1
    first, *_, last = points_of(ws, run)
    assert first.train_loss == pytest.approx(0.6931, abs=1e-3)
    assert (last.epoch, last.validation_margin is None) == (2, False)
    assert 0 <= (last.validation_reward_accuracy or 0) <= 1
    ws.close()
