"""Who may speak to the engine: the bearer of its token, from a page of nobody else's."""

import hmac
import logging
import os
import secrets
import time
from ipaddress import ip_address
from pathlib import Path

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from voicetune.engine.errors import error_body
from voicetune.engine.routes_health import HEALTH

_log = logging.getLogger("voicetune.engine")


def is_loopback(host: str) -> bool:
    """Says whether the address can be reached from this computer alone."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def read_token(file: Path) -> str:
    """Returns the token in `file`, which is made, readable by its owner alone, when missing.

    Raises ValueError for a file with a token that can be guessed.
    """
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        token = file.read_text(encoding="utf-8").strip()
        if len(token) < 16:
            raise ValueError(f"The token in {file} is shorter than 16 characters.") from None
        file.chmod(0o600)
        return token
    with os.fdopen(handle, "w", encoding="utf-8") as target:
        token = secrets.token_urlsafe(32)
        target.write(token + "\n")
    return token


class Guard:
    """Lets requests with the token through, and writes one log line a request.

    On a loopback address the Host header must be a loopback name too, or else a web page could
    reach the engine by a name of its own that points here (DNS rebinding).
    """

    def __init__(self, app: ASGIApp, token: str, *, loopback: bool) -> None:
        self._app = app
        self._expected = f"Bearer {token}".encode()
        self._loopback = loopback

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers 421 or 401, or passes the request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.monotonic()
        status = 0

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._admit(scope)(scope, receive, noting)
        finally:
            _log.info(
                "request",
                extra={
                    "method": scope["method"],
                    "path": scope["path"],
                    "status": status,
                    "milliseconds": round((time.monotonic() - started) * 1000),
                },
            )
            _count(scope, status)

    def _admit(self, scope: Scope) -> ASGIApp:
        headers = Headers(scope=scope)
        if self._loopback and not is_loopback(_name(headers.get("host", ""))):
            message = "This engine answers only to its own address on this computer."
            return _refuse(421, message, "wrong_host")
        given = headers.get("authorization", "").encode("latin-1")
        if scope["path"] != HEALTH and not hmac.compare_digest(given, self._expected):
            message = "This request needs the engine's token as its API key."
            return _refuse(401, message, "invalid_api_key")
        return self._app


def _count(scope: Scope, status: int) -> None:
    """Counts the request under what answered it; a path may hold a person's ids."""
    endpoint = scope.get("endpoint")
    if endpoint is not None:
        place = endpoint.__module__.rpartition("routes_")[2]
        requests = scope["app"].state.engine.measures.requests
        requests.labels(f"{place}.{endpoint.__name__}", status).inc()


def _name(host: str) -> str:
    """Returns a Host header without its port and an IPv6 address's brackets."""
    name, _, port = host.rpartition(":")
    return (name if name and port.isdigit() else host).strip("[]").lower()


def _refuse(status: int, message: str, code: str) -> ASGIApp:
    body = error_body(message, kind="invalid_request_error", code=code)
    return JSONResponse(body, status)
