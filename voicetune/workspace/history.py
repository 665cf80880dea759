"""Every change of a set, step by step: the log that undo and redo walk, also after a restart.

The log is only ever added to. Each step knows the one it was made on top of, and the set knows the
step it stands at (its head): undo moves the head to the step below, redo to the newest above. A new
step after an undo grows beside the undone ones, which stay in the log out of reach.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, func, insert, select, update

from voicetune.workspace.database import Workspace
from voicetune.workspace.errors import NotFoundError
from voicetune.workspace.schema import datasets, edit_changes, edits, examples, now
from voicetune.workspace.search import folded_messages

Image = dict[str, Any]
"""Columns of one example (or of the set) and their values."""

THE_SET = 0
"""Stands where an example's id stands, for a change of the set itself."""

_WRITTEN: dict[str, Callable[[Any], Any]] = {
    "written_on": date.isoformat,
    "created": datetime.isoformat,
    "updated": datetime.isoformat,
}
_READ: dict[str, Callable[[Any], Any]] = {
    "written_on": date.fromisoformat,
    "created": datetime.fromisoformat,
    "updated": datetime.fromisoformat,
}


@dataclass(frozen=True, slots=True)
class Change:
    """What one step does to one example: None before means added, None after means deleted."""

    example_id: int
    before: Image | None
    after: Image | None


def undo(ws: Workspace, dataset_id: int) -> str | None:
    """Takes the last step back and returns its label, or None where there is none."""
    with ws.write() as connection:
        step = _step(connection, dataset_id, lock_dataset(connection, dataset_id).head)
        if step is None:
            return None
        changes = _changes(connection, dataset_id, step.number)
        _apply(connection, dataset_id, [(c.example_id, c.after, c.before) for c in changes])
        _move(connection, dataset_id, step.parent)
        return str(step.label)


def redo(ws: Workspace, dataset_id: int) -> str | None:
    """Does the step again that undo took back last; returns its label, or None without one."""
    with ws.write() as connection:
        step = _next_step(connection, dataset_id, lock_dataset(connection, dataset_id).head)
        if step is None:
            return None
        changes = _changes(connection, dataset_id, step.number)
        _apply(connection, dataset_id, [(c.example_id, c.before, c.after) for c in changes])
        _move(connection, dataset_id, step.number)
        return str(step.label)


def can_undo(ws: Workspace, dataset_id: int) -> str | None:
    """Returns the label of the step that undo would take back."""
    with ws.read() as connection:
        step = _step(connection, dataset_id, _head(connection, dataset_id))
        return None if step is None else str(step.label)


def can_redo(ws: Workspace, dataset_id: int) -> str | None:
    """Returns the label of the step that redo would do again."""
    with ws.read() as connection:
        step = _next_step(connection, dataset_id, _head(connection, dataset_id))
        return None if step is None else str(step.label)


def revision(ws: Workspace, dataset_id: int) -> int:
    """Returns a number that grows with every edit, undo and redo of the set."""
    with ws.read() as connection:
        found: int | None = connection.execute(
            select(datasets.c.revision).where(datasets.c.id == dataset_id)
        ).scalar()
    if found is None:
        raise NotFoundError(f"There is no set of examples {dataset_id}.")
    return found


def lock_dataset(connection: Connection, dataset_id: int) -> Row[Any]:
    """Returns the set's row, held until the transaction ends so that steps follow each other."""
    row = connection.execute(
        select(datasets).where(datasets.c.id == dataset_id).with_for_update()
    ).one_or_none()
    if row is None:
        raise NotFoundError(f"There is no set of examples {dataset_id}.")
    return row


def make_step(
    connection: Connection, dataset: Row[Any], label: str, changes: Sequence[Change]
) -> None:
    """Makes the changes and writes them down as one step on top of the set's head.

    `dataset` comes from `lock_dataset` in the same transaction. Without changes there is no step.
    """
    _apply(connection, dataset.id, [(c.example_id, c.before, c.after) for c in changes])
    log_step(connection, dataset, label, changes)


