"""Lines of a file that could not become examples, kept so that they can be mended in place."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, func, insert, select, update

from voicetune.examples.example import Example
from voicetune.examples.intake import Refusal
from voicetune.workspace.database import Workspace
from voicetune.workspace.errors import NotFoundError
from voicetune.workspace.examples import add_examples
from voicetune.workspace.schema import examples, now, refusals


@dataclass(frozen=True, slots=True)
class StoredRefusal:
    """A refused line: `source` is the file's name, `text` the line as it came."""

    id: int
    dataset_id: int
    source: str
    line: int
    code: str
    reason: str
    text: str
    created: datetime


def save_refusals(
    ws: Workspace, dataset_id: int, refused: Iterable[Refusal], *, source: str = ""
) -> None:
    """Keeps refused lines of one file."""
    moment = now()
    rows = [
        {
            "dataset_id": dataset_id,
            "source": source,
            "line": refusal.line,
            "code": refusal.code,
            "reason": refusal.reason,
            "text": refusal.text,
            "created": moment,
        }
        for refusal in refused
    ]
    if rows:
        with ws.write() as connection:
            connection.execute(insert(refusals), rows)


def list_refusals(ws: Workspace, dataset_id: int) -> list[StoredRefusal]:
    """Returns the lines that still wait for a mend, in the order of the files."""
    query = _waiting(select(*_columns()), dataset_id).order_by(refusals.c.id)
    with ws.read() as connection:
        return [StoredRefusal(**row._mapping) for row in connection.execute(query)]


def count_refusals(ws: Workspace, dataset_id: int) -> int:
    """Returns how many lines wait for a mend."""
    query = _waiting(select(func.count()).select_from(refusals), dataset_id)
    with ws.read() as connection:
        return int(connection.execute(query).scalar_one())


def mend_refusal(
    ws: Workspace, refusal_id: int, example: Example, label: str = "Mend a refused line"
) -> int:
    """Adds the example that a refused line was mended into, as one step, and returns its id.

    The line no longer waits; undoing the step brings it back.
    """
    this = refusals.c.id == refusal_id
    with ws.write() as connection:
        found = connection.execute(select(refusals.c.dataset_id).where(this)).scalar()
        if found is None:
            raise NotFoundError("This line is no longer here.")
        (example_id,) = add_examples(ws, found, [example], label)
        connection.execute(update(refusals).where(this).values(example_id=example_id))
    return example_id


def update_refusal(ws: Workspace, refusal_id: int, refusal: Refusal) -> None:
    """Keeps a line that was edited and is still not right, with what is wrong with it now."""
    change = update(refusals).where(refusals.c.id == refusal_id)
    with ws.write() as connection:
        connection.execute(
            change.values(code=refusal.code, reason=refusal.reason, text=refusal.text)
        )


def delete_refusal(ws: Workspace, refusal_id: int) -> None:
    """Drops a refused line for good."""
    with ws.write() as connection:
        connection.execute(delete(refusals).where(refusals.c.id == refusal_id))


def delete_refusals(ws: Workspace, dataset_id: int) -> None:
    """Drops all refused lines of a set for good."""
    with ws.write() as connection:
        connection.execute(delete(refusals).where(refusals.c.dataset_id == dataset_id))


def _columns() -> list[Any]:
    return [column for column in refusals.c if column.name != "example_id"]


def _waiting(query: Select[Any], dataset_id: int) -> Select[Any]:
    mended = select(examples.c.id).where(examples.c.id == refusals.c.example_id).exists()
    return query.where(refusals.c.dataset_id == dataset_id, ~mended)
