import dataclasses

import pytest

from voicetune.runs.control import ControlError, cancel, delete, pause, resume
from voicetune.runs.launch import launch
from voicetune.workspace.runs import claim_run, get_run, list_runs, update_run


def test_a_running_job_is_cancelled_at_its_place(ws, launched, place, stand_in):
    stand_in.advance(launched.job_id, "running")
    assert cancel(ws, launched, place).status == "cancelled"
    assert stand_in.jobs[launched.job_id]["status"] == "cancelled"
    assert get_run(ws, launched.id).status == "cancelled"


def test_a_job_is_paused_and_goes_on(ws, launched, place, stand_in):
    stand_in.advance(launched.job_id, "running")
    assert pause(ws, launched, place).status == "paused"
    assert resume(ws, launched, place).status == "queued"


def test_a_run_that_was_not_sent_is_cancelled_without_asking(ws, prepared, stand_in):
    assert cancel(ws, prepared, None).status == "cancelled"
    assert stand_in.requests == []


def test_a_run_that_is_called_off_on_its_way_takes_its_files_back(ws, prepared, place, stand_in):
    stand_in.fail("POST /fine_tuning/jobs", 503)
    launch(ws, prepared, place)
    assert len(stand_in.files) == 2
    assert cancel(ws, prepared, None).status == "calling_off"
    run = launch(ws, prepared, place)
    assert run.status == "cancelled"
    assert run.message == "What was uploaded for it has been deleted there."
    assert (stand_in.files, stand_in.jobs) == ({}, {})


def test_a_job_that_turns_out_to_exist_is_cancelled_with_its_run(ws, prepared, place, stand_in):
    launch(ws, prepared, place)
    update_run(ws, prepared.id, status="creating", job_id=None)
    assert cancel(ws, prepared, None).status == "calling_off"
    assert launch(ws, prepared, place).status == "cancelled"
    assert stand_in.jobs["ftjob-1"]["status"] == "cancelled"


def test_a_run_that_is_just_being_launched_is_not_called_cancelled(ws, prepared, place):
    claim_run(ws, prepared.id, "another process")
    with pytest.raises(ControlError, match="in a moment"):
        cancel(ws, prepared, place)


def test_a_run_that_got_its_job_meanwhile_is_cancelled_there(ws, prepared, launched, place):
    assert cancel(ws, prepared, place).status == "cancelled"


def test_a_job_that_ended_meanwhile_is_shown_as_it_ended(ws, launched, place, stand_in):
    stand_in.finish(launched.job_id)
    run = cancel(ws, launched, place)
    assert run.status == "succeeded"
    assert run.fine_tuned_model == "ft:tiny:here::abc"


def test_a_refusal_is_said_in_words_and_changes_nothing(ws, launched, place, stand_in):
    stand_in.advance(launched.job_id, "running")
    stand_in.fail("POST /fine_tuning/jobs/{job_id}/pause", 400, "no", "Not supported")
    with pytest.raises(ControlError):
        pause(ws, launched, place)
    assert get_run(ws, launched.id).status == "validating_files"


def test_a_place_that_is_away_is_said_in_words(ws, launched, gone):
    with pytest.raises(ControlError):
        cancel(ws, launched, gone)
    assert get_run(ws, launched.id).status == "validating_files"


def test_a_place_that_is_not_connected_is_said_in_words(ws, launched):
    with pytest.raises(ControlError, match="not connected"):
        cancel(ws, launched, None)


def test_no_key_reaches_the_words(ws, launched, place):
    with pytest.raises(ControlError) as error:
        cancel(ws, launched, dataclasses.replace(place, api_key="wrong-secret-key"))
    assert "wrong-secret-key" not in str(error.value)


def test_a_run_whose_models_cannot_be_deleted_stays(ws, launched, gone):
    run = update_run(ws, launched.id, status="succeeded", fine_tuned_model="ft:nursery")
    with pytest.raises(ControlError):
        delete(ws, run, gone)
    assert get_run(ws, run.id).fine_tuned_model == "ft:nursery"


def test_a_run_is_deleted_and_its_models_stay_without_a_place(ws, launched, stand_in):
    asked = len(stand_in.requests)
    delete(ws, update_run(ws, launched.id, status="cancelled"))
    assert list_runs(ws) == []
    assert len(stand_in.requests) == asked
