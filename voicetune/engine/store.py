"""The engine's SQLite file and folders, and the uploaded files.

One connection, used on the server's own thread. It holds the database alone, so that a second
engine on the same folder is refused instead of running the same jobs twice.
"""

import json
import os
import secrets
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SCHEMA_VERSION = 1
NEWEST = 2**63 - 1
"""A position after every row: where a list that starts with the newest begins."""

_SCHEMA = """
CREATE TABLE files (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, filename TEXT NOT NULL,
    bytes INTEGER NOT NULL, purpose TEXT NOT NULL, created_at INTEGER NOT NULL
) STRICT;
CREATE TABLE jobs (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, status TEXT NOT NULL,
    document TEXT NOT NULL
) STRICT;
CREATE INDEX jobs_by_status ON jobs (status, seq);
CREATE TABLE events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,
    job_id TEXT NOT NULL REFERENCES jobs (id), created_at INTEGER NOT NULL, level TEXT NOT NULL,
    type TEXT NOT NULL, message TEXT NOT NULL, data TEXT NOT NULL
) STRICT;
CREATE INDEX events_by_job ON events (job_id, seq);
CREATE TABLE models (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, base TEXT NOT NULL,
    folder TEXT NOT NULL, job_id TEXT NOT NULL REFERENCES jobs (id), created_at INTEGER NOT NULL
) STRICT;
CREATE TABLE checkpoints (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,
    job_id TEXT NOT NULL REFERENCES jobs (id), created_at INTEGER NOT NULL, step INTEGER NOT NULL,
    model TEXT NOT NULL, metrics TEXT NOT NULL, UNIQUE (job_id, step)
) STRICT;
CREATE TABLE speeds (
    model TEXT PRIMARY KEY, tokens_per_second REAL NOT NULL, measured_at INTEGER NOT NULL
) STRICT;
"""


class HomeInUseError(Exception):
    """Another engine works in this folder."""


def new_id(prefix: str) -> str:
    """Returns a fresh identifier such as file-3f2a..."""
    return f"{prefix}-{secrets.token_hex(12)}"


def now() -> int:
    """Returns the time as OpenAI writes it: whole seconds since 1970, UTC."""
    return int(time.time())


class Store:
    """The database under `home` and the folders beside it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.files = home / "files"
        self.uploads = home / "uploads"
        self.jobs = home / "jobs"
        for folder in (home, self.files, self.uploads, self.jobs, home / "models", home / "logs"):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._db = sqlite3.connect(home / "engine.sqlite", isolation_level=None, timeout=2)
        self._db.row_factory = sqlite3.Row
        self._afterwards: list[Callable[[], None]] = []
        try:
            self._db.execute("PRAGMA locking_mode = EXCLUSIVE")
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = FULL")
            self._db.execute("PRAGMA foreign_keys = ON")
            with self.transaction():
                self._migrate()
        except sqlite3.OperationalError as error:
            self._db.close()
            if "locked" in str(error):
                raise HomeInUseError(f"Another engine is at work in {home}.") from error
            raise
        self._remove_leftovers()

    def close(self) -> None:
        """Lets go of the database."""
        self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Keeps everything written inside it, or nothing; one inside another joins the outer."""
        if self._db.in_transaction:
            yield
            return
        self._db.execute("BEGIN IMMEDIATE")
        self._afterwards.clear()
        try:
            yield
            self._db.execute("COMMIT")
        except BaseException:
            if self._db.in_transaction:  # on a full disk SQLite may have rolled it back by itself
                self._db.execute("ROLLBACK")
            raise
        for act in self._afterwards:
            act()

    def afterwards(self, act: Callable[[], None]) -> None:
        """Does what cannot be undone once the transaction at hand is kept; never where it is not.

        So there may be bytes without a row, which are found and removed, never the reverse.
        """
        self._afterwards.append(act)

    def write(self, statement: str, *values: Any) -> None:
        """Runs one writing statement."""
        self._db.execute(statement, values)

    def row(self, query: str, *values: Any) -> sqlite3.Row | None:
        """Returns the first row, or None."""
        row: sqlite3.Row | None = self._db.execute(query, values).fetchone()
        return row

    def rows(self, query: str, *values: Any) -> list[sqlite3.Row]:
        """Returns all rows."""
        return self._db.execute(query, values).fetchall()

    def _migrate(self) -> None:
        version = self._db.execute("PRAGMA user_version").fetchone()[0]
        if version == 0:
            for statement in _SCHEMA.split(";\n"):
                self._db.execute(statement)
            self._db.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        elif version > SCHEMA_VERSION:
            raise HomeInUseError(f"{self.home} belongs to a newer VoiceTune. Please update first.")

    def _remove_leftovers(self) -> None:
        """Removes what an upload or a deletion that was cut off by a kill has left behind."""
        for torn in self.uploads.iterdir():
            torn.unlink()
        kept = {row["id"] for row in self.rows("SELECT id FROM files")}
        for file in self.files.iterdir():
            if file.name not in kept:
                file.unlink()


