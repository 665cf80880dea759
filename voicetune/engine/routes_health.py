"""Outside /v1: whether the engine is well, what it counts, and what it takes and answers."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from voicetune import __version__
from voicetune.engine.engine import engine_of
from voicetune.engine.openapi import describe

HEALTH = "/health"
"""The one address that answers without the token: it says nothing but that and the version."""


async def health(request: Request) -> JSONResponse:
    """Returns 200 while jobs are taken; `chat` says whether answers come at once."""
    state = engine_of(request).generator.state
    return JSONResponse({"status": "ok", "version": __version__, "chat": state})


async def metrics(request: Request) -> Response:
    """Returns the counters in Prometheus' text format."""
    return Response(
        engine_of(request).measures.text(), media_type="text/plain; version=0.0.4; charset=utf-8"
    )


async def openapi(_request: Request) -> JSONResponse:
    """Returns the engine's description in OpenAPI."""
    return JSONResponse(describe())


routes = [
    Route(HEALTH, health, methods=["GET"]),
    Route("/metrics", metrics, methods=["GET"]),
    Route("/openapi.json", openapi, methods=["GET"]),
]
