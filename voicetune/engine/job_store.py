"""Jobs, their events and checkpoints, and the models they made, in the engine's database."""

import json
import math
import sqlite3
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from voicetune.engine.store import (
    NEWEST,
    Page,
    Store,
    UnknownCursorError,
    cursor,
    new_id,
    now,
    remove_folder,
    to_json,
)

Status = Literal[
    "validating_files", "queued", "running", "paused", "succeeded", "failed", "cancelled"
]
Level = Literal["info", "warn", "error"]
FINAL: frozenset[Status] = frozenset({"succeeded", "failed", "cancelled"})
WAITING: frozenset[Status] = frozenset({"validating_files", "queued", "running"})
CHECKPOINTS_KEPT = 3


class Job(BaseModel):
    """A fine-tuning job.

    `hyperparameters` are as asked for ("auto" or a number), `chosen` what the trainer made of them.
    `model` is the model asked for, `base` the base model under it, `name` the tuned model's id,
    reserved from the start because checkpoints carry it. `resume` says that an earlier attempt may
    have left something to go on from. Times are seconds since 1970.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    created_at: int
    status: Status = "validating_files"
    model: str
    base: str
    name: str
    seed: int
    training_file: str
    validation_file: str | None = None
    method: Literal["supervised", "dpo"] = "supervised"
    hyperparameters: dict[str, int | float | str] = {}
    chosen: dict[str, int | float] | None = None
    metadata: dict[str, str] | None = None
    early_stopping: bool = False
    started_at: int | None = None
    finished_at: int | None = None
    estimated_finish: int | None = None
    trained_tokens: int | None = None
    fine_tuned_model: str | None = None
    result_files: list[str] = []
    error: dict[str, str | None] | None = None
    resume: bool = False


class Event(BaseModel):
    """Something that happened to a job; `data` holds a metric event's figures."""

    id: str
    created_at: int
    level: Level
    type: Literal["message", "metrics"]
    message: str
    data: dict[str, Any]


class Checkpoint(BaseModel):
    """A model put aside at the end of an epoch; `model` is its id in chat."""

    id: str
    created_at: int
    job_id: str
    step: int
    model: str
    metrics: dict[str, float]


class TunedModel(BaseModel):
    """A tuned model or checkpoint: an adapter in `folder` on top of the base model `base`."""

    id: str
    base: str
    folder: Path
    job_id: str
    created_at: int


def job_folder(store: Store, job_id: str) -> Path:
    """Returns where a job's trainer works."""
    return store.jobs / job_id


def add_job(store: Store, job: Job) -> None:
    """Puts a new job at the end of the queue."""
    store.write(
        "INSERT INTO jobs (id, status, document) VALUES (?, ?, ?)",
        *(job.id, job.status, job.model_dump_json()),
    )


def change_job(store: Store, job_id: str, **changes: Any) -> Job:
    """Writes the changed fields and returns the job as it is now."""
    job = get_job(store, job_id)
    if job is None:
        raise LookupError(job_id)
    job = Job.model_validate(job.model_dump() | changes)
    store.write(
        "UPDATE jobs SET status = ?, document = ? WHERE id = ?",
        *(job.status, job.model_dump_json(), job_id),
    )
    return job


def get_job(store: Store, job_id: str) -> Job | None:
    """Returns the job, or None."""
    row = store.row("SELECT document FROM jobs WHERE id = ?", job_id)
    return None if row is None else Job.model_validate_json(row["document"])


def jobs_with(store: Store, *statuses: Status) -> list[Job]:
    """Returns the jobs in these states, first come first."""
    query = (
        "SELECT document FROM jobs WHERE status IN (SELECT value FROM json_each(?)) ORDER BY seq"
    )
    return [
        Job.model_validate_json(row["document"]) for row in store.rows(query, to_json(statuses))
    ]


def list_jobs(
    store: Store, page: Page, metadata: Mapping[str, str] | None = None, *, bare: bool = False
) -> tuple[list[Job], bool]:
    """Returns a page of jobs, newest first, and whether more follow.

    `metadata` keeps those that carry all these pairs, `bare` those without any metadata.
    """
    start = cursor(store.row("SELECT seq FROM jobs WHERE id = ?", page.after), page, start=NEWEST)
    found: list[Job] = []
    for row in store.rows("SELECT document FROM jobs WHERE seq < ? ORDER BY seq DESC", start):
        job = Job.model_validate_json(row["document"])
        pairs = job.metadata or {}
        if (bare and pairs) or not (metadata or {}).items() <= pairs.items():
            continue
        found.append(job)
        if len(found) > page.limit:
            break
    return found[: page.limit], len(found) > page.limit


def add_event(
    store: Store,
    job_id: str,
    message: str,
    *,
    level: Level = "info",
    data: Mapping[str, Any] | None = None,
) -> None:
    """Adds an event; one with `data` is a metric event."""
    kind = "message" if data is None else "metrics"
    store.write(
        "INSERT INTO events (id, job_id, created_at, level, type, message, data)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        *(new_id("ftevent"), job_id, now(), level, kind, message, to_json(data or {})),
    )


