"""Jobs, events, checkpoints and models in the engine's database."""

import sqlite3
from pathlib import Path

import pytest

from tests.full_disk import full_disk
from voicetune.engine.job_store import (
    Job,
    add_checkpoint,
    add_event,
    add_job,
    change_job,
    clear_job_folder,
    delete_model,
    finite,
    get_job,
    get_model,
    job_folder,
    jobs_with,
    list_checkpoints,
    list_events,
    list_jobs,
    save_model,
)
from voicetune.engine.store import Page, Store


def make_job(number: int, **fields: object) -> Job:
    return Job.model_validate(
        {
            "id": f"ftjob-{number}",
            "created_at": 1_790_000_000,
            "model": "voicetune-starter",
            "base": "voicetune-starter",
            "name": f"ft:voicetune-starter:local::{number:08x}",
            "seed": 1,
            "training_file": "file-1",
            **fields,
        }
    )


@pytest.fixture
def store(tmp_path: Path):
    store = Store(tmp_path / "engine")
    yield store
    store.close()


@pytest.fixture
def job(store: Store) -> Job:
    job = make_job(1)
    add_job(store, job)
    return job


def adapter(store: Store, job: Job, name: str) -> Path:
    folder = job_folder(store, job.id) / name
    folder.mkdir(parents=True)
    (folder / "adapter_model.safetensors").write_bytes(b"weights")
    return folder


def test_a_job_comes_back_as_it_was_written(store: Store, job: Job):
    assert get_job(store, job.id) == job
    changed = change_job(store, job.id, status="running", metadata={"voice": "猫 é"})
    assert get_job(store, job.id) == changed
    assert jobs_with(store, "running", "queued") == [changed]
    assert jobs_with(store, "queued") == []


def test_a_checkpoint_that_cannot_be_kept_costs_none_of_those_before(store: Store, job: Job):
    for step in (1, 2, 3):
        add_checkpoint(store, job, step, adapter(store, job, f"checkpoint-{step}"), {})
    fourth = adapter(store, job, "checkpoint-4")
    with full_disk(), pytest.raises(sqlite3.OperationalError):
        add_checkpoint(store, job, 4, fourth, {})
    kept = list_checkpoints(store, job.id, Page())[0]
    assert [checkpoint.step for checkpoint in kept] == [3, 2, 1]
    assert all(get_model(store, each.model).folder.is_dir() for each in kept)
    add_checkpoint(store, job, 4, fourth, {})
    assert not (job_folder(store, job.id) / "checkpoint-1").exists()


def test_a_state_that_does_not_exist_is_not_written(store: Store, job: Job):
    with pytest.raises(ValueError, match="status"):
        change_job(store, job.id, status="resting")
    assert get_job(store, job.id) == job


def test_metadata_filters_on_all_pairs(store: Store):
    for number, metadata in enumerate([{"a": "1", "b": "2"}, {"a": "1"}, None]):
        add_job(store, make_job(number, metadata=metadata))

    def found(**filters: str) -> list[str]:
        return [job.id for job in list_jobs(store, Page(), filters)[0]]

    assert found(a="1") == ["ftjob-1", "ftjob-0"]
    assert found(a="1", b="2") == ["ftjob-0"]
    assert [job.id for job in list_jobs(store, Page(), bare=True)[0]] == ["ftjob-2"]
    jobs, more = list_jobs(store, Page(limit=1), {"a": "1"})
    assert ([job.id for job in jobs], more) == (["ftjob-1"], True)


def test_events_are_paged_within_their_job(store: Store, job: Job):
    add_job(store, make_job(2))
    for number in range(3):
        add_event(store, job.id, f"event {number}")
        add_event(store, "ftjob-2", "of another job")
    first, more = list_events(store, job.id, Page(limit=2))
    assert ([event.message for event in first], more) == (["event 2", "event 1"], True)
    rest, more = list_events(store, job.id, Page(after=first[-1].id, limit=2))
    assert ([event.message for event in rest], more) == (["event 0"], False)


def test_the_best_checkpoint_stays_however_old_it_is(store: Store, job: Job):
    for step, loss in enumerate((3.0, 2.0, 2.0, 2.5, 2.5, 2.5, 2.5), start=1):
        folder = adapter(store, job, f"checkpoint-{step}")
        add_checkpoint(store, job, step, folder, {"full_valid_loss": loss})
    kept = list_checkpoints(store, job.id, Page())[0]
    assert [checkpoint.step for checkpoint in kept] == [7, 6, 5, 2]
    assert (job_folder(store, job.id) / "checkpoint-2").is_dir()
    assert not (job_folder(store, job.id) / "checkpoint-3").exists()


def test_the_fourth_checkpoint_drops_the_first_and_its_weights(store: Store, job: Job):
    folders = [adapter(store, job, f"checkpoint-{step}") for step in (1, 2, 3, 4)]
    for step, folder in enumerate(folders, start=1):
        add_checkpoint(store, job, step, folder, {"train_loss": 1.0})
    kept = list_checkpoints(store, job.id, Page())[0]
    assert [checkpoint.step for checkpoint in kept] == [4, 3, 2]
    assert [folder.exists() for folder in folders] == [False, True, True, True]
    assert get_model(store, f"{job.name}:ckpt-step-1") is None


def test_weights_stay_while_another_model_uses_them(store: Store, job: Job):
    folder = adapter(store, job, "checkpoint-1")
    add_checkpoint(store, job, 1, folder, {})
    save_model(store, job, job.name, folder)
    delete_model(store, f"{job.name}:ckpt-step-1")
    assert list_checkpoints(store, job.id, Page())[0] == []
    assert folder.exists()
    delete_model(store, job.name)
    assert not folder.exists()


def test_a_job_that_is_over_keeps_only_its_models(store: Store, job: Job):
    folder = adapter(store, job, "checkpoint-1")
    adapter(store, job, "resume")
    (job_folder(store, job.id) / "notes").write_text("x")
    save_model(store, job, job.name, folder)
    clear_job_folder(store, job.id)
    assert [path.name for path in job_folder(store, job.id).iterdir()] == ["checkpoint-1"]
    delete_model(store, job.name)
    clear_job_folder(store, job.id)
    assert not job_folder(store, job.id).exists()


def test_models_are_found_after_the_folder_has_moved(store: Store, job: Job, tmp_path: Path):
    save_model(store, job, job.name, adapter(store, job, "checkpoint-1"))
    store.close()
    store.home.rename(tmp_path / "moved")
    moved = Store(tmp_path / "moved")
    model = get_model(moved, job.name)
    assert model.folder == tmp_path / "moved" / "jobs" / job.id / "checkpoint-1"
    assert model.folder.exists()
    moved.close()


def test_figures_that_are_no_numbers_are_left_out():
    figures = {"a": 1, "b": float("nan"), "c": float("inf"), "d": None, "e": 0.5, "f": "1"}
    assert finite(figures) == {"a": 1, "e": 0.5}
