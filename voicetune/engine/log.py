"""The engine's log: one JSON object a line, without anything that people wrote."""

import json
import logging
import traceback
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path

_FIELDS = (
    "method",
    "path",
    "status",
    "milliseconds",
    "worker",
    "worker_pid",
    "exit_code",
    "job",
)


class JsonLines(logging.Formatter):
    """Writes time, level, what happened and its fields; of an exception its type and place.

    An exception's own text is left out, since it may quote a request, and so is what libraries
    say; their names tell where to look.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Returns one line."""
        when = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        event = record.msg if record.name == "voicetune.engine" else record.name
        line = {"time": when, "level": record.levelname.lower(), "event": event}
        line |= {name: getattr(record, name) for name in _FIELDS if hasattr(record, name)}
        if record.exc_info and record.exc_info[0] is not None:
            line["exception"] = record.exc_info[0].__name__
            line["at"] = "".join(traceback.format_tb(record.exc_info[2]))
        return json.dumps(line, ensure_ascii=False)


def write_log_to(file: Path) -> None:
    """Sends what the engine and its server log to `file`, three files of 2 MB at most."""
    logging.raiseExceptions = False  # a full disk: logging would tell it elsewhere, in full
    handler = RotatingFileHandler(file, maxBytes=2 * 2**20, backupCount=2, encoding="utf-8")
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    for library in ("asyncio", "uvicorn"):
        logging.getLogger(library).setLevel(logging.WARNING)
