import dataclasses
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from tests.unit.runs.conftest import SYSTEM, Clock, example
from voicetune.providers.profiles import load_profiles
from voicetune.runs.launch import (
    NotReadyError,
    Settings,
    confirmation_key,
    launch,
    prepare,
)
from voicetune.workspace.datasets import create_dataset
from voicetune.workspace.examples import add_examples, list_examples, update_example
from voicetune.workspace.runs import (
    claim_run,
    find_run,
    get_run,
    list_runs,
    run_file,
    update_run,
)

CREATE = "POST /fine_tuning/jobs"
UPLOAD = "POST /files"
LIST = "GET /fine_tuning/jobs"
DELETE = "DELETE /files/{file_id}"


def test_a_run_freezes_the_exact_lines_of_each_side(ws, dataset, prepared):
    lines = run_file(ws, prepared.id, "training").decode().splitlines()
    assert len(lines) == 12
    assert json.loads(lines[3]) == {"messages": example(3).messages}
    assert "Żółta róża 3" in lines[3]
    assert len(run_file(ws, prepared.id, "validation").decode().splitlines()) == 2
    assert (prepared.training_examples, prepared.validation_examples) == (12, 2)


def test_a_run_freezes_settings_system_message_and_a_held_out_question(prepared):
    assert prepared.status == "prepared"
    assert prepared.system == SYSTEM
    assert prepared.question == "Question 12?"
    assert prepared.hyperparameters == {"n_epochs": 3}
    assert prepared.settings["suffix"] == "roses"
    assert prepared.seed == 5


def test_an_edit_after_the_confirmation_does_not_reach_the_run(ws, dataset, prepared):
    before = run_file(ws, prepared.id, "training")
    update_example(ws, list_examples(ws, dataset)[0].id, include=False)
    assert run_file(ws, prepared.id, "training") == before


def test_without_validation_examples_no_validation_file_is_sent(ws, place, stand_in):
    dataset = create_dataset(ws, "All for training")
    add_examples(ws, dataset, [example(n) for n in range(10)], "Add")
    run = launch(ws, prepare(ws, dataset, place, "tiny", Settings(), "k"), place)
    assert run.question == ""
    assert len(stand_in.files) == 1
    assert stand_in.jobs[run.job_id]["validation_file"] is None


def test_a_set_with_nothing_to_train_on_is_refused_in_words(ws, place):
    dataset = create_dataset(ws, "Empty")
    with pytest.raises(NotReadyError, match="None of the examples is for training"):
        prepare(ws, dataset, place, "tiny", Settings(), "k")
    assert list_runs(ws) == []


def test_a_launch_uploads_the_frozen_files_and_creates_the_job(stand_in, ws, launched):
    assert launched.job_id == "ftjob-1"
    assert launched.status == "validating_files"
    assert stand_in.contents[launched.file_id] == run_file(ws, launched.id, "training")
    assert stand_in.contents[launched.validation_file_id] == run_file(ws, launched.id, "validation")
    assert stand_in.files[launched.file_id]["purpose"] == "fine-tune"
    assert stand_in.jobs["ftjob-1"]["asked"] == {
        "model": "tiny",
        "training_file": launched.file_id,
        "validation_file": launched.validation_file_id,
        "suffix": "roses",
        "seed": 5,
        "metadata": {"voicetune_run": "k1"},
        "method": {"type": "supervised", "supervised": {"hyperparameters": {"n_epochs": 3}}},
    }


def test_recommended_settings_are_left_to_the_place(ws, dataset, place, stand_in):
    run = launch(ws, prepare(ws, dataset, place, "tiny", Settings(), "k"), place)
    asked = stand_in.jobs[run.job_id]["asked"]
    assert asked["method"]["supervised"]["hyperparameters"] == {}
    assert "seed" not in asked
    assert "suffix" not in asked


def test_early_stopping_is_asked_for_where_the_place_has_it(ws, dataset, place, stand_in):
    settings = Settings(early_stopping=True)
    supports = place.profile.supports.model_copy(update={"early_stopping": False})
    without = dataclasses.replace(
        place, profile=place.profile.model_copy(update={"supports": supports})
    )
    for key, where in (("here", place), ("without", without)):
        run = launch(ws, prepare(ws, dataset, where, "tiny", settings, key), where)
        assert run.stops_early is (where is place)
        asked = stand_in.jobs[run.job_id]["asked"]
        assert asked.get("early_stopping") == (True if where is place else None)


