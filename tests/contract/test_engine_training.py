"""The real engine: a tiny random Llama is trained and answers, over HTTP and the real SDK."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import zip_longest
from pathlib import Path
from typing import Any

import openai
import pytest

from tests.contract.running_engine import RunningEngine, eventually, is_running
from tests.contract.test_engine_crashes import children_of
from tests.full_disk import full_disk
from tests.unit.engine.test_preference_job import write_pairs
from tests.unit.engine.tiny import make_model, write_examples
from voicetune.engine.server import GENERATOR

pytestmark = pytest.mark.training

COMMAND = [GENERATOR[0], "-m", "voicetune.engine"]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningEngine]:
    folder = tmp_path_factory.mktemp("engine")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OMP_NUM_THREADS", "1")
        running = RunningEngine(folder, COMMAND, make_model(folder / "starter")).start()
        yield running
        running.stop()


@pytest.fixture(scope="module")
def undisturbed(engine: RunningEngine, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A job of twelve epochs that nothing came between."""
    folder = tmp_path_factory.mktemp("undisturbed")
    return engine.wait_for(train(engine, folder, epochs=12), "succeeded")


def train(engine: RunningEngine, tmp_path: Path, *, epochs: int, seed: int = 5) -> str:
    training = write_examples(tmp_path / "training.jsonl", 12)
    validation = write_examples(tmp_path / "validation.jsonl", 2)
    return engine.job(
        training_file=engine.upload(training.read_bytes()),
        validation_file=engine.upload(validation.read_bytes()),
        seed=seed,
        suffix="fern",
        method={
            "type": "supervised",
            "supervised": {"hyperparameters": {"n_epochs": epochs, "batch_size": 4}},
        },
    )


def trainer_of(engine: RunningEngine) -> int | None:
    """Returns the process that trains."""
    return next(
        (
            pid
            for pid in children_of(engine.process.pid)
            if "voicetune.engine.trainer" in Path(f"/proc/{pid}/cmdline").read_text()
        ),
        None,
    )


def losses(engine: RunningEngine, job_id: str) -> dict[int, float]:
    """Returns the training loss of every step, the later where a step was taken twice."""
    events = engine.events(job_id)
    return {e.data["step"]: e.data["train_loss"] for e in events if e.type == "metrics"}


def test_a_person_s_examples_become_a_model_that_answers(engine: RunningEngine, tmp_path: Path):
    job = engine.wait_for(train(engine, tmp_path, epochs=4), "succeeded")
    figures = [event.data for event in engine.events(job.id) if event.type == "metrics"]
    assert len(figures) == 12
    assert figures[-1]["train_loss"] < figures[0]["train_loss"]
    assert sum("full_valid_loss" in each for each in figures) == 4
    assert job.trained_tokens > 0
    checkpoints = engine.sdk.fine_tuning.jobs.checkpoints.list(job.id).data
    assert [checkpoint.step_number for checkpoint in checkpoints] == [12, 9, 6]
    rows = engine.sdk.files.content(job.result_files[0]).text.splitlines()
    assert len(rows) == 13

    names = ["voicetune-starter", job.fine_tuned_model, checkpoints[-1].fine_tuned_model_checkpoint]
    question = [{"role": "user", "content": "How do I water a fern?"}]
    options = {"messages": question, "temperature": 0, "max_tokens": 12}
    alone = {}
    for name in names:
        completion = engine.sdk.chat.completions.create(model=name, **options)
        assert completion.usage.completion_tokens > 0
        alone[name] = completion.choices[0].message.content
    assert alone[names[0]] != alone[names[1]]

    streams = [
        iter(engine.sdk.chat.completions.create(model=name, stream=True, **options))
        for name in names
    ]
    # Each stream is read one chunk at a time in turn: none may wait for another's end.
    together = ["", "", ""]
    for chunks in zip_longest(*streams):
        for position, chunk in enumerate(chunks):
            together[position] += (chunk and chunk.choices[0].delta.content) or ""
    assert together[0] == alone[names[0]]


def test_sixteen_streams_at_once_say_what_each_says_alone_while_a_job_trains(
    engine: RunningEngine, undisturbed: Any, tmp_path: Path
):
    sdk, tuned = engine.sdk, undisturbed.fine_tuned_model

    def ask(number: int) -> tuple[str, str]:
        words, end = "", ""
        for chunk in sdk.chat.completions.create(
            model=(tuned, "voicetune-starter")[number % 2],
            messages=[{"role": "user", "content": f"{'Well, ' * number}how is fern {number}?"}],
            temperature=0,
            max_tokens=20,
            stream=True,
        ):
            words += chunk.choices[0].delta.content or ""
            end = chunk.choices[0].finish_reason or end
        return words, end

    alone = [ask(number) for number in range(16)]
    assert len(set(alone)) > 8
    job_id = train(engine, tmp_path, epochs=50)
    eventually(lambda: losses(engine, job_id))
    with ThreadPoolExecutor(16) as pool:
        assert list(pool.map(ask, range(16))) == alone
    with suppress(openai.BadRequestError):  # it may be over by now
        sdk.fine_tuning.jobs.cancel(job_id)


