"""A run's whole life against the local engine over real HTTP, with a scripted trainer."""

import threading

import pytest

from tests.contract.running_engine import RunningEngine, eventually
from voicetune.compare.streams import merge
from voicetune.examples.example import Example
from voicetune.providers.client import Place
from voicetune.providers.profiles import load_profiles
from voicetune.runs.answers import AnswerStream
from voicetune.runs.control import cancel, delete, pause, resume
from voicetune.runs.launch import Settings, launch, prepare
from voicetune.runs.poller import Poller
from voicetune.runs.watch import points_of, poll_run, save_samples
from voicetune.training.status import is_final
from voicetune.workspace.datasets import create_dataset
from voicetune.workspace.examples import add_examples
from voicetune.workspace.reports import list_checkpoints, list_events, list_samples
from voicetune.workspace.runs import get_run, list_runs, update_run

LONG = {"steps": 1000, "step_seconds": 0.05}


@pytest.fixture
def prepare_run(ws):
    dataset = create_dataset(ws, "Ferns")
    turns = [("user", "Question {}? 🌿"), ("assistant", "Try this: water {} times.")]
    add_examples(
        ws,
        dataset,
        [
            Example(
                [{"role": role, "content": text.format(n)} for role, text in turns],
                split="validation" if n > 11 else "training",
            )
            for n in range(14)
        ],
        "Add",
    )

    def prepared(engine, key="k", **settings):
        return prepare(ws, dataset, at(engine), "voicetune-starter", Settings(**settings), key)

    return prepared


def at(engine: RunningEngine) -> Place:
    return Place(load_profiles()["local"], engine.url, engine.token)


def finished(ws, run, engine):
    def look():
        now = poll_run(ws, run, at(engine))
        return now if is_final(now.status) else None

    return eventually(look)


def test_a_run_goes_from_the_confirmed_examples_to_a_model_that_answers(
    ws, prepare_run, engine: RunningEngine
):
    prepared = prepare_run(engine, suffix="ferns", seed=11)
    run = finished(ws, launch(ws, prepared, at(engine)), engine)

    assert run.status == "succeeded"
    assert run.fine_tuned_model.startswith("ft:voicetune-starter:local:ferns:")
    assert run.trained_tokens == 1000
    assert run.hyperparameters == {
        "n_epochs": 2,
        "batch_size": 1,
        "learning_rate_multiplier": 1.5,
    }
    points = points_of(ws, run)
    assert [(p.step, p.epoch, p.train_loss) for p in points] == [
        (1, 0.5, 4.0),
        (2, 1.0, 2.0),
        (3, 1.5, pytest.approx(4 / 3)),
        (4, 2.0, 1.0),
    ]
    assert points[3].full_valid_loss == 1.5
    assert list_events(ws, run.id)[-1].message == "The job has successfully completed"
    assert [c.step_number for c in list_checkpoints(ws, run.id) if c.available] == [2, 4]

    assert save_samples(ws, run, at(engine)) == 3
    assert [(s.epoch, s.answer.strip()) for s in list_samples(ws, run.id)] == [
        (0, "base: Question 12? 🌿"),
        (1, "tuned: Question 12? 🌿"),
        (2, "tuned: Question 12? 🌿"),
    ]


def test_a_deleted_run_takes_its_models_with_it(ws, prepare_run, engine: RunningEngine):
    run = finished(ws, launch(ws, prepare_run(engine, key="to delete"), at(engine)), engine)
    assert run.fine_tuned_model in {model.id for model in engine.sdk.models.list()}
    delete(ws, run, at(engine))
    left = {model.id for model in engine.sdk.models.list()}
    assert not {model for model in left if model.startswith(run.fine_tuned_model)}
    assert list_runs(ws) == []


def test_a_launch_whose_reply_was_lost_finds_its_job_at_the_engine(
    ws, prepare_run, engine: RunningEngine
):
    first = launch(ws, prepare_run(engine, "lost"), at(engine))
    update_run(ws, first.id, status="creating", job_id=None)
    assert launch(ws, first, at(engine)).job_id == first.job_id


def test_a_run_is_paused_goes_on_and_is_cancelled(ws, prepare_run, fresh_engine: RunningEngine):
    fresh_engine.play(**LONG)
    run = launch(ws, prepare_run(fresh_engine), at(fresh_engine))
    fresh_engine.wait_for(run.job_id, "running")
    pause(ws, run, at(fresh_engine))
    fresh_engine.wait_for(run.job_id, "paused")
    assert poll_run(ws, run, at(fresh_engine)).status == "paused"
    resume(ws, run, at(fresh_engine))
    fresh_engine.wait_for(run.job_id, "running")
    assert cancel(ws, run, at(fresh_engine)).status == "cancelled"
    assert get_run(ws, run.id).status == "cancelled"


def test_the_poller_sees_a_run_through_an_engine_that_is_killed_and_started_again(
    ws, prepare_run, fresh_engine: RunningEngine
):
    fresh_engine.play(steps=60, step_seconds=0.03, epoch_every=10)
    run = prepare_run(fresh_engine)
    poller = Poller(ws, lambda run: at(fresh_engine))
    poller.start()
    try:
        eventually(lambda: get_run(ws, run.id).status == "running")
        fresh_engine.kill()
        fresh_engine.start()
        poller.wake()
        eventually(lambda: get_run(ws, run.id).status == "succeeded")
    finally:
        poller.stop()
    assert [point.step for point in points_of(ws, run)] == list(range(1, 61))
    assert get_run(ws, run.id).message == ""


def test_base_and_tuned_answer_side_by_side_and_stop_together(
    ws, prepare_run, engine: RunningEngine
):
    """The base's answer waits for the tuned one's: one after the other would never end."""
    run = finished(ws, launch(ws, prepare_run(engine, "side"), at(engine)), engine)

    def ask(model, text):
        return lambda: AnswerStream(at(engine), model, [{"role": "user", "content": text}])

    with merge(
        {
            "base": ask("voicetune-starter", "wait"),
            "tuned": ask(run.fine_tuned_model, "go on"),
        }
    ) as both:
        list(both)
        assert both.answers["tuned"].text.strip() == "tuned: go on"
        assert both.answers["base"].state == "done"
        assert both.answers["base"].completion_tokens is not None

    with merge({"base": ask("voicetune-starter", "for ever")}) as endless:
        for _, chunk in endless:
            if chunk.text:
                break
    assert endless.answers["base"].state == "stopped"
    assert endless.answers["base"].text.startswith("on ")
    eventually(lambda: (engine.home / "cancelled").exists())
    eventually(lambda: not [t for t in threading.enumerate() if t.name.startswith("answer ")])
