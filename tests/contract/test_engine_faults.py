"""What the engine says and keeps when the disk is full, a model is gone or it is not alone."""

import shutil
import subprocess
import sys

import openai
import pytest

from tests.contract.running_engine import (
    PATIENCE,
    ROOT,
    RunningEngine,
    eventually,
    is_running,
    lines,
    make_base_model,
)
from tests.contract.test_engine_crashes import LONG, fake_trainer_of, wait_for_checkpoint
from tests.full_disk import full_disk


def test_a_trainer_whose_disk_is_full_pauses_its_job_which_then_goes_on(
    fresh_engine: RunningEngine,
):
    reason = "The disk is full. Free some space and resume: nothing learned is lost."
    fresh_engine.play(steps=6, fail={"code": "disk_full", "message": reason})
    job = fresh_engine.wait_for(fresh_engine.job(), "paused")
    assert (job.error.code, job.error.message) == ("disk_full", reason)
    assert fresh_engine.events(job.id)[-1].level == "error"
    fresh_engine.play(steps=6)
    fresh_engine.sdk.fine_tuning.jobs.resume(job.id)
    job = fresh_engine.wait_for(job.id, "succeeded")
    assert not (job.error and job.error.message)
    assert fresh_engine.asked()[-1]["resume"] is True


def test_a_full_disk_stops_no_engine_and_costs_nothing_that_was_kept(fresh_engine: RunningEngine):
    content = lines(11)
    kept = fresh_engine.upload(content)
    fresh_engine.play(**LONG)
    job_id = fresh_engine.job()
    wait_for_checkpoint(fresh_engine, job_id)
    trainer = fake_trainer_of(fresh_engine)
    files = sorted((fresh_engine.home / "files").iterdir())
    with full_disk(fresh_engine.process.pid):
        with pytest.raises(openai.APIStatusError) as error:
            fresh_engine.upload()
        assert (error.value.status_code, error.value.code) == (507, "disk_full")
        assert sorted((fresh_engine.home / "files").iterdir()) == files
        assert list((fresh_engine.home / "uploads").iterdir()) == []
        assert fresh_engine.sdk.files.content(kept).read() == content
        eventually(lambda: not is_running(trainer))  # what it said could not be written down
    job = fresh_engine.wait_for(job_id, "paused")
    assert job.error.code == "storage_failed"
    assert fresh_engine.sdk.fine_tuning.jobs.checkpoints.list(job_id).data
    fresh_engine.play(**LONG | {"step_seconds": 0})
    fresh_engine.sdk.fine_tuning.jobs.resume(job_id)
    fresh_engine.wait_for(job_id, "succeeded")
    told = [event.data["step"] for event in fresh_engine.events(job_id) if event.type == "metrics"]
    assert told == sorted(set(told))
    assert told[-1] == 40


def test_an_engine_that_starts_on_a_full_disk_takes_its_job_up_when_there_is_room(
    fresh_engine: RunningEngine,
):
    fresh_engine.play(**LONG)
    job_id = fresh_engine.job()
    wait_for_checkpoint(fresh_engine, job_id)
    fresh_engine.kill()
    fresh_engine.play(**LONG | {"step_seconds": 0})
    with full_disk():
        fresh_engine.start()
    with full_disk(fresh_engine.process.pid):
        assert fresh_engine.sdk.fine_tuning.jobs.retrieve(job_id).status == "running"
    fresh_engine.wait_for(job_id, "succeeded")


def test_a_second_engine_on_the_same_folder_says_so_and_stops(engine: RunningEngine):
    second = subprocess.run(
        [sys.executable, "-m", "voicetune.engine", "--home", str(engine.home)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert second.returncode == 1
    assert second.stdout == ""
    assert second.stderr == f"Another engine is at work in {engine.home}.\n"
    assert engine.sdk.models.list().data


def test_a_deleted_model_ends_what_needs_it_and_nothing_else(fresh_engine: RunningEngine):
    tiny = make_base_model(fresh_engine.home / "models" / "tiny")
    tuned = fresh_engine.wait_for(fresh_engine.job(model="tiny"), "succeeded").fine_tuned_model
    fresh_engine.play(**LONG)
    running = fresh_engine.job()
    wait_for_checkpoint(fresh_engine, running)
    queued = fresh_engine.job(model=tuned)
    fresh_engine.wait_for(queued, "queued")
    shutil.rmtree(tiny.parent)
    fresh_engine.play()
    eventually(lambda: fresh_engine.sdk.fine_tuning.jobs.cancel(running).status == "cancelled")
    error = fresh_engine.wait_for(queued, "failed").error
    assert error.code == "model_not_found"
    assert "which is not on this computer any more" in error.message
    with pytest.raises(openai.NotFoundError, match="not on this computer any more"):
        fresh_engine.sdk.chat.completions.create(
            model=tuned, messages=[{"role": "user", "content": "Hm?"}]
        )
    fresh_engine.wait_for(fresh_engine.job(), "succeeded")
