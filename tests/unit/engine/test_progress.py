"""What a trainer's events do to its job."""

from pathlib import Path
from typing import Any

import pytest

from tests.unit.engine.test_job_store import adapter, make_job
from voicetune.engine.job_store import (
    Job,
    add_job,
    get_job,
    get_model,
    list_checkpoints,
    list_events,
    metrics_of,
)
from voicetune.engine.progress import Progress
from voicetune.engine.store import Page, Store, now, speed_of

STARTED = {
    "event": "started",
    "n_epochs": 3,
    "batch_size": 2,
    "learning_rate_multiplier": 1.0,
    "total_steps": 10,
    "resumed_from_step": None,
}
AUTO = {"n_epochs": "auto", "batch_size": "auto", "learning_rate_multiplier": "auto"}


class Clock:
    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def store(tmp_path: Path):
    store = Store(tmp_path / "engine")
    yield store
    store.close()


@pytest.fixture
def job(store: Store) -> Job:
    job = make_job(1, status="running", hyperparameters=AUTO)
    add_job(store, job)
    return job


def metrics(step: int, **figures: Any) -> dict[str, Any]:
    return {"event": "metrics", "step": step, "total_steps": 10, "epoch": step / 5, **figures}


def last_event(store: Store, job: Job):
    return list_events(store, job.id, Page(limit=1))[0][0]


def test_what_the_trainer_chose_takes_the_place_of_auto(store: Store, job: Job):
    Progress(store, job).apply(STARTED)
    chosen = get_job(store, job.id).chosen
    assert chosen == {"n_epochs": 3, "batch_size": 2, "learning_rate_multiplier": 1.0}


@pytest.mark.parametrize(("resumed", "step", "left"), [(None, 2, 40), (5, 7, 15)])
def test_the_end_is_estimated_from_this_attempt_s_own_pace(
    store: Store, job: Job, resumed: int | None, step: int, left: int
):
    clock = Clock()
    progress = Progress(store, job, clock)
    progress.apply(STARTED | {"resumed_from_step": resumed})
    clock.seconds = 10
    progress.apply(metrics(step, train_loss=1.0))
    assert get_job(store, job.id).estimated_finish - now() == pytest.approx(left, abs=1)


def test_a_loss_that_is_no_number_is_said_and_not_written(store: Store, job: Job):
    Progress(store, job).apply(metrics(1, train_loss=float("nan"), valid_loss=None))
    event = last_event(store, job)
    assert event.message == "Step 1/10: the loss is not a number"
    assert event.data == {"step": 1, "total_steps": 10, "epoch": 0.2}


def test_a_checkpoint_that_is_said_again_changes_nothing(store: Store, job: Job):
    progress = Progress(store, job)
    folder = adapter(store, job, "checkpoint-5")
    said = {"event": "checkpoint", "step": 5, "epoch": 1, "folder": str(folder), "metrics": {}}
    progress.apply(said)
    kept = list_checkpoints(store, job.id, Page())[0]
    Progress(store, job).apply(said)
    assert list_checkpoints(store, job.id, Page())[0] == kept
    assert len(list_events(store, job.id, Page())[0]) == 1


def test_the_end_of_a_job_is_written_all_at_once(store: Store, job: Job):
    progress = Progress(store, job)
    progress.apply(STARTED)
    progress.apply(metrics(10, train_loss=1.0, tokens_per_second=321.0))
    folder = adapter(store, job, "checkpoint-10")
    progress.apply({"event": "finished", "trained_tokens": 99, "folder": str(folder)})
    done = get_job(store, job.id)
    assert (done.status, done.trained_tokens) == ("succeeded", 99)
    assert done.fine_tuned_model == job.name
    assert get_model(store, job.name).folder == folder
    assert speed_of(store, job.base)[0] == 321.0


def test_an_event_that_cannot_be_kept_whole_leaves_no_half(store: Store, job: Job):
    outside = {"event": "finished", "trained_tokens": 1, "folder": "/somewhere/else"}
    with pytest.raises(ValueError, match="somewhere"):
        Progress(store, job).apply(outside)
    assert get_job(store, job.id) == job
    assert list_events(store, job.id, Page())[0] == []


def test_a_warning_of_the_trainer_becomes_an_event(store: Store, job: Job):
    said = {"event": "message", "level": "warn", "message": "line 3: cut at the end"}
    Progress(store, job).apply(said)
    event = last_event(store, job)
    assert (event.level, event.message) == ("warn", "line 3: cut at the end")


def test_a_model_without_a_measured_speed_takes_it_from_a_job_under_way(store: Store, job: Job):
    progress = Progress(store, job)
    progress.apply(STARTED)
    for step in range(1, 10):
        progress.apply(metrics(step, train_loss=2.0, tokens_per_second=900.0))
    assert speed_of(store, job.base) is None
    progress.apply(metrics(10, train_loss=2.0, tokens_per_second=950.0))
    assert speed_of(store, job.base)[0] == 950.0


def test_steps_said_again_after_a_resume_are_written_once_and_missing_ones_filled_in(
    store: Store, job: Job
):
    first = Progress(store, job)
    for step in (1, 2):
        first.apply(metrics(step, train_loss=3.0 - step))
    resumed = Progress(store, job)
    resumed.apply(STARTED | {"resumed_from_step": 3})
    for step in (1, 2, 3, 4):
        resumed.apply(metrics(step, train_loss=3.0 - step))
    assert [m["step"] for m in metrics_of(store, job.id)] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("code", "status"),
    [("disk_full", "paused"), ("folder_not_writable", "paused"), ("out_of_memory", "failed")],
)
def test_a_job_that_can_go_on_after_a_fault_is_paused_with_the_reason(
    store: Store, job: Job, code: str, status: str
):
    Progress(store, job).apply({"event": "failed", "code": code, "message": "Because."})
    ended = get_job(store, job.id)
    assert (ended.status, ended.error["code"], ended.error["message"]) == (status, code, "Because.")
    assert ended.resume == (status == "paused")
    assert (last_event(store, job).level, last_event(store, job).message) == ("error", "Because.")
