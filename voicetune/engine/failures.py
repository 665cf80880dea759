"""What can go wrong in a worker, as a stable code and a sentence a person can act on."""

import errno
import re
import sqlite3
from dataclasses import dataclass


@dataclass
class EngineError(Exception):
    """A failure with a code, a message for people and, where one is to blame, the parameter."""

    code: str
    message: str
    param: str | None = None

    def __str__(self) -> str:
        return self.message


STORAGE = frozenset({"disk_full", "folder_not_writable", "storage_failed"})
"""The codes of what is mended outside the engine, after which a job can go on where it was."""

RESUME = "resume: nothing learned is lost"

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_FORBIDDEN = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})
_OUT_OF_MEMORY = re.compile(
    "out of memory|allocate memory"
    "|start new thread|Resource temporarily unavailable"  # no room for a thread's stack
    "|could not create a primitive$"  # oneDNN's, no room for its code
)
_SYSTEM_ERROR = re.compile(r"\(os error (\d+)\)")
"""How safetensors, which is written in Rust, tells the number of a failure of the system."""


def explain(error: BaseException) -> EngineError:
    """Returns the failure behind any exception; one nobody foresaw names its type alone.

    Its text may hold a person's words and would end up in job events, so it is left out.
    """
    if isinstance(error, EngineError):
        return error
    text = str(error)
    if isinstance(error, MemoryError) or _OUT_OF_MEMORY.search(text):
        return EngineError(
            "out_of_memory",
            "This computer ran out of memory. Close other programs, choose a smaller batch size "
            "or a smaller base model, and start again.",
            "batch_size",
        )
    return storage_problem(error) or EngineError(
        "internal_error",
        f"Something in the engine broke ({type(error).__name__}). "
        "Its log in the engine's folder has the place.",
    )


def storage_problem(error: BaseException, then: str = RESUME) -> EngineError | None:
    """Returns the failure where the disk or the folder is to blame, else None.

    `then`: what to do once that is mended.
    """
    number, database = _system_error(error), _database_error(error)
    if number in _FULL or database == sqlite3.SQLITE_FULL:
        return EngineError("disk_full", f"The disk is full. Free some space and {then}.")
    if number in _FORBIDDEN or database in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN):
        return EngineError(
            "folder_not_writable", f"The engine may not write in its folder. Allow it and {then}."
        )
    if number == errno.EIO or database == sqlite3.SQLITE_IOERR:
        return EngineError(
            "storage_failed", f"The disk did not take what was written. Look after it and {then}."
        )
    return None


def _system_error(error: BaseException) -> int | None:
    if isinstance(error, OSError):
        return error.errno
    told = _SYSTEM_ERROR.search(str(error))
    return int(told[1]) if told else None


def _database_error(error: BaseException) -> int | None:
    """Returns SQLite's primary code, which is the lowest byte of the one it gives."""
    return error.sqlite_errorcode & 0xFF if isinstance(error, sqlite3.OperationalError) else None
