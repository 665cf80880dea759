"""The examples of a set. Every change is a step of the set's history, in the same transaction."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, func, insert, select

from voicetune.examples.example import Example
from voicetune.workspace.database import Workspace
from voicetune.workspace.errors import NotFoundError
from voicetune.workspace.history import Change, Image, lock_dataset, log_step, make_step
from voicetune.workspace.schema import examples, now
from voicetune.workspace.search import fold, folded_messages

_FIELDS = ("messages", "include", "split", "split_pinned", "origin", "extra", "written_on")
_PLACE = ("position", "created", "updated")
_CHUNK = 500


def add_examples(
    ws: Workspace,
    dataset_id: int,
    new: Sequence[Example],
    label: str,
    *,
    after: int | None = None,
) -> list[int]:
    """Adds examples as one step and returns their ids.

    They come at the end, or right behind the example `after` and whatever was put behind it before.
    """
    if not new:
        return []
    moment = now()
    with ws.write() as connection:
        dataset = lock_dataset(connection, dataset_id)
        if after is None:
            position, stride = _last_position(connection, dataset_id) + 1, 1
        else:
            position, stride = _row(connection, after).position, 0
        images = [
            {
                **_image(example),
                "position": position + number * stride,
                "created": moment,
                "updated": moment,
            }
            for number, example in enumerate(new)
        ]
        ids = _insert(connection, dataset_id, images)
        changes = [Change(id_, None, image) for id_, image in zip(ids, images, strict=True)]
        log_step(connection, dataset, label, changes)
    return ids


def get_example(ws: Workspace, example_id: int) -> Example:
    """Returns one example, or raises NotFoundError."""
    with ws.read() as connection:
        return _example(_row(connection, example_id))


def list_examples(
    ws: Workspace,
    dataset_id: int,
    *,
    offset: int = 0,
    limit: int | None = None,
    ids: Sequence[int] | None = None,
) -> list[Example]:
    """Returns examples in the set's order, or those of `ids` in the order of `ids`.

    Ids that are not in the set are passed over.
    """
    with ws.read() as connection:
        if ids is not None:
            found = {row.id: row for row in _rows(connection, dataset_id, ids)}
            return [_example(found[id_]) for id_ in ids[offset:][:limit] if id_ in found]
        query = _ordered(select(examples).where(examples.c.dataset_id == dataset_id))
        return [_example(row) for row in connection.execute(query.offset(offset).limit(limit))]


def examples_from(ws: Workspace, dataset_id: int, origins: Collection[str]) -> dict[str, Example]:
    """Returns the examples that came from these origins, by origin; the newest of several."""
    query = select(examples).where(
        examples.c.dataset_id == dataset_id, examples.c.origin.in_(origins)
    )
    with ws.read() as connection:
        rows = connection.execute(query.order_by(examples.c.id))
        return {row.origin: _example(row) for row in rows}


def list_ids(
    ws: Workspace,
    dataset_id: int,
    *,
    include: bool | None = None,
    split: str | None = None,
    search: str = "",
    offset: int = 0,
    limit: int | None = None,
) -> list[int]:
    """Returns the ids of the examples that fit, in the set's order.

    `search` is looked for in questions and answers, whatever its case.
    """
    query = _filtered(select(examples.c.id), dataset_id, include, split, search)
    with ws.read() as connection:
        return list(connection.execute(_ordered(query).offset(offset).limit(limit)).scalars())


def count_examples(
    ws: Workspace,
    dataset_id: int,
    *,
    include: bool | None = None,
    split: str | None = None,
    search: str = "",
) -> int:
    """Returns how many examples fit."""
    query = select(func.count()).select_from(examples)
    with ws.read() as connection:
        count: int = connection.execute(
            _filtered(query, dataset_id, include, split, search)
        ).scalar_one()
    return count


def update_example(
    ws: Workspace, example_id: int, *, label: str = "Change an example", **changes: Any
) -> Example:
    """Sets fields of one example, as one step, and returns it as it is now.

    `changes` are fields of Example. Fields that are not named keep what another window gave them.
    """
    with ws.write() as connection:
        row = _row(connection, example_id)
        dataset = lock_dataset(connection, row.dataset_id)
        example = replace(_example(_row(connection, example_id)), **changes)
        made = differences(connection, row.dataset_id, {example_id: example})
        make_step(connection, dataset, label, made)
    return example


def update_examples(
    ws: Workspace, dataset_id: int, changed: Mapping[int, Example], label: str
) -> int:
    """Sets examples by id, all as one step, and returns how many differed.

    Ids that are not in the set (any more) are passed over.
    """
    with ws.write() as connection:
        dataset = lock_dataset(connection, dataset_id)
        changes = differences(connection, dataset_id, changed)
        make_step(connection, dataset, label, changes)
    return len(changes)


def delete_examples(
    ws: Workspace, dataset_id: int, ids: Iterable[int], label: str | None = None
) -> int:
    """Deletes examples as one step and returns how many there were."""
    with ws.write() as connection:
        dataset = lock_dataset(connection, dataset_id)
        rows = list(_rows(connection, dataset_id, sorted(set(ids))))
        count = "an example" if len(rows) == 1 else f"{len(rows)} examples"
        changes = [Change(row.id, {**_image(row), **_place(row)}, None) for row in rows]
        make_step(connection, dataset, label or f"Delete {count}", changes)
    return len(rows)


def duplicate_example(ws: Workspace, example_id: int, label: str = "Duplicate an example") -> int:
    """Puts a copy right behind the example, as one step, and returns the copy's id."""
    with ws.write() as connection:
        row = _row(connection, example_id)
        return add_examples(ws, row.dataset_id, [_example(row)], label, after=example_id)[0]