def test_early_stopping_is_not_asked_for_without_examples_to_go_by(ws, place, stand_in):
    dataset = create_dataset(ws, "All for training")
    add_examples(ws, dataset, [example(n) for n in range(10)], "Add")
    settings = Settings(early_stopping=True)
    run = launch(ws, prepare(ws, dataset, place, "tiny", settings, "k"), place)
    assert "early_stopping" not in stand_in.jobs[run.job_id]["asked"]


def test_launching_again_changes_nothing(ws, launched, place, stand_in):
    assert launch(ws, launched, place) == launched
    assert stand_in.count(CREATE) == 1


def test_ten_clicks_at_once_make_one_run_and_one_job(ws, dataset, place, stand_in):
    together = threading.Barrier(10)

    def click(_):
        together.wait()
        return launch(ws, prepare(ws, dataset, place, "tiny", Settings(), "same"), place)

    with ThreadPoolExecutor(10) as clicks:
        runs = list(clicks.map(click, range(10)))
    assert len({run.id for run in runs}) == 1
    assert len(stand_in.jobs) == 1
    assert len(stand_in.files) == 2
    assert find_run(ws, "same").job_id == "ftjob-1"


def test_two_tabs_confirm_with_one_key_and_the_next_dialog_gets_another(ws, dataset, place):
    settings = Settings(n_epochs=3)
    first_tab = confirmation_key(ws, dataset, place, "tiny", settings)
    second_tab = confirmation_key(ws, dataset, place, "tiny", settings)
    assert first_tab == second_tab
    prepare(ws, dataset, place, "tiny", settings, first_tab)
    assert confirmation_key(ws, dataset, place, "tiny", settings) != first_tab


@pytest.mark.parametrize(
    "other",
    [
        {"model": "small"},
        {"settings": Settings(n_epochs=4)},
        {"settings": Settings(n_epochs=3, seed=1)},
    ],
)
def test_another_choice_gets_another_key(ws, dataset, place, other):
    first = {"model": "tiny", "settings": Settings(n_epochs=3)}
    assert confirmation_key(ws, dataset, place, **first) != confirmation_key(
        ws, dataset, place, **{**first, **other}
    )


def test_a_place_that_refuses_keeps_the_run_with_the_reason_and_takes_the_files_back(
    ws, prepared, place, stand_in
):
    stand_in.fail(CREATE, 403, "training_not_available", "Closed to new organisations")
    run = launch(ws, prepared, place)
    assert run.status == "not_started"
    assert run.message
    assert stand_in.files == {}
    assert (run.file_id, run.validation_file_id, run.job_id) == (None, None, None)


def test_a_closed_account_is_told_so_and_nothing_of_it_stays_there(ws, prepared, place, stand_in):
    """As at OpenAI: the upload succeeds, and only then is the job refused."""
    stand_in.closed = True
    run = launch(ws, prepared, place)
    assert stand_in.count(UPLOAD) == 2
    assert run.status == "not_started"
    assert "no longer trains" in run.message
    assert run.message.endswith("What was uploaded for it has been deleted there.")
    assert stand_in.files == {}


def test_files_that_cannot_be_deleted_yet_are_deleted_later(ws, prepared, place, stand_in):
    clock = Clock()
    stand_in.closed = True
    stand_in.fail(DELETE, 503)
    run = launch(ws, prepared, place, clock=clock)
    assert run.status == "taking_back"
    assert "is being deleted" in run.message
    clock.forward(61)
    run = launch(ws, run, place, clock=clock)
    assert run.status == "not_started"
    assert "has been deleted" in run.message
    assert stand_in.files == {}


def test_files_that_cannot_be_deleted_at_all_are_named(ws, prepared, place, stand_in):
    stand_in.closed = True
    stand_in.fail(DELETE, 403, "forbidden", "No permission to delete")
    run = launch(ws, prepared, place)
    assert run.status == "not_started"
    (first, second) = sorted(stand_in.files)
    assert f"may still be there ({first}, {second})" in run.message
    assert "No permission to delete" in run.message


