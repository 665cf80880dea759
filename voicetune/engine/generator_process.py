"""Keeps the process that writes answers running, and brings each request its own events."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal

from voicetune.engine.child import Child
from voicetune.engine.errors import ApiError, invalid, not_found, unavailable
from voicetune.engine.memory import Machine, free_main_memory

LONGEST_PAUSE = 30.0
CHATS_AT_ONCE = 64
FULL_PRECISION = 4
"""Bytes of a weight, until the process has said what this computer computes in."""

_ABOUT = {
    "base_model_changed": "model",
    "context_length_exceeded": "messages",
    "invalid_messages": "messages",
    "model_not_supported": "model",
}
"""The generator's refusals that are about a parameter."""

_log = logging.getLogger("voicetune.engine")


class GeneratorProcess:
    """The generator: started again when it dies, with a clear error for whoever was waiting."""

    def __init__(self, command: Sequence[str], log: Path, *, first_pause: float = 0.5) -> None:
        self._command = command
        self._log_path = log
        self._first_pause = first_pause
        self._child: Child | None = None
        self._waiting: dict[str, asyncio.Queue[dict[str, Any]]] = {}
        self._failures = 0
        self._supervisor: asyncio.Task[None] | None = None
        self._ready = asyncio.Event()
        self._starting = asyncio.Lock()
        self._weight_bytes = FULL_PRECISION
        self._gpu_bytes: int | None = None
        self._four_bits = False

    @property
    def state(self) -> Literal["idle", "ready", "starting", "stopped"]:
        """Whether answers come at once, after a moment, or not before something is mended.

        An idle one starts with the first question.
        """
        if self._supervisor is None:
            return "idle"
        if self._ready.is_set():
            return "ready"
        return "starting" if self._failures < 3 else "stopped"

    @property
    def machine(self) -> Machine:
        """What training can count on here: the GPU where there is one, with what was free then."""
        free = self._gpu_bytes or free_main_memory()
        return Machine(self._weight_bytes, free, self._four_bits)

    async def start(self) -> None:
        """Starts the process, once; returns before it is ready."""
        async with self._starting:
            if self._supervisor is None:
                self._child = await Child.start("generator", self._command, self._log_path)
                self._supervisor = asyncio.create_task(self._supervise(self._child))

    async def stop(self) -> None:
        """Ends the process."""
        if self._supervisor is not None:
            self._supervisor.cancel()
            with suppress(asyncio.CancelledError):
                await self._supervisor
        if self._child is not None:
            await self._child.kill()

    async def wait_ready(self, seconds: float) -> bool:
        """Waits until the process is ready, for some seconds at most; says whether it is."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._ready.wait(), seconds)
        return self._ready.is_set()

    async def chat(self, request: Mapping[str, Any]) -> AsyncGenerator[dict[str, Any], None]:
        """Yields a request's events up to its usage; leaving early cancels the generation.

        Raises ApiError where the request cannot be met or the process dies on the way.
        """
        if len(self._waiting) >= CHATS_AT_ONCE:
            raise ApiError(
                429,
                f"{CHATS_AT_ONCE} answers are being written already. Try again in a moment.",
                code="rate_limit_exceeded",
                kind="requests",
            )
        if self.state == "stopped":
            raise self._stopped()
        child = self._child
        if child is None:
            raise _from_generator({"code": "generator_stopped"})
        request_id = request["id"]
        events: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._waiting[request_id] = events
        over = False
        try:
            await child.send({"op": "chat", **request})
            while not over:
                event = await events.get()
                over = event["event"] in ("usage", "error")
                if event["event"] == "error":
                    raise _from_generator(event)
                yield event
        finally:
            del self._waiting[request_id]
            if not over:
                await child.send({"op": "cancel", "id": request_id})

    async def _supervise(self, child: Child) -> None:
        while True:
            async for event in child.events():
                if event["event"] == "ready":
                    self._weight_bytes = event.get("weight_bytes", FULL_PRECISION)
                    self._gpu_bytes = event.get("gpu_bytes")
                    self._four_bits = event.get("four_bits", False)
                    self._failures = 0
                    self._ready.set()
                elif event.get("id") in self._waiting:
                    self._waiting[event["id"]].put_nowait(event)
            self._child = None
            self._ready.clear()
            self._failures += 1
            for events in self._waiting.values():
                events.put_nowait({"event": "error", "code": "generator_stopped"})
            await child.kill()
            _log.error("generator stopped", extra={"exit_code": child.exit_code})
            child = self._child = await self._start_again()

    async def _start_again(self) -> Child:
        while True:
            await asyncio.sleep(min(LONGEST_PAUSE, self._first_pause * 2 ** (self._failures - 1)))
            try:
                return await Child.start("generator", self._command, self._log_path)
            except OSError:
                self._failures += 1
                _log.exception("generator does not start")

    def _stopped(self) -> ApiError:
        return unavailable(
            "The part of the engine that writes answers does not start. "
            f"{self._log_path} says why.",
            code="generator_stopped",
        )


def _from_generator(event: Mapping[str, Any]) -> ApiError:
    code = event["code"]
    if code == "generator_stopped":
        return unavailable(
            "The part of the engine that writes answers stopped and is starting again. "
            "Send your question once more.",
            code=code,
        )
    if code == "model_not_found":
        return not_found(event["message"], param="model", code=code)
    if code in _ABOUT:
        return invalid(event["message"], param=_ABOUT[code], code=code)
    return ApiError(500, event["message"], code=code, kind="server_error")
