"""Errors in OpenAI's shape: {"error": {message, type, param, code}} with its HTTP codes."""

from typing import Any

from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse

from voicetune.engine.failures import storage_problem


class ApiError(Exception):
    """A request that cannot be met, with a message a person can act on."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        param: str | None = None,
        code: str | None = None,
        kind: str = "invalid_request_error",
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.param = param
        self.code = code
        self.kind = kind

    @property
    def body(self) -> dict[str, Any]:
        """The response body."""
        return error_body(self.message, kind=self.kind, param=self.param, code=self.code)


def error_body(
    message: str, *, kind: str, param: str | None = None, code: str | None = None
) -> dict[str, Any]:
    """Returns OpenAI's error object."""
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


def invalid(message: str, param: str | None = None, code: str | None = None) -> ApiError:
    """Returns a 400 about one parameter."""
    return ApiError(400, message, param=param, code=code)


def not_found(message: str, param: str | None = None, code: str | None = None) -> ApiError:
    """Returns a 404."""
    return ApiError(404, message, param=param, code=code)


def unavailable(message: str, code: str) -> ApiError:
    """Returns a 503: the same request may well succeed a moment later."""
    return ApiError(503, message, code=code, kind="server_error")


def from_validation(error: ValidationError, body: Any) -> ApiError:
    """Returns the 400 for the first thing that is wrong with a request's body or query."""
    first = error.errors(include_url=False, include_input=False)[0]
    location = _path(first["loc"], body, first["type"])
    if first["type"] == "missing":
        message = f"This request needs '{location}'."
    elif first["type"] == "extra_forbidden":
        message = f"This engine does not know '{location}'."
    else:
        message = f"'{location}': {_reason(error, first)}."
    return invalid(message, param=location or None)


def _path(location: tuple[int | str, ...], body: Any, kind: str) -> str:
    """Writes a place in the body as messages[0].role; the names of union branches are left out."""
    path = ""
    at = body
    for position, part in enumerate(location):
        if isinstance(part, int):
            path += f"[{part}]"
            at = at[part] if isinstance(at, list) and part < len(at) else None
            continue
        known = isinstance(at, dict) and part in at
        last = position == len(location) - 1
        if not known and not (last and kind == "missing"):
            break
        path += f".{part}" if path else part
        at = at[part] if isinstance(at, dict) and known else None
    return path


def _reason(error: ValidationError, first: Any) -> str:
    """Joins what the branches of a union wanted: 'should be "auto" or at most 50'."""
    field = first["loc"][:1]
    reasons = [
        str(each["msg"]).removeprefix("Value error, ").removeprefix("Input ").rstrip(".")
        for each in error.errors(include_url=False, include_input=False)
        if each["loc"][:1] == field
    ]
    first_reason, *others = dict.fromkeys(reasons)
    return " or ".join([first_reason, *(other.removeprefix("should be ") for other in others)])


async def answer_api_error(_request: Request, error: Exception) -> JSONResponse:
    """Answers an ApiError."""
    assert isinstance(error, ApiError)  # noqa: S101
    return JSONResponse(error.body, error.status)


async def answer_http_error(request: Request, error: Exception) -> JSONResponse:
    """Answers an address or method that does not exist."""
    assert isinstance(error, HTTPException)  # noqa: S101
    message = f"{request.method} {request.url.path}: {error.detail}"
    code = "unknown_url"
    if error.status_code == 404:
        message = f"Unknown request URL: {request.method} {request.url.path}"
    elif error.status_code == 405:
        message = f"Not allowed here: {request.method} {request.url.path}"
        code = "method_not_allowed"
    body = error_body(message, kind="invalid_request_error", code=code)
    return JSONResponse(body, error.status_code, headers=error.headers)


async def answer_failure(_request: Request, error: Exception) -> JSONResponse:
    """Answers a fault of ours without saying more than that, or what is wrong with the disk."""
    problem = storage_problem(error, then="try again")
    if problem is not None:
        body = error_body(problem.message, kind="server_error", code=problem.code)
        return JSONResponse(body, 507)
    message = "The engine met a problem of its own. Its log file says where."
    return JSONResponse(error_body(message, kind="server_error", code="internal_error"), 500)