def replace_example(
    ws: Workspace, example_id: int, new: Sequence[Example], label: str
) -> list[int]:
    """Puts examples in the place of one, as one step, and returns their ids."""
    moment = now()
    with ws.write() as connection:
        row = _row(connection, example_id)
        dataset = lock_dataset(connection, row.dataset_id)
        images = [
            {**_image(each), "position": row.position, "created": moment, "updated": moment}
            for each in new
        ]
        ids = _insert(connection, row.dataset_id, images)
        added = [Change(id_, None, image) for id_, image in zip(ids, images, strict=True)]
        gone = Change(row.id, {**_image(row), **_place(row)}, None)
        connection.execute(delete(examples).where(examples.c.id == row.id))
        log_step(connection, dataset, label, [gone, *added])
    return ids


def differences(
    connection: Connection, dataset_id: int, changed: Mapping[int, Example]
) -> list[Change]:
    """Returns what it takes to make the stored examples equal to the given ones."""
    changes = []
    for row in _rows(connection, dataset_id, list(changed)):
        old, new = _image(row), _image(changed[row.id])
        names = [name for name in _FIELDS if not _same(old[name], new[name])]
        if names:
            before, after = ({name: image[name] for name in names} for image in (old, new))
            changes.append(Change(row.id, before, after))
    return changes


def _insert(connection: Connection, dataset_id: int, images: Sequence[Image]) -> list[int]:
    """Gives new examples their ids, in the order of their images."""
    rows = [
        {"dataset_id": dataset_id, "folded": folded_messages(image["messages"]), **image}
        for image in images
    ]
    returning = insert(examples).returning(examples.c.id, sort_by_parameter_order=True)
    return list(connection.execute(returning, rows).scalars())


def _same(old: Any, new: Any) -> bool:
    # Python finds 1 and True equal, a training file does not.
    return old == new and json.dumps(old, default=str) == json.dumps(new, default=str)


def _image(source: Example | Row[Any]) -> Image:
    return {name: getattr(source, name) for name in _FIELDS}


def _place(row: Row[Any]) -> Image:
    return {name: getattr(row, name) for name in _PLACE}


def _example(row: Row[Any]) -> Example:
    return Example(id=row.id, **_image(row))


def _row(connection: Connection, example_id: int) -> Row[Any]:
    row = connection.execute(select(examples).where(examples.c.id == example_id)).one_or_none()
    if row is None:
        raise NotFoundError(f"There is no example {example_id} any more.")
    return row


def _rows(connection: Connection, dataset_id: int, ids: Sequence[int]) -> Iterator[Row[Any]]:
    query = select(examples).where(examples.c.dataset_id == dataset_id)
    for start in range(0, len(ids), _CHUNK):
        yield from connection.execute(query.where(examples.c.id.in_(ids[start : start + _CHUNK])))


def _ordered(query: Select[Any]) -> Select[Any]:
    return query.order_by(examples.c.position, examples.c.id)


def _filtered(
    query: Select[Any], dataset_id: int, include: bool | None, split: str | None, search: str
) -> Select[Any]:
    query = query.where(examples.c.dataset_id == dataset_id)
    if include is not None:
        query = query.where(examples.c.include.is_(include))
    if split is not None:
        query = query.where(examples.c.split == split)
    if search.strip():
        query = query.where(examples.c.folded.contains(fold(search.strip()), autoescape=True))
    return query


def _last_position(connection: Connection, dataset_id: int) -> int:
    last = select(func.max(examples.c.position)).where(examples.c.dataset_id == dataset_id)
    return connection.execute(last).scalar() or 0
