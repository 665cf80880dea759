"""Results that cost time to work out, kept by what they were worked out from.

The kind names the work and the version of its rules ("coach-1"), the key is a hash of all that
goes into one result. So a result is never wrong, only no longer asked for, and need not be
dropped when something changes.
"""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import delete, select

from voicetune.workspace.database import Workspace, insert_into
from voicetune.workspace.schema import kept

_CHUNK = 5000  # keys in one statement; SQLite takes 32,766 values


def kind_of(dataset_id: int, name: str) -> str:
    """Returns the kind of results that are a set's own: they go when the set is deleted."""
    return f"{dataset_id}/{name}"


def kept_results(ws: Workspace, kind: str, keys: Collection[str]) -> dict[str, Any]:
    """Returns the results that are kept of those keys, by key; the others are left out."""
    found: dict[str, Any] = {}
    query = select(kept.c.key, kept.c.value).where(kept.c.kind == kind)
    wanted = list(keys)
    with ws.read() as connection:
        for start in range(0, len(wanted), _CHUNK):
            chunk = wanted[start : start + _CHUNK]
            for row in connection.execute(query.where(kept.c.key.in_(chunk))):
                found[row.key] = row.value
    return found


def any_kept(ws: Workspace, kind: str) -> bool:
    """Says whether anything of a kind is kept."""
    with ws.read() as connection:
        return (
            connection.execute(select(kept.c.key).where(kept.c.kind == kind).limit(1)).first()
            is not None
        )


def keep_results(ws: Workspace, kind: str, values: Mapping[str, Any]) -> None:
    """Keeps results by key: anything that JSON can hold. One kept before is replaced."""
    if not values:
        return
    with ws.write() as connection:
        insert = insert_into(connection, kept)
        connection.execute(
            insert.on_conflict_do_update(
                index_elements=["kind", "key"], set_={"value": insert.excluded.value}
            ),
            [{"kind": kind, "key": key, "value": value} for key, value in values.items()],
        )


def forget_results(ws: Workspace, kind: str) -> None:
    """Drops everything of a kind."""
    with ws.write() as connection:
        connection.execute(delete(kept).where(kept.c.kind == kind))