def test_a_trainer_with_a_full_disk_goes_on_to_the_same_losses(
    engine: RunningEngine, undisturbed: Any, tmp_path: Path
):
    job_id = train(engine, tmp_path, epochs=12)
    trainer = eventually(lambda: trainer_of(engine) if losses(engine, job_id) else None)
    with full_disk(trainer):
        job = engine.wait_for(job_id, "paused")
    assert job.error.code == "disk_full"
    kept = {each.step_number for each in engine.sdk.fine_tuning.jobs.checkpoints.list(job_id).data}
    folder = engine.home / "jobs" / job_id
    assert {f"checkpoint-{step}" for step in kept} <= {path.name for path in folder.iterdir()}
    assert not list(folder.glob("*.new"))
    engine.sdk.fine_tuning.jobs.resume(job_id)
    engine.wait_for(job_id, "succeeded")
    assert losses(engine, job_id) == pytest.approx(losses(engine, undisturbed.id))


def test_a_killed_engine_goes_on_to_the_same_losses(
    engine: RunningEngine, undisturbed: Any, tmp_path: Path
):
    disturbed = train(engine, tmp_path, epochs=12)
    eventually(lambda: engine.sdk.fine_tuning.jobs.checkpoints.list(disturbed).data)
    children = children_of(engine.process.pid)
    engine.kill()
    engine.start()
    engine.wait_for(disturbed, "succeeded")
    assert not any(is_running(child) for child in children)
    messages = engine.messages(disturbed)
    assert any(m.startswith("The engine stopped while this job was running") for m in messages)
    assert any(m.startswith("Training goes on after step") for m in messages)
    told, expected = losses(engine, disturbed), losses(engine, undisturbed.id)
    # A step whose figures were on their way to the engine as it was killed is not told again.
    assert max(told) == max(expected)
    assert told == pytest.approx({step: expected[step] for step in told})


def test_cancelling_real_training_leaves_no_process(engine: RunningEngine, tmp_path: Path):
    job_id = train(engine, tmp_path, epochs=50)
    eventually(lambda: losses(engine, job_id))
    trainer = trainer_of(engine)
    job = engine.sdk.with_options(timeout=2).fine_tuning.jobs.cancel(job_id)
    assert job.status == "cancelled"
    assert trainer
    assert not is_running(trainer)


def test_a_real_pause_keeps_what_was_learned(engine: RunningEngine, tmp_path: Path):
    job_id = train(engine, tmp_path, epochs=50)
    eventually(lambda: losses(engine, job_id))
    engine.sdk.fine_tuning.jobs.pause(job_id)
    engine.wait_for(job_id, "paused")
    reached = max(losses(engine, job_id))
    engine.sdk.fine_tuning.jobs.resume(job_id)
    resumed = f"Training goes on after step {reached} of 150"
    eventually(lambda: resumed in engine.messages(job_id))
    engine.sdk.fine_tuning.jobs.cancel(job_id)


def test_preferences_are_learned_on_top_of_a_tuned_model(engine: RunningEngine, tmp_path: Path):
    tuned = engine.wait_for(train(engine, tmp_path, epochs=1), "succeeded").fine_tuned_model
    pairs = engine.upload(write_pairs(tmp_path / "pairs.jsonl", 12).read_bytes())
    method = {"type": "dpo", "dpo": {"hyperparameters": {"n_epochs": 2, "beta": 0.2}}}
    job = engine.wait_for(engine.job(training_file=pairs, model=tuned, method=method), "succeeded")
    assert job.method.type == "dpo"
    assert job.method.dpo.hyperparameters.beta == 0.2
    assert job.method.dpo.hyperparameters.n_epochs == 2
    figures = [event.data for event in engine.events(job.id) if event.type == "metrics"]
    assert figures[0]["train_loss"] == pytest.approx(0.6931, abs=1e-3)
    assert {"train_reward_margin", "train_reward_accuracy"} <= figures[-1].keys()
    header = engine.sdk.files.content(job.result_files[0]).text.splitlines()[0]
    assert "train_reward_margin" in header
    answer = engine.sdk.chat.completions.create(
        model=job.fine_tuned_model, messages=[{"role": "user", "content": "Hm?"}], max_tokens=4
    )
    assert answer.usage.completion_tokens > 0


def test_a_preference_job_refuses_a_file_of_plain_examples(engine: RunningEngine, tmp_path: Path):
    file = engine.upload(write_examples(tmp_path / "training.jsonl", 12).read_bytes())
    job = engine.wait_for(engine.job(training_file=file, method={"type": "dpo"}), "failed")
    assert job.error.code == "invalid_training_file"
    assert "Line 1: This is not a preference pair" in job.error.message