@dataclass(frozen=True, slots=True)
class StoredFile:
    """An uploaded file or a job's results; `bytes` is its size."""

    id: str
    filename: str
    bytes: int
    purpose: str
    created_at: int


@dataclass(frozen=True, slots=True)
class Page:
    """Part of a list: what comes after the item with the id `after`, `limit` items at most."""

    after: str | None = None
    limit: int = 20


class UnknownCursorError(LookupError):
    """The list has no item with the id given as `after`."""


def cursor(row: sqlite3.Row | None, page: Page, *, start: int) -> int:
    """Returns the position to list from: that of the page's `after`, whose row is `row`."""
    if page.after is None:
        return start
    if row is None:
        raise UnknownCursorError(page.after)
    position: int = row["seq"]
    return position


def add_file(store: Store, source: Path, filename: str, purpose: str) -> StoredFile:
    """Takes the file at `source` (moved, on the same disk) into the store."""
    file = StoredFile(new_id("file"), filename, source.stat().st_size, purpose, now())
    path = file_path(store, file.id)
    source.replace(path)
    try:
        store.write(
            "INSERT INTO files (id, filename, bytes, purpose, created_at) VALUES (?, ?, ?, ?, ?)",
            *(file.id, file.filename, file.bytes, file.purpose, file.created_at),
        )
    except sqlite3.Error:
        path.unlink()
        raise
    return file


def write_file(store: Store, content: bytes, filename: str, purpose: str) -> StoredFile:
    """Puts `content` into the store as a file."""
    torn = store.uploads / secrets.token_hex(8)
    try:
        with torn.open("wb") as target:
            target.write(content)
            target.flush()
            os.fsync(target.fileno())
        return add_file(store, torn, filename, purpose)
    finally:
        torn.unlink(missing_ok=True)


def get_file(store: Store, file_id: str) -> StoredFile | None:
    """Returns the file, or None."""
    row = store.row("SELECT * FROM files WHERE id = ?", file_id)
    return None if row is None else _file(row)


def list_files(
    store: Store, page: Page, *, purpose: str | None = None, oldest_first: bool = False
) -> tuple[list[StoredFile], bool]:
    """Returns a page of files, newest first unless told, and whether more follow."""
    after = store.row("SELECT seq FROM files WHERE id = ?", page.after)
    if oldest_first:
        query = "SELECT * FROM files WHERE seq > ? AND purpose = ifnull(?, purpose) ORDER BY seq"
        start = cursor(after, page, start=0)
    else:
        query = (
            "SELECT * FROM files WHERE seq < ? AND purpose = ifnull(?, purpose) ORDER BY seq DESC"
        )
        start = cursor(after, page, start=NEWEST)
    rows = store.rows(query + " LIMIT ?", start, purpose, page.limit + 1)
    return [_file(row) for row in rows[: page.limit]], len(rows) > page.limit


def delete_file(store: Store, file_id: str) -> None:
    """Deletes the file; its bytes go after the row, so that no row is ever without its bytes."""
    store.write("DELETE FROM files WHERE id = ?", file_id)
    file_path(store, file_id).unlink(missing_ok=True)


def file_path(store: Store, file_id: str) -> Path:
    """Returns where the bytes of a stored file are."""
    return store.files / file_id


def save_speed(store: Store, model: str, tokens_per_second: float) -> None:
    """Keeps how fast this machine trains a base model, in training tokens a second."""
    store.write("INSERT OR REPLACE INTO speeds VALUES (?, ?, ?)", model, tokens_per_second, now())


def speed_of(store: Store, model: str) -> tuple[float, int] | None:
    """Returns tokens a second and when that was measured, or None where it never was."""
    row = store.row("SELECT tokens_per_second, measured_at FROM speeds WHERE model = ?", model)
    return None if row is None else (row["tokens_per_second"], row["measured_at"])


def forget_speed(store: Store, model: str) -> None:
    """Forgets how fast a base model is trained here; the next one of that name may differ."""
    store.write("DELETE FROM speeds WHERE model = ?", model)


def to_json(value: Any) -> str:
    """Returns the value as it is kept in a column."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def remove_folder(folder: Path) -> None:
    """Removes a folder and all in it; one that is not there is fine."""
    shutil.rmtree(folder, ignore_errors=True)


def _file(row: sqlite3.Row) -> StoredFile:
    return StoredFile(row["id"], row["filename"], row["bytes"], row["purpose"], row["created_at"])