def log_step(
    connection: Connection, dataset: Row[Any], label: str, changes: Sequence[Change]
) -> None:
    """Writes down a step whose changes are made already, as when examples get their first ids."""
    if not changes:
        return
    number = dataset.revision + 1
    connection.execute(
        insert(edits).values(
            dataset_id=dataset.id, number=number, parent=dataset.head, label=label, created=now()
        )
    )
    connection.execute(
        insert(edit_changes),
        [
            {
                "dataset_id": dataset.id,
                "number": number,
                "example_id": change.example_id,
                "before": _written(change.before),
                "after": _written(change.after),
            }
            for change in changes
        ],
    )
    _move(connection, dataset.id, number)


def _apply(
    connection: Connection,
    dataset_id: int,
    changes: Iterable[tuple[int, Image | None, Image | None]],
) -> None:
    """Takes examples from one image to the other, many of a kind in one statement."""
    moment = now()
    added: list[Image] = []
    deleted: list[dict[str, int]] = []
    changed: dict[tuple[str, ...], list[Image]] = defaultdict(list)
    for example_id, old, new in changes:
        if example_id == THE_SET:
            connection.execute(
                update(datasets).where(datasets.c.id == dataset_id).values(**(new or {}))
            )
            continue
        if new is None:
            deleted.append({"key": example_id})
            continue
        row = dict(new)
        if "messages" in row:
            row["folded"] = folded_messages(row["messages"])
        if old is None:
            added.append({"id": example_id, "dataset_id": dataset_id, **row})
        else:
            changed[tuple(sorted(row))].append({"key": example_id, "updated": moment, **row})
    same_id = examples.c.id == bindparam("key")
    if deleted:
        connection.execute(delete(examples).where(same_id), deleted)
    if added:
        connection.execute(insert(examples), added)
    for rows in changed.values():
        connection.execute(update(examples).where(same_id), rows)


def _move(connection: Connection, dataset_id: int, head: int) -> None:
    connection.execute(
        update(datasets)
        .where(datasets.c.id == dataset_id)
        .values(head=head, revision=datasets.c.revision + 1, updated=now())
    )


def _head(connection: Connection, dataset_id: int) -> int:
    query = select(datasets.c.head).where(datasets.c.id == dataset_id)
    head: int | None = connection.execute(query).scalar()
    return head or 0


def _step(connection: Connection, dataset_id: int, number: int) -> Row[Any] | None:
    return connection.execute(
        select(edits).where(edits.c.dataset_id == dataset_id, edits.c.number == number)
    ).one_or_none()


def _next_step(connection: Connection, dataset_id: int, head: int) -> Row[Any] | None:
    # Where undo came from is always the newest step above the head: one made later on the same
    # head would itself have been undone since.
    newest = select(func.max(edits.c.number)).where(
        edits.c.dataset_id == dataset_id, edits.c.parent == head
    )
    return _step(connection, dataset_id, connection.execute(newest).scalar() or 0)


def _changes(connection: Connection, dataset_id: int, number: int) -> list[Change]:
    rows = connection.execute(
        select(edit_changes.c.example_id, edit_changes.c.before, edit_changes.c.after).where(
            edit_changes.c.dataset_id == dataset_id, edit_changes.c.number == number
        )
    )
    return [Change(row.example_id, _read(row.before), _read(row.after)) for row in rows]


def _written(image: Image | None) -> Image | None:
    return _translated(image, _WRITTEN)


def _read(image: Image | None) -> Image | None:
    return _translated(image, _READ)


def _translated(image: Image | None, ways: Mapping[str, Callable[[Any], Any]]) -> Image | None:
    if image is None:
        return None
    return {
        name: ways[name](value) if name in ways and value is not None else value
        for name, value in image.items()
    }
