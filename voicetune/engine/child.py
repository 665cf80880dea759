"""A worker process that takes and gives JSON lines over its pipes.

It leads a process group of its own, so that ending it ends whatever it started, and it exits by
itself when its standard input closes: a killed server leaves no worker behind.
"""

import asyncio
import json
import logging
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil

LINE_LIMIT = 16 * 2**20
LOG_LIMIT = 4 * 2**20

_log = logging.getLogger("voicetune.engine")

_SETTINGS = {
    "HF_HUB_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "PYTHONUTF8": "1",
    "PYTHONUNBUFFERED": "1",
}


class Child:
    """One worker process."""

    def __init__(self, name: str, process: asyncio.subprocess.Process) -> None:
        self.name = name
        self._process = process

    @classmethod
    async def start(
        cls,
        name: str,
        command: Sequence[str],
        log: Path,
        *,
        keep_open: Sequence[int] = (),
        online: bool = False,
    ) -> "Child":
        """Starts the worker that is called `name` in the log.

        Its standard error goes to `log`; it inherits the file descriptors in `keep_open`. Only an
        `online` one may ask the Hugging Face Hub, unless the person forbids that too.
        """
        settings = {k: v for k, v in _SETTINGS.items() if not (online and k == "HF_HUB_OFFLINE")}
        mode = "ab" if log.exists() and log.stat().st_size < LOG_LIMIT else "wb"
        with log.open(mode) as errors:
            process = await asyncio.create_subprocess_exec(
                *command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                env={**os.environ, **settings},
                cwd=Path(__file__).resolve().parents[2],
                start_new_session=True,
                pass_fds=keep_open,
                limit=LINE_LIMIT,
            )
        _log.info("worker started", extra={"worker": name, "worker_pid": process.pid})
        return cls(name, process)

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self._process.returncode is None

    @property
    def exit_code(self) -> int | None:
        """The exit status; negative where a signal ended it; None while it runs."""
        return self._process.returncode

    async def send(self, message: Mapping[str, Any]) -> None:
        """Writes one line; a worker that is gone is noticed where its events are read."""
        assert self._process.stdin is not None  # noqa: S101
        with suppress(ConnectionError):
            self._process.stdin.write(json.dumps(message, ensure_ascii=False).encode() + b"\n")
            await self._process.stdin.drain()

    async def events(self) -> AsyncIterator[dict[str, Any]]:
        """Yields what the worker says, until it closes its output."""
        assert self._process.stdout is not None  # noqa: S101
        while line := await self._process.stdout.readline():
            try:
                event = json.loads(line)
            except ValueError:
                # A library that prints to standard output; its words may hold anything.
                _log.warning("worker wrote a line that is no event", extra={"worker": self.name})
                continue
            yield event

    async def wait(self) -> int:
        """Waits for the exit and returns its status."""
        return await self._process.wait()

    async def kill(self) -> None:
        """Ends the worker and everything that it started, and waits until it is gone.

        What `accelerate launch` starts is not in the worker's own process group.
        """
        with suppress(psutil.NoSuchProcess):
            for started in psutil.Process(self._process.pid).children(recursive=True):
                with suppress(psutil.NoSuchProcess):
                    started.kill()
        with suppress(ProcessLookupError):
            if sys.platform == "win32":
                self._process.kill()
            else:
                os.killpg(self._process.pid, signal.SIGKILL)
        await self._process.wait()
        _log.info(
            "worker ended", extra={"worker": self.name, "exit_code": self._process.returncode}
        )
