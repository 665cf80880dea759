"""What survives when the engine, its trainer or its parent is killed."""

import os
import signal
from pathlib import Path

from tests.contract.running_engine import RunningEngine, eventually, is_running, lines

LONG = {"steps": 40, "step_seconds": 0.1, "epoch_every": 2}
RESUMED = "The engine stopped while this job was running."


def children_of(pid: int) -> list[int]:
    threads = Path(f"/proc/{pid}/task").iterdir()
    return [int(child) for each in threads for child in (each / "children").read_text().split()]


def fake_trainer_of(engine: RunningEngine) -> int:
    return next(
        child
        for child in children_of(engine.process.pid)
        if "fake_trainer" in Path(f"/proc/{child}/cmdline").read_text()
    )


def wait_for_checkpoint(engine: RunningEngine, job_id: str) -> None:
    eventually(lambda: engine.sdk.fine_tuning.jobs.checkpoints.list(job_id).data)


def test_a_killed_engine_takes_its_job_up_again_and_says_so(fresh_engine: RunningEngine):
    fresh_engine.play(**LONG)
    job_id, later = fresh_engine.job(), fresh_engine.job()
    wait_for_checkpoint(fresh_engine, job_id)
    children = children_of(fresh_engine.process.pid)
    fresh_engine.kill()
    eventually(lambda: not any(is_running(child) for child in children))
    fresh_engine.play(**LONG | {"step_seconds": 0})
    fresh_engine.start()
    job = fresh_engine.wait_for(job_id, "succeeded")
    fresh_engine.wait_for(later, "succeeded")
    messages = fresh_engine.messages(job_id)
    assert any(message.startswith(RESUMED) for message in messages)
    assert any(message.startswith("Training goes on after step") for message in messages)
    asked = [(each["job_id"], each["resume"]) for each in fresh_engine.asked()]
    assert asked == [(job_id, False), (job_id, True), (later, False)]
    kept = fresh_engine.sdk.fine_tuning.jobs.checkpoints.list(job_id).data
    assert [checkpoint.step_number for checkpoint in kept] == [40, 38, 36]
    assert job.trained_tokens == 1000


def test_an_engine_that_is_closed_takes_its_job_up_again(fresh_engine: RunningEngine):
    fresh_engine.play(**LONG, child=True)
    job_id = fresh_engine.job()
    wait_for_checkpoint(fresh_engine, job_id)
    children = children_of(fresh_engine.process.pid)
    children.append(int(fresh_engine.script.with_suffix(".child").read_text()))
    fresh_engine.stop()
    assert not any(is_running(child) for child in children)
    fresh_engine.play(**LONG | {"step_seconds": 0})
    fresh_engine.start()
    fresh_engine.wait_for(job_id, "succeeded")
    messages = fresh_engine.messages(job_id)
    assert any(m.startswith("The engine was closed") for m in messages)
    assert not any("paused" in m for m in messages)


def test_a_signal_ends_the_engine_and_its_workers(fresh_engine: RunningEngine):
    fresh_engine.request("GET", "/engine")
    eventually(lambda: len(children_of(fresh_engine.process.pid)) == 2)
    children = children_of(fresh_engine.process.pid)
    fresh_engine.process.send_signal(signal.SIGTERM)
    fresh_engine.process.wait(30)
    assert not any(is_running(child) for child in children)


def test_a_trainer_that_dies_once_goes_on_from_its_checkpoint(fresh_engine: RunningEngine):
    fresh_engine.play(steps=6, epoch_every=2, die_at=4, die_once=True)
    job_id = fresh_engine.job()
    fresh_engine.wait_for(job_id, "succeeded")
    messages = fresh_engine.messages(job_id)
    assert any(m.startswith("The training process stopped unexpectedly") for m in messages)
    assert "Training goes on after step 2 of 6" in messages


def test_a_trainer_that_dies_again_and_again_fails_the_job(fresh_engine: RunningEngine):
    fresh_engine.play(steps=4, die_at=1)
    error = fresh_engine.wait_for(fresh_engine.job(), "failed").error
    assert error.code == "trainer_stopped"
    assert len(fresh_engine.asked()) == 2
    fresh_engine.play()
    fresh_engine.wait_for(fresh_engine.job(), "succeeded")


def test_a_trainer_that_does_not_start_fails_the_job(tmp_path: Path):
    engine = RunningEngine(tmp_path).start()
    engine.script.write_text("no script")
    try:
        error = engine.wait_for(engine.job(), "succeeded", "failed").error
        if error is None:  # the spare had read its script before it was broken
            error = engine.wait_for(engine.job(), "failed").error
        assert error.code == "trainer_stopped"
        assert "trainer.log" in error.message
    finally:
        engine.stop()


def test_files_and_jobs_are_there_after_a_kill(fresh_engine: RunningEngine):
    content = lines(11)
    file_id = fresh_engine.upload(content)
    torn = fresh_engine.home / "uploads" / "torn"
    torn.write_bytes(b"half")
    orphan = fresh_engine.home / "files" / "file-orphan"
    orphan.write_bytes(b"moved, but its row was never written")
    job = fresh_engine.wait_for(fresh_engine.job(), "succeeded")
    leftover = fresh_engine.home / "jobs" / job.id / "resume"
    leftover.mkdir()
    fresh_engine.kill()
    fresh_engine.start()
    assert fresh_engine.sdk.files.content(file_id).read() == content
    assert fresh_engine.sdk.models.retrieve(job.fine_tuned_model).id == job.fine_tuned_model
    assert not leftover.exists()
    assert not torn.exists()
    assert not orphan.exists()


def test_a_new_trainer_waits_until_the_one_before_is_gone(fresh_engine: RunningEngine):
    fresh_engine.play(**LONG)
    job_id = fresh_engine.job()
    wait_for_checkpoint(fresh_engine, job_id)
    trainer = fake_trainer_of(fresh_engine)
    os.kill(trainer, signal.SIGSTOP)
    fresh_engine.kill()
    fresh_engine.play(steps=40, epoch_every=2)
    fresh_engine.start()
    fresh_engine.wait_for(job_id, "running")
    assert len(fresh_engine.asked()) == 1
    os.kill(trainer, signal.SIGCONT)
    fresh_engine.wait_for(job_id, "succeeded")
    assert len(fresh_engine.asked()) == 2
