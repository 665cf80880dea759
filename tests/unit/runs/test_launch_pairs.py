"""Launching a run on preference pairs: only they are sent, and the model they go on from."""

import json

import pytest

from tests.unit.runs.conftest import SYSTEM, example
from voicetune.examples.example import REJECTED
from voicetune.runs.complaints import rows_named
from voicetune.runs.held_out import held_out_answers
from voicetune.runs.launch import NotReadyError, Settings, confirmation_key, launch, prepare
from voicetune.runs.watch import poll_run, save_samples
from voicetune.workspace.examples import add_examples, list_examples
from voicetune.workspace.runs import get_run, list_runs, run_file, update_run

TUNED = "ft:tiny:local::1234"


def pair(number, split="training", rejected="As an AI language model, no.", **changes):
    said = [{"role": "assistant", "content": rejected}]
    return example(number, split, extra={REJECTED: said}, **changes)


@pytest.fixture
def pairs(ws, dataset):
    rows = [pair(n) for n in range(20, 31)]
    rows += [pair(40, "validation"), pair(41, include=False), pair(42, rejected="")]
    add_examples(ws, dataset, rows, "Add pairs")
    return dataset


@pytest.fixture
def settings():
    return Settings(n_epochs=2, method="dpo", goes_on_from=TUNED, beta=0.2)


@pytest.fixture
def run(ws, pairs, place, settings):
    return launch(ws, prepare(ws, pairs, place, "tiny", settings, "pairs"), place)


def test_only_sound_included_pairs_are_frozen_in_the_format_of_pairs(ws, run):
    assert run.on_pairs
    lines = [json.loads(line) for line in run_file(ws, run.id, "training").splitlines()]
    assert (len(lines), run.training_examples, run.validation_examples) == (11, 11, 1)
    assert all(set(line) == {"input", "preferred_output", "non_preferred_output"} for line in lines)
    assert run.system == SYSTEM


def test_the_job_is_asked_for_as_dpo_on_the_tuned_model(run, stand_in):
    asked = stand_in.jobs[run.job_id]["asked"]
    assert asked["model"] == TUNED
    assert asked["method"] == {
        "type": "dpo",
        "dpo": {"hyperparameters": {"n_epochs": 2, "beta": 0.2}},
    }
    assert (run.model, run.starts_from) == ("tiny", TUNED)
    assert len(stand_in.files) == 2


def test_without_a_tuned_model_it_goes_on_from_the_base_model(ws, pairs, place, stand_in):
    run = prepare(ws, pairs, place, "tiny", Settings(method="dpo"), "base")
    assert run.starts_from == "tiny"
    launch(ws, run, place)
    [job] = stand_in.jobs.values()
    assert job["asked"]["model"] == "tiny"


def test_a_set_without_pairs_to_train_on_is_refused_in_words(ws, dataset, place):
    with pytest.raises(NotReadyError, match="None of the pairs is for training"):
        prepare(ws, dataset, place, "tiny", Settings(method="dpo"), "none")


def test_a_second_confirmation_or_a_lost_reply_makes_no_second_job(
    ws, pairs, place, settings, stand_in
):
    key = confirmation_key(ws, pairs, place, "tiny", settings)
    assert key != confirmation_key(ws, pairs, place, "tiny", Settings(n_epochs=2))
    stand_in.lose_reply("POST /fine_tuning/jobs")
    for _ in range(2):
        run = launch(ws, prepare(ws, pairs, place, "tiny", settings, key), place)
    update_run(ws, run.id, status="creating", job_id=None)
    assert launch(ws, run, place).job_id == run.job_id
    assert len(stand_in.jobs) == len(list_runs(ws)) == 1


def test_what_the_place_settles_for_beta_is_kept(ws, run, place, stand_in):
    settled = {"n_epochs": 2, "beta": 0.15}
    method = {"type": "dpo", "dpo": {"hyperparameters": settled}}
    stand_in.advance(run.job_id, "running", method=method, hyperparameters={"n_epochs": 2})
    assert poll_run(ws, run, place).hyperparameters["beta"] == 0.15


def test_the_held_out_questions_are_those_of_the_whole_set(ws, run):
    assert run.question == "Question 40?"
    assert set(held_out_answers(ws, run)) == {"Question 12?", "Question 13?", "Question 40?"}


def test_the_first_answer_is_that_of_the_model_it_goes_on_from(ws, run, place, stand_in):
    assert save_samples(ws, run, place) == 1
    assert stand_in.chats[0]["model"] == TUNED


def test_pairs_that_a_place_complains_of_are_found_in_the_set(ws, run, pairs):
    update_run(ws, run.id, status="failed", message="Line 3: no good")
    [row] = rows_named(ws, get_run(ws, run.id))
    known = {example.question: example.id for example in list_examples(ws, pairs)}
    assert (row.question, row.example_id) == ("Question 22?", known["Question 22?"])


def test_runs_on_pairs_can_be_left_out_of_the_list(ws, run, launched):
    assert [each.id for each in list_runs(ws, on_pairs=False)] == [launched.id]
