"""Opening the workspace: SQLite in the person's home folder, or PostgreSQL by URL."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from sqlalchemy import URL, Connection, Engine, Table, create_engine, event, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DatabaseError

from voicetune.home import home
from voicetune.workspace.errors import WorkspaceError
from voicetune.workspace.migrations import latest_version, migrate, read_version

BUSY_MILLISECONDS = 20_000
"""How long a write waits for another process or thread to finish its own."""


class Workspace:
    """An open workspace; one is enough for a process, and any thread may use it."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._thread = threading.local()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Gives a connection that sees one state of the workspace."""
        writing: Connection | None = getattr(self._thread, "writing", None)
        if writing is not None:
            yield writing
            return
        with self.engine.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Gives a connection whose changes are all on disk at the end, or none of them.

        Inside another `write` of the same thread it joins that one, so that several calls become
        one transaction.
        """
        writing: Connection | None = getattr(self._thread, "writing", None)
        if writing is not None:
            yield writing
            return
        with (
            self.engine.connect().execution_options(writes=True) as connection,
            connection.begin(),
        ):
            self._thread.writing = connection
            try:
                yield connection
            finally:
                self._thread.writing = None

    def close(self) -> None:
        """Closes the connections that are not in use."""
        self.engine.dispose()


def open_workspace(url: str | None = None) -> Workspace:
    """Opens the workspace, makes it where there is none, and brings it up to date.

    `url` is an SQLAlchemy URL; without one VOICETUNE_DATABASE_URL counts, then the file
    workspace.db in the home folder. Raises WorkspaceError where it cannot be opened.
    """
    address = _address(url or os.environ.get("VOICETUNE_DATABASE_URL") or _default_url())
    try:
        engine = create_engine(address, pool_pre_ping=address.get_backend_name() != "sqlite")
    except ModuleNotFoundError as error:
        raise WorkspaceError(
            f"The workspace at {address} needs the package {error.name}, which is not installed: "
            'pip install "psycopg[binary]"'
        ) from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    workspace = Workspace(engine)
    try:
        with workspace.read() as connection:
            version = read_version(connection)
        if version != latest_version():
            with workspace.write() as connection:
                migrate(connection)
    except DatabaseError as error:
        workspace.close()
        raise WorkspaceError(
            f"The workspace at {address} cannot be opened: {error.orig}. {_way_out(error)}"
        ) from error
    except WorkspaceError:
        workspace.close()
        raise
    return workspace


def insert_into(connection: Connection, table: Table) -> sqlite.Insert:
    """Returns an insert that knows ON CONFLICT, in the words of the database at hand."""
    if connection.dialect.name == "postgresql":
        # The two classes have the same methods; one type serves for both.
        return cast(sqlite.Insert, postgresql.insert(table))
    return sqlite.insert(table)


def _way_out(error: DatabaseError) -> str:
    reason = str(error.orig)
    if "not a database" in reason or "malformed" in reason:
        return (
            "The file is damaged. Keep a copy and put a backup in its place, or move it elsewhere: "
            "VoiceTune then starts with an empty workspace."
        )
    if "unable to open" in reason or "readonly" in reason:
        return "Make sure that its folder is there and that you may write in it."
    if "locked" in reason:
        return "Another program holds it. Close that program and reload this page."
    if "full" in reason:
        return "Free some space and reload this page."
    return "Make sure that the database runs and that its address and password are right."


def _default_url() -> URL:
    return URL.create("sqlite", database=str(home() / "workspace.db"))


def _address(url: str | URL) -> URL:
    address = make_url(url)
    if address.drivername in ("postgres", "postgresql"):
        return address.set(drivername="postgresql+psycopg")
    return address


def _prepare_sqlite(connection: Any, record: Any) -> None:
    connection.isolation_level = None  # _begin_sqlite says BEGIN, Python's sqlite3 must not
    for pragma in (
        f"busy_timeout = {BUSY_MILLISECONDS}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
    ):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_sqlite(connection: Connection) -> None:
    # A write takes its lock at once. One that starts by reading and then wants to write fails,
    # however long it would wait, when another process wrote in between.
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
