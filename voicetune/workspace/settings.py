"""Small things to remember, by name. Keys of places do not belong here."""

from typing import Any

from sqlalchemy import select

from voicetune.workspace.database import Workspace, insert_into
from voicetune.workspace.schema import settings


def get_setting(ws: Workspace, key: str, default: Any = None) -> Any:
    """Returns the value, or the default where none was set."""
    with ws.read() as connection:
        row = connection.execute(
            select(settings.c.value).where(settings.c.key == key)
        ).one_or_none()
    return default if row is None else row.value


def set_setting(ws: Workspace, key: str, value: Any) -> None:
    """Sets a value: anything that JSON can hold."""
    with ws.write() as connection:
        connection.execute(
            insert_into(connection, settings)
            .values(key=key, value=value)
            .on_conflict_do_update(index_elements=["key"], set_={"value": value})
        )