@pytest.mark.parametrize("request_", [UPLOAD, CREATE, LIST, "GET /files"])
@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_busy_place_is_tried_again_and_again(ws, prepared, place, stand_in, request_, status):
    clock = Clock()
    for _ in range(3):
        stand_in.fail(request_, status, "busy")
    run = launch(ws, prepared, place, clock=clock)
    pauses = []
    while run.job_id is None:
        pauses.append((run.try_again - clock()).total_seconds())
        assert launch(ws, run, place, clock=clock) == run  # not before its time
        clock.forward(pauses[-1])
        run = launch(ws, run, place, clock=clock)
    assert pauses in ([2, 4, 8], [2, 4])  # after a failed creation it is looked for at once
    assert len(stand_in.jobs) == 1
    assert len(stand_in.files) == 2
    assert run.message == ""


def test_a_place_says_itself_when_to_come_again(ws, prepared, place, stand_in):
    clock = Clock()
    stand_in.fail(UPLOAD, 429, "rate_limit_exceeded", retry_after=37)
    run = launch(ws, prepared, place, clock=clock)
    assert run.try_again == clock() + timedelta(seconds=37)
    assert "in 37 seconds" in run.message


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 422])
def test_a_refusal_is_not_tried_again(ws, prepared, place, stand_in, status):
    stand_in.fail(CREATE, status, "no")
    run = launch(ws, prepared, place)
    assert run.status == "not_started"
    assert stand_in.count(CREATE) == 1
    assert stand_in.files == {}


def test_an_account_without_credit_is_not_tried_again(ws, prepared, place, stand_in):
    stand_in.fail(CREATE, 429, "insufficient_quota")
    run = launch(ws, prepared, place)
    assert run.status == "not_started"
    assert "no credit left" in run.message


def test_a_place_that_stays_busy_is_given_up_and_the_files_are_taken_back(
    ws, prepared, place, stand_in
):
    clock = Clock()
    for _ in range(100):
        stand_in.fail(CREATE, 503)
    run = launch(ws, prepared, place, clock=clock)
    began = clock()
    while run.status != "not_started":
        clock.forward((run.try_again - clock()).total_seconds())
        run = launch(ws, run, place, clock=clock)
    assert clock() - began <= timedelta(minutes=10)
    assert "trouble of its own" in run.message
    assert stand_in.files == {}


def test_a_web_page_of_a_proxy_is_not_tried_again(ws, prepared, place, stand_in):
    stand_in.answer_with_page(LIST)
    run = launch(ws, prepared, place)
    assert run.status == "not_started"
    assert "A web page came back" in run.message


def test_a_file_that_the_place_cannot_read_is_taken_back_with_its_reason(
    ws, prepared, place, stand_in
):
    def spoil():
        for file in stand_in.files.values():
            file.update(status="error", status_details="Not UTF-8")

    stand_in.on("GET /files/{file_id}", spoil)
    stand_in.dialect = dataclasses.replace(stand_in.dialect, file_states=("error",))
    run = launch(ws, prepared, place)
    assert run.status == "not_started"
    assert "could not read the file it was sent: Not UTF-8" in run.message
    assert stand_in.files == {}


def test_a_run_that_did_not_start_can_be_launched_again(ws, prepared, place, stand_in):
    stand_in.fail(CREATE, 400, "bad", "No")
    launch(ws, prepared, place)
    run = launch(ws, prepared, place)
    assert run.status == "validating_files"
    assert run.message == ""
    assert stand_in.contents[run.file_id] == run_file(ws, run.id, "training")


def test_a_second_file_that_is_refused_takes_the_first_back(ws, prepared, place, stand_in):
    update_run(ws, prepared.id, file_id=None)
    stand_in.fail(UPLOAD, 400, "bad", "No")
    assert launch(ws, prepared, place).status == "not_started"
    assert stand_in.files == {}
    assert stand_in.count(CREATE) == 0


def test_a_place_that_is_not_there_keeps_the_run_with_the_reason(ws, prepared, gone):
    hosted = dataclasses.replace(gone, profile=load_profiles()["openai"])
    run = launch(ws, prepared, hosted)
    assert run.status == "not_started"
    assert "could not be reached" in run.message


