"""Imported texts exactly as they were found, beside the examples made of them."""

from collections.abc import Mapping

from sqlalchemy import insert, select

from voicetune.workspace.database import Workspace
from voicetune.workspace.schema import originals


def save_originals(ws: Workspace, dataset_id: int, texts: Mapping[int, str]) -> None:
    """Keeps the found text of each new example, by its id."""
    rows = [{"dataset_id": dataset_id, "example_id": i, "text": t} for i, t in texts.items()]
    if rows:
        with ws.write() as connection:
            connection.execute(insert(originals), rows)


def original_of(ws: Workspace, dataset_id: int, example_id: int) -> str | None:
    """Returns the text as it was found, or None where nothing in it was mended."""
    query = select(originals.c.text).where(
        originals.c.dataset_id == dataset_id, originals.c.example_id == example_id
    )
    with ws.read() as connection:
        text: str | None = connection.execute(query).scalar()
    return text
