"""The engine's HTTP server: OpenAI's wire format over a store, a queue and two workers."""

import os
import socket
import sys
import threading
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse
from starlette.routing import Mount

from voicetune.engine import (
    routes_catalogue,
    routes_chat,
    routes_engine,
    routes_files,
    routes_health,
    routes_jobs,
    routes_models,
)
from voicetune.engine.downloads import Downloads
from voicetune.engine.engine import Engine
from voicetune.engine.errors import (
    ApiError,
    answer_api_error,
    answer_failure,
    answer_http_error,
    error_body,
)
from voicetune.engine.generator_process import GeneratorProcess
from voicetune.engine.guard import Guard, is_loopback
from voicetune.engine.measures import Measures
from voicetune.engine.queue import JobQueue
from voicetune.engine.store import Store, UnknownCursorError
from voicetune.engine.trainer_command import TRAINER
from voicetune.engine.trainer_process import SpareTrainer
from voicetune.engine.warm_up import WarmUp

GENERATOR = (sys.executable, "-m", "voicetune.engine.generator")
DOWNLOADER = (sys.executable, "-m", "voicetune.engine.download")
LAST_MOMENT = 15.0
"""Seconds after its parent's death at which an engine that still tidies up is ended."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the engine works, who may speak to it and which programs its workers are."""

    home: Path
    token: str
    host: str = "127.0.0.1"
    port: int = 0
    parent_stdin: bool = False
    generator: Sequence[str] = GENERATOR
    trainer: Sequence[str] = TRAINER


class StartError(Exception):
    """The engine does not start; the message says why, or where that is written."""


def create_app(settings: Settings, store: Store) -> Starlette:
    """Returns the application; its lifespan runs the workers and closes the store at the end."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        logs = settings.home / "logs"
        generator = GeneratorProcess(settings.generator, logs / "generator.log")
        spare = SpareTrainer(settings.trainer, logs)
        queue, warm_up = JobQueue(store, spare), WarmUp(store, spare, generator)
        downloads = Downloads(store, DOWNLOADER, logs / "download.log", warm_up.measure)
        measures = Measures(store, generator)
        app.state.engine = Engine(store, queue, warm_up, generator, measures, downloads)
        queue.start()
        try:
            yield
        finally:
            await downloads.stop()
            await warm_up.stop()
            await queue.stop()
            await generator.stop()
            store.close()

    parts = (routes_files, routes_jobs, routes_models, routes_chat, routes_engine, routes_catalogue)
    return Starlette(
        routes=[
            *routes_health.routes,
            Mount("/v1", routes=[route for part in parts for route in part.routes]),
        ],
        middleware=[Middleware(Guard, settings.token, loopback=is_loopback(settings.host))],
        exception_handlers={
            ApiError: answer_api_error,
            HTTPException: answer_http_error,
            UnknownCursorError: _answer_unknown_cursor,
            routes_chat.ClientGoneError: routes_chat.answer_nobody,
            ClientDisconnect: routes_chat.answer_nobody,
            Exception: answer_failure,
        },
        lifespan=lifespan,
    )


async def serve(settings: Settings) -> None:
    """Serves until told to stop; prints the address once requests are answered there.

    Raises HomeInUseError where another engine works in the folder, StartError where it is the
    workers that do not start.
    """
    store = Store(settings.home)
    listening = socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind((settings.host, settings.port))
    config = uvicorn.Config(
        create_app(settings, store),
        http="h11",
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=2,
    )
    server = _Server(config, f"listening on {address(listening)}")
    if settings.parent_stdin:
        threading.Thread(target=_follow_parent, args=(server,), daemon=True).start()
    await server.serve(sockets=[listening])
    if not server.started:
        log = settings.home / "logs" / "engine.log"
        raise StartError(f"The engine does not start. {log} says why.")


def address(listening: socket.socket) -> str:
    """Returns the base URL under which the socket's server answers."""
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}/v1" if ":" in host else f"http://{host}:{port}/v1"


class _Server(uvicorn.Server):
    """Says where it listens as soon as it does."""

    def __init__(self, config: uvicorn.Config, greeting: str) -> None:
        super().__init__(config)
        self._greeting = greeting

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            print(self._greeting, flush=True)


def _follow_parent(server: uvicorn.Server) -> None:
    """Stops the server when its parent, and with it the pipe on standard input, is gone."""
    while sys.stdin.buffer.read(4096):
        pass
    server.should_exit = True
    time.sleep(LAST_MOMENT)
    os._exit(1)


async def _answer_unknown_cursor(_request: Request, error: Exception) -> JSONResponse:
    message = f"The list has no item '{error}' to go on after."
    body = error_body(message, kind="invalid_request_error", param="after")
    return JSONResponse(body, 400)
