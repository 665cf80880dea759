"""Jobs that end at their best epoch: a tiny model, with validation losses that are scripted."""

from pathlib import Path

import pytest
from transformers import TrainerState

from tests.unit.engine.test_training_job import (  # noqa: F401
    float32,
    heard,
    make_job,
    model,
    trained_weights,
)
from voicetune.engine.early_stopping import EarlyStopping
from voicetune.engine.sft import Score, VoiceTrainer

pytestmark = pytest.mark.training

LOSSES = [3.0, 2.0, 2.5, 2.25, 1.0, 1.0]
"""After two epochs without a lower loss than that of the second, training is to end."""


@pytest.fixture(autouse=True)
def losses(monkeypatch):
    """Gives the epochs, of one step each, their validation losses."""
    given = list(LOSSES)

    def score(trainer, rows):
        return Score(nats=given[trainer.state.global_step - 1], tokens=1)

    monkeypatch.setattr(VoiceTrainer, "score", score)
    return given


@pytest.fixture
def early_job(make_job):  # noqa: F811
    def make(**changes):
        usual = {"training": 4, "validation": 2, "n_epochs": len(LOSSES), "early_stopping": True}
        return make_job(**{**usual, **changes})

    return make


def handed_over(listener):
    (finished,) = listener.of("finished")
    return Path(finished["folder"]).name, [e["step"] for e in listener.of("checkpoint")]


def last_words(listener):
    return [e["message"] for e in listener.of("message")[1:]]


def test_training_ends_when_the_loss_no_longer_falls_and_hands_the_best_epoch_over(early_job):
    listener = heard(early_job())
    assert handed_over(listener) == ("checkpoint-2", [1, 2, 3, 4])
    assert last_words(listener) == [
        "Training stopped early, after epoch 4 of 6: the validation loss had not become lower for "
        "2 epochs.",
        "Epoch 2 was the best: its validation loss, 2.00, was the lowest. The tuned model is the "
        "one of that epoch.",
    ]
    whole = heard(early_job(early_stopping=False, out=Path(early_job().out) / "whole"))
    tokens = [each.of("finished")[0]["trained_tokens"] for each in (listener, whole)]
    assert tokens[0] / 4 == tokens[1] / 6


def test_without_the_choice_the_last_epoch_is_handed_over(early_job):
    listener = heard(early_job(early_stopping=False))
    assert handed_over(listener) == ("checkpoint-6", [1, 2, 3, 4, 5, 6])
    assert last_words(listener) == []


def test_a_loss_that_falls_to_the_end_stops_nothing(early_job, losses):
    losses[:] = [3.0, 2.5, 2.0, 1.75, 1.5, 1.25]
    listener = heard(early_job())
    assert handed_over(listener) == ("checkpoint-6", [1, 2, 3, 4, 5, 6])
    assert last_words(listener) == [
        "Epoch 6, the last one, was the best: its validation loss, 1.25, was the lowest."
    ]


def test_the_best_epoch_is_handed_over_even_where_nothing_was_stopped(early_job, losses):
    losses[:] = [3.0, 2.5, 2.0, 1.75, 1.5, 1.5]
    listener = heard(early_job())
    assert handed_over(listener)[0] == "checkpoint-5"
    assert last_words(listener) == [
        "Epoch 5 was the best: its validation loss, 1.50, was the lowest. The tuned model is the "
        "one of that epoch."
    ]


@pytest.mark.parametrize("step", [1, 2, 3])
def test_a_pause_keeps_what_was_best(early_job, tmp_path, step):
    job = early_job()
    assert heard(job, pause_after=step).events[-1] == {"event": "paused", "step": step}
    after = heard(early_job(resume=True))
    assert handed_over(after) == ("checkpoint-2", [1, 2, 3, 4])
    straight = heard(early_job(out=tmp_path / "straight"))
    assert last_words(straight) == [e["message"] for e in after.of("message")]
    saved, expected = (
        trained_weights(out / "checkpoint-2") for out in (job.out, tmp_path / "straight")
    )
    assert all((saved[name] == expected[name]).all() for name in expected)


def test_a_job_killed_after_its_last_step_learns_nothing_more(early_job):
    heard(early_job())
    again = heard(early_job(resume=True))
    assert [e["step"] for e in again.of("metrics")] == [1, 2, 3, 4]
    assert handed_over(again) == ("checkpoint-2", [1, 2, 3, 4])


def test_a_pause_that_comes_with_the_last_step_is_too_late(early_job):
    listener = heard(early_job(), pause_after=4)
    assert not listener.of("paused")
    assert handed_over(listener)[0] == "checkpoint-2"


def test_an_epoch_as_good_as_the_best_is_no_better():
    state = TrainerState(max_steps=12, num_train_epochs=4)
    stopping = EarlyStopping(patience=1)
    assert not stopping.over(state)
    for step, loss, over in ((3, 2.0, False), (6, 2.0, True)):
        state.global_step = step
        stopping.look(state, loss)
        assert stopping.over(state) is over
    assert stopping.words(state) == [
        "Training stopped early, after epoch 2 of 4: the validation loss had not become lower for "
        "1 epoch.",
        "Epoch 1 was the best: its validation loss, 2.00, was the lowest. The tuned model is the "
        "one of that epoch.",
    ]
