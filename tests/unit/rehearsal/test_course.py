"""A rehearsed job goes through its states by the clock, in the dialect of its place."""

import openai
import pytest

from voicetune.rehearsal.course import CHECKING, LEARNING, WAITING, Course
from voicetune.rehearsal.dialect import AZURE, NEBIUS, OPENAI
from voicetune.rehearsal.place import START, ScriptedPlace
from voicetune.rehearsal.serving import serving


class Clock:
    now = float(START)

    def __call__(self):
        return self.now


@pytest.fixture
def rehearse():
    """Starts a job with 2 epochs; gives the SDK's client, the clock, the place."""
    running = []

    def rehearse(dialect, method="supervised"):
        place, clock = ScriptedPlace("key", dialect), Clock()
        Course(place, clock)
        manager = serving(place)
        manager.__enter__()
        running.append(manager)
        client = openai.OpenAI(api_key="key", base_url=place.base_url)
        content = b"\xef\xbb\xbf" + b'{"messages": []}\n' * 40
        file = client.files.create(file=("a.jsonl", content), purpose="fine-tune")
        client.files.retrieve(file.id)
        hyperparameters = {"n_epochs": 2}
        client.fine_tuning.jobs.create(
            model="m",
            training_file=file.id,
            hyperparameters=hyperparameters,
            method={"type": method, method: {"hyperparameters": hyperparameters}},
        )
        return client, clock, place

    yield rehearse
    for manager in running:
        manager.__exit__(None, None, None)


def look(client, clock, seconds=0.0):
    clock.now += seconds
    return client.fine_tuning.jobs.retrieve("ftjob-1")


def test_a_job_is_checked_waits_learns_and_ends(rehearse):
    client, clock, place = rehearse(OPENAI)
    assert look(client, clock).status == "validating_files"
    assert look(client, clock, CHECKING).status == "queued"
    assert look(client, clock, WAITING).status == "running"
    assert look(client, clock, LEARNING / 2).status == "running"
    half = len([e for e in place.events["ftjob-1"] if e["type"] == "metrics"])
    assert half == 12
    done = look(client, clock, LEARNING / 2)
    assert done.status == "succeeded"
    assert done.trained_tokens
    assert [c.step_number for c in client.fine_tuning.jobs.checkpoints.list("ftjob-1")] == [24, 12]
    assert client.files.content(done.result_files[0]).content.startswith(b"c3RlcCx0")
    assert "Rehearsal" in place.events["ftjob-1"][0]["message"]


def test_a_paused_job_stands_still_and_a_cancelled_one_ends(rehearse):
    client, clock, _ = rehearse(OPENAI)
    look(client, clock)
    look(client, clock, CHECKING + WAITING + LEARNING / 2)
    client.fine_tuning.jobs.pause("ftjob-1")
    assert look(client, clock, 1000).status == "paused"
    client.fine_tuning.jobs.resume("ftjob-1")
    assert look(client, clock, 1).status == "running"
    client.fine_tuning.jobs.cancel("ftjob-1")
    assert look(client, clock, 1000).status == "cancelled"


def test_nebius_reports_by_checkpoints_only(rehearse):
    client, clock, place = rehearse(NEBIUS)
    look(client, clock)
    done = look(client, clock, CHECKING + WAITING + LEARNING)
    assert (done.status, done.fine_tuned_model) == ("succeeded", None)
    assert {event["type"] for event in place.events["ftjob-1"]} == {"message"}
    losses = [c["metrics"]["train_loss"] for c in place.checkpoints["ftjob-1"]]
    assert losses == sorted(losses)


def test_azure_names_its_model_its_own_way(rehearse):
    client, clock, _ = rehearse(AZURE)
    look(client, clock)
    done = look(client, clock, CHECKING + WAITING + LEARNING)
    assert done.fine_tuned_model == "m.ft-abc"


def test_a_job_on_preference_pairs_begins_where_a_model_leans_neither_way(rehearse):
    client, clock, place = rehearse(OPENAI, "dpo")
    for seconds in (0, CHECKING, WAITING, LEARNING):
        look(client, clock, seconds)
    figures = [e["data"] for e in place.events["ftjob-1"] if e["type"] == "metrics"]
    assert len(figures) == 24
    assert 0.65 < figures[0]["train_loss"] < 0.6932
    assert figures[-1]["train_loss"] < figures[-1]["full_valid_loss"] < 0.6
    assert "train_mean_token_accuracy" not in figures[-1]