def test_an_engine_that_is_only_starting_gets_the_run_a_moment_later(ws, prepared, gone, place):
    clock = Clock()
    run = launch(ws, prepared, gone, clock=clock)
    assert run.status == "prepared"
    assert "goes on by itself" in run.message
    clock.forward(2)
    assert launch(ws, run, place, clock=clock).job_id == "ftjob-1"


def test_a_wrong_key_keeps_the_run_with_the_reason_and_not_the_key(ws, prepared, place):
    run = launch(ws, prepared, dataclasses.replace(place, api_key="wrong-secret-key"))
    assert run.status == "not_started"
    assert "wrong-secret-key" not in run.message


def test_a_lost_reply_finds_the_job_that_was_created(ws, prepared, place, stand_in):
    stand_in.lose_reply(CREATE)
    run = launch(ws, prepared, place)
    assert run.job_id == "ftjob-1"
    assert run.status == "validating_files"
    assert stand_in.count(CREATE) == 1


def test_a_lost_reply_and_a_silent_place_leave_the_question_open_until_it_answers(
    ws, prepared, place, stand_in
):
    clock = Clock()
    stand_in.lose_reply(CREATE)
    stand_in.fail_after(LIST, 1, 503)
    run = launch(ws, prepared, place, clock=clock)
    assert run.status == "creating"
    assert "does not start it twice" in run.message
    assert len(stand_in.files) == 2

    clock.forward(60)
    stand_in.fail(LIST, 503)
    assert launch(ws, run, place, clock=clock).status == "creating"

    clock.forward(60)
    run = launch(ws, run, place, clock=clock)
    assert run.job_id == "ftjob-1"
    assert run.message == ""
    assert len(stand_in.jobs) == 1


def test_a_crash_before_the_job_was_created_goes_on_with_the_same_files(
    ws, prepared, place, stand_in
):
    """As after SIGKILL between upload and create: the first file is noted, the second is not."""
    launch(ws, prepared, place)
    sent = dict(stand_in.files)
    stand_in.jobs.clear()
    update_run(ws, prepared.id, status="uploading", job_id=None, validation_file_id=None)
    run = launch(ws, prepared, place)
    assert run.job_id == "ftjob-1"
    assert stand_in.files == sent
    assert stand_in.count(UPLOAD) == 2


def test_a_crash_after_the_job_was_created_finds_it(ws, prepared, place, stand_in):
    launch(ws, prepared, place)
    update_run(ws, prepared.id, status="creating", job_id=None)
    run = launch(ws, prepared, place)
    assert run.job_id == "ftjob-1"
    assert stand_in.count(CREATE) == 1
    assert stand_in.count(UPLOAD) == 2


def test_files_that_the_place_forgot_are_sent_again(ws, prepared, place, stand_in):
    launch(ws, prepared, place)
    stand_in.jobs.clear()
    stand_in.files.clear()
    update_run(ws, prepared.id, status="uploading", job_id=None)
    run = launch(ws, prepared, place)
    assert run.file_id in stand_in.files


def test_a_run_that_another_process_is_launching_is_left_to_it(ws, prepared, place, stand_in):
    assert claim_run(ws, prepared.id, "another process")
    assert launch(ws, prepared, place).status == "prepared"
    assert stand_in.requests == []


def test_a_launch_that_lost_its_claim_creates_no_job(ws, prepared, place, stand_in, monkeypatch):
    """The upload took so long that another process took the run over."""

    def take_over():
        update_run(ws, prepared.id, claimed_by="another process")

    stand_in.on(UPLOAD, take_over)
    run = launch(ws, prepared, place)
    assert stand_in.count(CREATE) == 0
    assert run.status == "uploading"


def test_a_cancelled_run_is_not_launched(ws, prepared, place, stand_in):
    update_run(ws, prepared.id, status="cancelled")
    assert launch(ws, prepared, place).status == "cancelled"
    assert stand_in.requests == []


def test_a_place_that_does_not_filter_its_jobs_is_looked_through(ws, prepared, place, stand_in):
    stand_in.honest_paging = False
    other = prepare(ws, prepared.dataset_id, place, "tiny", Settings(), "k2")
    launch(ws, other, place)
    run = launch(ws, prepared, place)
    assert get_run(ws, other.id).job_id == "ftjob-1"
    assert run.job_id == "ftjob-2"