def list_events(store: Store, job_id: str, page: Page) -> tuple[list[Event], bool]:
    """Returns a page of a job's events, newest first, and whether more follow."""
    after = store.row("SELECT seq FROM events WHERE id = ? AND job_id = ?", page.after, job_id)
    rows = store.rows(
        "SELECT * FROM events WHERE job_id = ? AND seq < ? ORDER BY seq DESC LIMIT ?",
        *(job_id, cursor(after, page, start=NEWEST), page.limit + 1),
    )
    events = [
        Event.model_validate({**dict(row), "data": json.loads(row["data"])})
        for row in rows[: page.limit]
    ]
    return events, len(rows) > page.limit


def metrics_of(store: Store, job_id: str) -> list[dict[str, Any]]:
    """Returns the figures of a job's metric events, oldest first."""
    query = "SELECT data FROM events WHERE job_id = ? AND type = 'metrics' ORDER BY seq"
    return [json.loads(row["data"]) for row in store.rows(query, job_id)]


def finite(figures: Mapping[str, Any]) -> dict[str, float]:
    """Keeps the figures that are numbers: JSON has no NaN, and a diverged loss may be one."""
    return {
        name: value
        for name, value in figures.items()
        if isinstance(value, int | float) and math.isfinite(value)
    }


def add_checkpoint(
    store: Store, job: Job, step: int, folder: Path, metrics: Mapping[str, Any]
) -> Checkpoint:
    """Keeps a checkpoint and its model, and drops those before the last three.

    The one with the lowest loss on all validation examples stays, however old it is.
    """
    checkpoint = Checkpoint(
        id=new_id("ftckpt"),
        created_at=now(),
        job_id=job.id,
        step=step,
        model=f"{job.name}:ckpt-step-{step}",
        metrics=finite(metrics),
    )
    with store.transaction():
        store.write(
            "INSERT INTO checkpoints (id, job_id, created_at, step, model, metrics)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            *(checkpoint.id, job.id, checkpoint.created_at, step, checkpoint.model),
            to_json(checkpoint.metrics),
        )
        save_model(store, job, checkpoint.model, folder)
        there = list_checkpoints(store, job.id, Page(limit=1000))[0]
        measured = [each for each in there if "full_valid_loss" in each.metrics]
        # Of two that are as low, the earlier one: training hands that one over.
        best = min(reversed(measured), key=lambda c: c.metrics["full_valid_loss"], default=None)
        for old in there[CHECKPOINTS_KEPT:]:
            if old != best:
                delete_model(store, old.model)
    return checkpoint


def last_checkpoint_step(store: Store, job_id: str) -> int:
    """Returns the step of the job's latest checkpoint, 0 where it has none."""
    row = store.row("SELECT max(step) AS step FROM checkpoints WHERE job_id = ?", job_id)
    return 0 if row is None or row["step"] is None else row["step"]


def list_checkpoints(store: Store, job_id: str, page: Page) -> tuple[list[Checkpoint], bool]:
    """Returns a page of a job's checkpoints, latest step first, and whether more follow."""
    query = "SELECT * FROM checkpoints WHERE job_id = ? ORDER BY step DESC"
    rows = store.rows(query, job_id)
    if page.after is not None:
        ids = [row["id"] for row in rows]
        if page.after not in ids:
            raise UnknownCursorError(page.after)
        rows = rows[ids.index(page.after) + 1 :]
    kept = [
        Checkpoint.model_validate({**dict(row), "metrics": json.loads(row["metrics"])})
        for row in rows[: page.limit]
    ]
    return kept, len(rows) > page.limit


def save_model(store: Store, job: Job, model_id: str, folder: Path) -> None:
    """Makes the adapter in `folder` a model that can be used in chat."""
    store.write(
        "INSERT OR REPLACE INTO models (id, base, folder, job_id, created_at)"
        " VALUES (?, ?, ?, ?, ?)",
        *(model_id, job.base, folder.relative_to(store.home).as_posix(), job.id, now()),
    )


def get_model(store: Store, model_id: str) -> TunedModel | None:
    """Returns the tuned model or checkpoint, or None."""
    row = store.row("SELECT * FROM models WHERE id = ?", model_id)
    return None if row is None else _model(store, row)


def list_models(store: Store) -> list[TunedModel]:
    """Returns all tuned models and checkpoints, newest first."""
    return [_model(store, row) for row in store.rows("SELECT * FROM models ORDER BY seq DESC")]


def delete_model(store: Store, model_id: str) -> None:
    """Deletes a tuned model or checkpoint, and its adapter when no other model uses it."""
    model = get_model(store, model_id)
    with store.transaction():
        store.write("DELETE FROM checkpoints WHERE model = ?", model_id)
        store.write("DELETE FROM models WHERE id = ?", model_id)
        if model is not None and all(model.folder != other.folder for other in list_models(store)):
            store.afterwards(partial(remove_folder, model.folder))


def clear_job_folder(store: Store, job_id: str) -> None:
    """Removes what a job that is over needs no more: everything but the adapters of its models."""
    kept = {model.folder for model in list_models(store) if model.job_id == job_id}
    _prune(job_folder(store, job_id), kept)


def _prune(folder: Path, kept: set[Path]) -> None:
    if not any(folder in path.parents for path in kept):
        remove_folder(folder)
        return
    for entry in folder.iterdir():
        if entry in kept:
            continue
        if entry.is_dir():
            _prune(entry, kept)
        else:
            entry.unlink()


def _model(store: Store, row: sqlite3.Row) -> TunedModel:
    return TunedModel.model_validate({**dict(row), "folder": store.home / row["folder"]})
