"""Bringing a workspace made by an older VoiceTune up to date."""

from collections.abc import Callable

from sqlalchemy import Connection, inspect, select, text, update

from voicetune.workspace.errors import WorkspaceError
from voicetune.workspace.schema import metadata, schema_version


def _keep_originals(connection: Connection) -> None:
    connection.execute(
        text(
            "CREATE TABLE originals ("
            "dataset_id INTEGER NOT NULL, example_id INTEGER NOT NULL, text TEXT NOT NULL, "
            "PRIMARY KEY (dataset_id, example_id), "
            "FOREIGN KEY (dataset_id) REFERENCES datasets (id) ON DELETE CASCADE)"
        )
    )


def _keep_results(connection: Connection) -> None:
    connection.execute(
        text(
            "CREATE TABLE kept ("
            "kind VARCHAR NOT NULL, key VARCHAR NOT NULL, value TEXT, "
            "PRIMARY KEY (kind, key))"
        )
    )


def _try_launches_again(connection: Connection) -> None:
    moment = "TIMESTAMP WITH TIME ZONE" if connection.dialect.name == "postgresql" else "DATETIME"
    for column in (
        "rehearsal BOOLEAN DEFAULT FALSE NOT NULL",
        "tries INTEGER DEFAULT 0 NOT NULL",
        f"try_again {moment}",
        f"launch_until {moment}",
        "answers_at VARCHAR",
        "answers_as TEXT",
    ):
        connection.execute(text(f"ALTER TABLE runs ADD COLUMN {column}"))


def _tell_follow_ups(connection: Connection) -> None:
    column = "follow_up BOOLEAN DEFAULT FALSE NOT NULL"
    connection.execute(text(f"ALTER TABLE chat_turns ADD COLUMN {column}"))


def _answer_through_other_servers(connection: Connection) -> None:
    for column in ("served_at VARCHAR", "served_url VARCHAR", "served_as TEXT"):
        connection.execute(text(f"ALTER TABLE runs ADD COLUMN {column}"))


MIGRATIONS: list[Callable[[Connection], None]] = [
    _keep_originals,
    _keep_results,
    _try_launches_again,
    _tell_follow_ups,
    _answer_through_other_servers,
]
"""What changes from each version to the next; the first one takes version 1 to version 2.

A migration spells out its own statements and never uses the tables of `schema.py`: those move on
with the program, a migration must not. A new workspace is made from `schema.py` at once.
"""

_LOCK = 0x766F696365  # any number that other programs in the same PostgreSQL will not use


def latest_version() -> int:
    """Returns the version that this program's tables have."""
    return 1 + len(MIGRATIONS)


def migrate(connection: Connection) -> None:
    """Makes the tables, or brings them to this program's version, in the caller's transaction.

    Raises WorkspaceError where the workspace was made by a newer program.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    version = read_version(connection)
    latest = latest_version()
    if version is None:
        metadata.create_all(connection)
        connection.execute(schema_version.insert().values(version=latest))
        return
    if version > latest:
        raise WorkspaceError(
            f"This workspace was made by a newer VoiceTune (its version is {version}, this program "
            f"knows {latest}). Update VoiceTune to open it; nothing in it was changed."
        )
    for migration in MIGRATIONS[version - 1 :]:
        migration(connection)
    connection.execute(update(schema_version).values(version=latest))


def read_version(connection: Connection) -> int | None:
    """Returns the version of the workspace's tables, or None where there are none yet."""
    if not inspect(connection).has_table(schema_version.name):
        return None
    version: int = connection.execute(select(schema_version.c.version)).scalar_one()
    return version
