"""JSON lines between the engine's server and its two workers, the trainer and the generator."""

import io
import json
import os
import queue
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, BinaryIO

Command = dict[str, Any]
Send = Callable[..., None]
"""Called as send(event, **fields); what the rest of a worker needs of its channel."""


class Channel:
    """Commands in, events out, one JSON object a line.

    Commands are read in a thread of their own, so that one that arrives during a long step is
    waiting when the step is done. None in `commands` means that the server has gone.
    """

    def __init__(self, source: int | None, sink: BinaryIO) -> None:
        """`source` is a file descriptor: a buffered reader would block the interpreter's end.

        None where this process only speaks.
        """
        self.commands: queue.SimpleQueue[Command | None] = queue.SimpleQueue()
        self._sink = sink
        self._lock = threading.Lock()
        if source is not None:
            threading.Thread(target=self._read, args=(source,), daemon=True).start()

    def send(self, event: str, **fields: Any) -> None:
        """Writes one event at once."""
        line = json.dumps({"event": event, **fields}).encode() + b"\n"
        with self._lock:
            self._sink.write(line)
            self._sink.flush()

    def _read(self, source: int) -> None:
        rest = b""
        try:
            while chunk := os.read(source, 65536):
                *lines, rest = (rest + chunk).split(b"\n")
                for line in lines:
                    self.commands.put(json.loads(line))
        finally:
            self.commands.put(None)


class _Log(io.RawIOBase):
    """Standard error, which is a file in the engine's folder: a full disk must not end the work."""

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return 2

    def write(self, data: Any) -> int:
        with suppress(OSError):
            os.write(2, data)
        return len(data)


def take_standard_streams(source: int | None = 0) -> Channel:
    """Returns the channel on standard output and on standard input, or on another `source`.

    Libraries that print go to standard error from here on: only events may stand on the output.
    """
    sink = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    raw: Any = _Log()  # without a buffer, which the types ask for
    log = io.TextIOWrapper(raw, "utf-8", "backslashreplace", write_through=True)
    sys.stdout = sys.stderr = log
    return Channel(source, sink)


def prepare_environment(*, spins: int = 0) -> None:
    """Sets what torch and the Hugging Face libraries read when they are imported.

    No request leaves the machine. `spins`: how often an OpenMP thread looks for work before it
    sleeps. The app, the generator and the trainer share the same few cores, so only the trainer,
    whose threads are soon needed again, spins at all, and briefly.
    """
    os.environ.update(
        HF_HUB_OFFLINE="1",
        HF_HUB_DISABLE_TELEMETRY="1",
        HF_DATASETS_OFFLINE="1",
        HF_HUB_DISABLE_PROGRESS_BARS="1",
        TOKENIZERS_PARALLELISM="false",
        TRANSFORMERS_VERBOSITY="error",
    )
    os.environ.setdefault("GOMP_SPINCOUNT", str(spins))
