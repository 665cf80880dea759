"""What a run's place reported: events, checkpoints, and its answers while it learns."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from voicetune.workspace.database import Workspace, insert_into
from voicetune.workspace.schema import now, run_checkpoints, run_events, run_samples


@dataclass(frozen=True, slots=True)
class Event:
    """One event of a job, under the names that the API gives its parts."""

    event_id: str
    created_at: datetime
    message: str
    level: str = "info"
    type: str = "message"
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The model as it was at one step. `available`: its place still has it."""

    checkpoint_id: str
    step_number: int
    model: str
    created_at: datetime
    metrics: dict[str, Any] = field(default_factory=dict)
    available: bool = True


@dataclass(frozen=True, slots=True)
class Sample:
    """The model's own answer to the run's held-out question after an epoch (0: before it)."""

    epoch: int
    question: str
    answer: str
    model: str
    created: datetime


_EVENT_COLUMNS = [run_events.c[field.name] for field in fields(Event)]
_CHECKPOINT_COLUMNS = [run_checkpoints.c[field.name] for field in fields(Checkpoint)]
_SAMPLE_COLUMNS = [run_samples.c[field.name] for field in fields(Sample)]


def add_events(ws: Workspace, run_id: int, events: Iterable[Event]) -> int:
    """Keeps the events that are not kept yet and returns how many those were.

    Give them oldest first: of one second, they stay in the order in which they came.
    """
    rows = [{"run_id": run_id, **asdict(event)} for event in events]
    if not rows:
        return 0
    with ws.write() as connection:
        adding = insert_into(connection, run_events).on_conflict_do_nothing(
            index_elements=["run_id", "event_id"]
        )
        kept = [connection.execute(adding.values(row).returning(run_events.c.id)) for row in rows]
        return sum(result.scalar() is not None for result in kept)


def list_events(ws: Workspace, run_id: int) -> list[Event]:
    """Returns the run's events, the oldest first."""
    query = (
        select(*_EVENT_COLUMNS)
        .where(run_events.c.run_id == run_id)
        .order_by(run_events.c.created_at, run_events.c.id)
    )
    with ws.read() as connection:
        return [Event(**row._mapping) for row in connection.execute(query)]


def known_events(ws: Workspace, run_id: int) -> set[str]:
    """Returns the ids of the run's events, so that a reader of pages knows where to stop."""
    query = select(run_events.c.event_id).where(run_events.c.run_id == run_id)
    with ws.read() as connection:
        return set(connection.execute(query).scalars())


def save_checkpoints(ws: Workspace, run_id: int, checkpoints: Sequence[Checkpoint]) -> None:
    """Keeps the checkpoints that the place has now; earlier ones stay, marked unavailable."""
    kept = list_checkpoints(ws, run_id)
    wanted = {c.checkpoint_id: replace(c, available=False) for c in kept}
    wanted |= {c.checkpoint_id: c for c in checkpoints}
    changed = [checkpoint for checkpoint in wanted.values() if checkpoint not in kept]
    if not changed:
        return
    with ws.write() as connection:
        for checkpoint in changed:
            values = asdict(checkpoint)
            adding = insert_into(connection, run_checkpoints).values(run_id=run_id, **values)
            connection.execute(
                adding.on_conflict_do_update(
                    index_elements=["run_id", "checkpoint_id"], set_=values
                )
            )


def list_checkpoints(ws: Workspace, run_id: int) -> list[Checkpoint]:
    """Returns the run's checkpoints by step."""
    query = (
        select(*_CHECKPOINT_COLUMNS)
        .where(run_checkpoints.c.run_id == run_id)
        .order_by(run_checkpoints.c.step_number, run_checkpoints.c.checkpoint_id)
    )
    with ws.read() as connection:
        return [Checkpoint(**row._mapping) for row in connection.execute(query)]


def save_sample(
    ws: Workspace, run_id: int, epoch: int, question: str, answer: str, *, model: str = ""
) -> None:
    """Keeps the answer after an epoch; one that is kept already is replaced."""
    values = {"question": question, "answer": answer, "model": model, "created": now()}
    with ws.write() as connection:
        connection.execute(
            insert_into(connection, run_samples)
            .values(run_id=run_id, epoch=epoch, **values)
            .on_conflict_do_update(index_elements=["run_id", "epoch"], set_=values)
        )


def list_samples(ws: Workspace, run_id: int) -> list[Sample]:
    """Returns the answers by epoch."""
    query = (
        select(*_SAMPLE_COLUMNS).where(run_samples.c.run_id == run_id).order_by(run_samples.c.epoch)
    )
    with ws.read() as connection:
        return [Sample(**row._mapping) for row in connection.execute(query)]
