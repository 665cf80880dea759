"""Sets of examples: one for each voice."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, delete, func, insert, select, update

from voicetune.examples.example import Example
from voicetune.workspace.database import Workspace
from voicetune.workspace.errors import NotFoundError
from voicetune.workspace.examples import differences
from voicetune.workspace.history import THE_SET, Change, lock_dataset, make_step
from voicetune.workspace.kept import kind_of
from voicetune.workspace.schema import datasets, examples, kept, now


@dataclass(frozen=True, slots=True)
class Dataset:
    """A set of examples. `sample` names the shipped voice it was made from, if it was.

    `examples` and `included` are counts; `revision` grows with every edit, undo and redo.
    """

    id: int
    name: str
    sample: str | None
    system: str | None
    revision: int
    examples: int
    included: int
    created: datetime
    updated: datetime


def create_dataset(ws: Workspace, name: str, *, sample: str | None = None) -> int:
    """Makes an empty set and returns its id."""
    moment = now()
    with ws.write() as connection:
        dataset_id: int = connection.execute(
            insert(datasets)
            .values(name=name, sample=sample, revision=0, head=0, created=moment, updated=moment)
            .returning(datasets.c.id)
        ).scalar_one()
    return dataset_id


def list_datasets(ws: Workspace) -> list[Dataset]:
    """Returns all sets, the one worked on last first."""
    query = _query().order_by(datasets.c.updated.desc(), datasets.c.id.desc())
    with ws.read() as connection:
        return [Dataset(**row._mapping) for row in connection.execute(query)]


def get_dataset(ws: Workspace, dataset_id: int) -> Dataset:
    """Returns one set, or raises NotFoundError."""
    with ws.read() as connection:
        row = connection.execute(_query().where(datasets.c.id == dataset_id)).one_or_none()
    if row is None:
        raise _missing(dataset_id)
    return Dataset(**row._mapping)


def rename_dataset(ws: Workspace, dataset_id: int, name: str) -> None:
    """Gives the set another name. This is no step of its history."""
    change = update(datasets).where(datasets.c.id == dataset_id).values(name=name, updated=now())
    with ws.write() as connection:
        if connection.execute(change).rowcount == 0:
            raise _missing(dataset_id)


def delete_dataset(ws: Workspace, dataset_id: int) -> None:
    """Removes the set, its examples, their history and what was kept of it. Its runs stay."""
    with ws.write() as connection:
        connection.execute(delete(datasets).where(datasets.c.id == dataset_id))
        connection.execute(delete(kept).where(kept.c.kind.startswith(kind_of(dataset_id, ""))))


def set_system_message(
    ws: Workspace,
    dataset_id: int,
    system: str | None,
    *,
    aligned: Mapping[int, Example] | None = None,
    label: str = "Change the system message",
) -> None:
    """Sets the one system message of the whole set, as one step.

    `aligned` are examples, by id, that change with it in the same step.
    """
    with ws.write() as connection:
        dataset = lock_dataset(connection, dataset_id)
        changes = differences(connection, dataset_id, aligned or {})
        if dataset.system != system:
            changes.append(Change(THE_SET, {"system": dataset.system}, {"system": system}))
        make_step(connection, dataset, label, changes)


def _query() -> Select[tuple[object, ...]]:
    inside = select(func.count()).where(examples.c.dataset_id == datasets.c.id)
    return select(
        datasets.c.id,
        datasets.c.name,
        datasets.c.sample,
        datasets.c.system,
        datasets.c.revision,
        inside.scalar_subquery().label("examples"),
        inside.where(examples.c.include).scalar_subquery().label("included"),
        datasets.c.created,
        datasets.c.updated,
    )


def _missing(dataset_id: int) -> NotFoundError:
    return NotFoundError(f"There is no set of examples {dataset_id}.")
