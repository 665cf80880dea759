"""The trainer: one warm spare process at a time, which takes one job and exits."""

import asyncio
import sys
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from voicetune.engine.child import Child

LOOK_EVERY = 0.1
"""Seconds between looks whether the trainer before is gone."""
MEASURING_LIMIT = 60
"""Seconds after which a measurement of speed is given up."""


class TrainerProcess:
    """One trainer process, from its start to the end of its job."""

    def __init__(self, child: Child) -> None:
        self._child = child
        self._events = child.events()
        self._ready = asyncio.create_task(self._next("ready"))

    @classmethod
    async def start(cls, command: Sequence[str], log: Path, lock: Path) -> "TrainerProcess":
        """Starts a trainer once no other is at work here; returns before it is ready.

        A trainer of a server that was killed may still be putting its last step aside. Each one
        inherits the lock, which the system lifts when the last process that has it is gone.
        """
        async with _locked(lock) as handles:
            return cls(await Child.start("trainer", command, log, keep_open=handles))

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self._child.alive

    @property
    def exit_code(self) -> int | None:
        """The exit status; negative where a signal ended it; None while it runs."""
        return self._child.exit_code

    async def wait_ready(self) -> bool:
        """Waits until the process has loaded its libraries; False where it died first."""
        return await asyncio.shield(self._ready) is not None

    async def measure(self, model: str) -> float | None:
        """Returns how many tokens a second training takes in here, or None where it died."""
        await self._child.send({"op": "measure", "model": model})
        event = await self._next("speed")
        return None if event is None else event["tokens_per_second"]

    async def train(self, job: Mapping[str, Any]) -> AsyncGenerator[dict[str, Any], None]:
        """Hands the job over and yields its events until the process closes its output."""
        await self._child.send({"op": "train", **job})
        async for event in self._events:
            yield event

    async def pause(self) -> None:
        """Asks the trainer to put its state aside after this step and exit."""
        await self._child.send({"op": "pause"})

    async def kill(self) -> None:
        """Ends the trainer and whatever it started."""
        await self._child.kill()

    async def _next(self, kind: str) -> dict[str, Any] | None:
        async for event in self._events:
            if event["event"] == kind:
                return event
        return None


@asynccontextmanager
async def _locked(file: Path) -> AsyncIterator[list[int]]:
    if sys.platform == "win32":
        yield []  # there a worker cannot inherit a lock
        return
    import fcntl

    with file.open("w") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                await asyncio.sleep(LOOK_EVERY)
        yield [lock.fileno()]


class SpareTrainer:
    """Keeps one trainer warm, so that a job's first step does not wait for a long import."""

    def __init__(self, command: Sequence[str], logs: Path) -> None:
        self._command = command
        self._log_path = logs / "trainer.log"
        self._lock_path = logs / "trainer.lock"
        self._spare: TrainerProcess | None = None
        self._busy = asyncio.Lock()

    async def warm(self) -> None:
        """Makes sure that there is a spare."""
        async with self._busy:
            await self._warm()

    async def take(self) -> TrainerProcess:
        """Hands the spare over for a job, after what it may be measuring."""
        async with self._busy:
            spare = await self._warm()
            self._spare = None
            return spare

    async def measure(self, model: str) -> float | None:
        """Returns the training tokens a second here; None where it failed or a job came first."""
        async with self._busy:
            spare = await self._warm()
        if not await spare.wait_ready():
            return None
        async with self._busy:
            if spare is not self._spare:
                return None
            try:
                async with asyncio.timeout(MEASURING_LIMIT):
                    return await spare.measure(model)
            except TimeoutError:
                await spare.kill()
                return None

    async def stop(self) -> None:
        """Ends the spare."""
        if self._spare is not None:
            await self._spare.kill()
            self._spare = None

    async def _warm(self) -> TrainerProcess:
        if self._spare is None or not self._spare.alive:
            self._spare = await TrainerProcess.start(self._command, self._log_path, self._lock_path)
        return self._spare
