"""The scripted place over HTTP: files, jobs, chat, models and moderation, in its dialect."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import anyio
import anyio.to_thread
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from voicetune.rehearsal.place import Fault, ScriptedPlace

Handler = Callable[[ScriptedPlace, Request], Awaitable[Response]]
MARK = b"\xef\xbb\xbf"
OVER = ("succeeded", "failed", "cancelled")
CLOSED = (
    "The fine-tuning platform is being wound down and your organization is no longer able to "
    "create new fine-tuning training jobs."
)
PAGE = "<html><title>Guest network</title><p>Sign in to use this network.</p></html>"


def application(place: ScriptedPlace) -> Starlette:
    """Returns the place as an application; its routes begin with the dialect's root."""
    root, job = place.dialect.root, "/fine_tuning/jobs/{job_id}"
    routes: list[tuple[str, str, Handler]] = [
        ("POST", "/files", _upload),
        ("GET", "/files", _list_files),
        ("GET", "/files/{file_id}", _file),
        ("GET", "/files/{file_id}/content", _content),
        ("DELETE", "/files/{file_id}", _delete_file),
        ("POST", "/fine_tuning/jobs", _create),
        ("GET", "/fine_tuning/jobs", _list_jobs),
        ("GET", job, _job),
        ("POST", job + "/cancel", _becomes("cancelled")),
        ("POST", job + "/pause", _becomes("paused")),
        ("POST", job + "/resume", _becomes("queued")),
        ("GET", job + "/events", _list_events),
        ("GET", job + "/checkpoints", _list_checkpoints),
        ("POST", "/chat/completions", _chat),
        ("GET", "/models", _list_models),
        ("GET", "/engine", _engine),
    ]
    if place.dialect.moderates:
        routes.append(("POST", "/moderations", _moderate))
    return Starlette(
        routes=[
            Route(root + path, _guarded(place, f"{method} {path}", handler), methods=[method])
            for method, path, handler in routes
        ]
    )


def error(status: int, code: str | None, text: str, **headers: str) -> Response:
    """Returns an error as the protocol writes it; the SDK is told not to try again by itself."""
    body = {"message": text, "type": "invalid_request_error", "param": None, "code": code}
    return JSONResponse(
        {"error": body}, status_code=status, headers={"x-should-retry": "false", **headers}
    )


def _guarded(
    place: ScriptedPlace, name: str, handler: Handler
) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        place.requests.append(name)
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        if place.key not in (given, request.headers.get(place.dialect.key_header)):
            return error(401, "invalid_api_key", "Wrong key")
        place.around(name)
        reply = await _answer(place, name, handler, request)
        place.around(name)
        return reply

    return endpoint


async def _answer(place: ScriptedPlace, name: str, handler: Handler, request: Request) -> Response:
    fault = place.next_fault(name)
    if fault is None or fault.kind == "wait":
        return await handler(place, request)
    if fault.kind == "reply":
        return _reply(fault)
    if fault.kind == "action":
        await anyio.to_thread.run_sync(fault.action)
        return await handler(place, request)
    if fault.kind == "lost":
        await handler(place, request)
    return StreamingResponse(_broken(), headers={"content-length": "999"})


def _reply(fault: Fault) -> Response:
    if fault.page:
        return HTMLResponse(PAGE, status_code=fault.status, headers=fault.headers)
    reply = error(fault.status, fault.code, fault.text)
    del reply.headers["x-should-retry"]
    reply.headers.update(fault.headers)
    return reply


async def _broken() -> AsyncIterator[bytes]:
    yield b'{"id"'
    raise ConnectionAbortedError


async def _upload(place: ScriptedPlace, request: Request) -> Response:
    async with request.form() as form:
        upload = form["file"]
        assert not isinstance(upload, str)  # noqa: S101
        number = place.keep_file(upload.filename or "", await upload.read(), str(form["purpose"]))
    return JSONResponse(place.files[number])


async def _list_files(place: ScriptedPlace, request: Request) -> Response:
    return _page(place, request, list(reversed(place.files.values())))


async def _file(place: ScriptedPlace, request: Request) -> Response:
    file = place.files.get(request.path_params["file_id"])
    if file is not None:
        states = place.dialect.file_states
        # Each look finds the file one state further on.
        file["status"] = states[min(len(states) - 1, states.index(file["status"]) + 1)]
    return _found(file)


async def _content(place: ScriptedPlace, request: Request) -> Response:
    content = place.contents.get(request.path_params["file_id"])
    return error(404, "not_found", "No such file") if content is None else Response(content)


async def _delete_file(place: ScriptedPlace, request: Request) -> Response:
    number = request.path_params["file_id"]
    if place.files.pop(number, None) is None:
        return error(404, "not_found", "No such file")
    return JSONResponse({"id": number, "object": "file", "deleted": True})


async def _create(place: ScriptedPlace, request: Request) -> Response:
    asked, dialect = await request.json(), place.dialect
    if place.closed:
        return error(403, "training_not_available", CLOSED)
    file = place.files.get(asked.get("training_file"))
    if file is None:
        return error(400, "invalid_file", "The training file does not exist.")
    if file["status"] != dialect.file_states[-1]:
        return error(400, "file_not_ready", "The training file is not ready yet.")
    if len(asked.get("suffix") or "") > dialect.suffix_characters:
        return error(400, "invalid_suffix", "The suffix is too long.")
    settings = asked.get("hyperparameters") or {}
    if dialect.takes_method:
        method = asked.get("method") or {}
        settings = (method.get(method.get("type")) or {}).get("hyperparameters", {})
    number = f"ftjob-{len(place.jobs) + 1}"
    job: dict[str, Any] = {
        "id": number,
        "object": "fine_tuning.job",
        "created_at": place.now(),
        "finished_at": None,
        "estimated_finish": None,
        "status": dialect.first_status,
        "fine_tuned_model": None,
        "trained_tokens": None,
        "organization_id": "org-here",
        "result_files": [],
        "seed": asked.get("seed") or 1,
        "error": None,
        "hyperparameters": {"n_epochs": "auto", **settings},
        "asked": asked,
        "model": asked["model"],
        "training_file": asked["training_file"],
        "validation_file": asked.get("validation_file"),
        "metadata": asked.get("metadata") if dialect.keeps_metadata else None,
        "method": asked.get("method"),
        **dialect.nulls,
    }
    place.jobs[number] = {k: v for k, v in job.items() if k not in dialect.omits}
    if dialect.wants_mark and not place.contents[asked["training_file"]].startswith(MARK):
        trouble = {
            "code": "invalid_encoding",
            "message": "The file must be UTF-8 with a byte order mark.",
            "param": "training_file",
        }
        place.advance(number, "failed", error=trouble)
    return JSONResponse(place.jobs[number])


async def _list_jobs(place: ScriptedPlace, request: Request) -> Response:
    wanted = {
        name.removeprefix("metadata[").removesuffix("]"): value
        for name, value in request.query_params.items()
        if name.startswith("metadata[") and place.dialect.keeps_metadata
    }
    jobs = [
        job
        for job in reversed(place.jobs.values())
        if all((job.get("metadata") or {}).get(k) == v for k, v in wanted.items())
    ]
    return _page(place, request, jobs)


async def _job(place: ScriptedPlace, request: Request) -> Response:
    job_id = request.path_params["job_id"]
    place.when_asked(job_id)
    return _found(place.jobs.get(job_id))


def _becomes(status: str) -> Handler:
    async def handler(place: ScriptedPlace, request: Request) -> Response:
        job = place.jobs.get(request.path_params["job_id"])
        if job is None:
            return _found(None)
        if job["status"] in OVER:
            return error(400, "invalid_state", "This job is over")
        job["status"] = status
        return JSONResponse(job)

    return handler


async def _list_events(place: ScriptedPlace, request: Request) -> Response:
    events = place.events.get(request.path_params["job_id"], [])
    return _page(place, request, events[::-1] if place.newest_first else events)


async def _list_checkpoints(place: ScriptedPlace, request: Request) -> Response:
    return _page(place, request, place.checkpoints.get(request.path_params["job_id"], []))


async def _list_models(place: ScriptedPlace, request: Request) -> Response:
    return JSONResponse({"object": "list", "data": place.models})


async def _engine(place: ScriptedPlace, request: Request) -> Response:
    return JSONResponse({"version": "0", "models": place.models, "queue": 0})


async def _moderate(place: ScriptedPlace, request: Request) -> Response:
    asked = await request.json()
    texts = [asked["input"]] if isinstance(asked["input"], str) else asked["input"]
    results = []
    for text in texts:
        found = any(word in text for word in place.flags)
        categories = {"harassment": found, "violence": False}
        results.append(
            {
                "flagged": found,
                "categories": categories,
                "category_scores": {"harassment": 0.97 if found else 0.0, "violence": 0.0},
            }
        )
    return JSONResponse({"id": "modr-1", "model": asked.get("model"), "results": results})


async def _chat(place: ScriptedPlace, request: Request) -> Response:
    asked = await request.json()
    place.chats.append(asked)
    usage = {"prompt_tokens": 9, "completion_tokens": len(place.answer), "total_tokens": 12}
    head = {"id": "chatcmpl-1", "created": place.now(), "model": asked["model"]}
    if not asked.get("stream"):
        message = {"role": "assistant", "content": "".join(place.answer)}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        whole = {**head, "object": "chat.completion", "choices": [choice], "usage": usage}
        return JSONResponse(whole)
    head["object"] = "chat.completion.chunk"

    async def lines() -> AsyncIterator[str]:
        for text in place.answer:
            yield _line({**head, "choices": [_delta({"content": text})]})
            try:
                while place.gate is not None and not place.gate.is_set():
                    await anyio.sleep(0.005)
            except anyio.get_cancelled_exc_class():
                place.when_client_leaves()
                raise
        yield _line({**head, "choices": [_delta({}, "stop")]})
        yield _line({**head, "choices": [], "usage": usage})
        yield "data: [DONE]\n\n"

    return StreamingResponse(lines(), media_type="text/event-stream")


def _page(place: ScriptedPlace, request: Request, rows: list[dict[str, Any]]) -> Response:
    limit = min(int(request.query_params.get("limit", 20)), place.page_size)
    if not (place.honest_paging and place.dialect.pages):
        # What some places do: `after` is ignored and `has_more` left out.
        return JSONResponse({"object": "list", "data": rows[:limit]})
    after = request.query_params.get("after")
    start = next((n + 1 for n, row in enumerate(rows) if after and row["id"] == after), 0)
    page = rows[start : start + limit]
    more = start + limit < len(rows)
    return JSONResponse({"object": "list", "data": page, "has_more": more})


def _delta(delta: dict[str, Any], reason: str | None = None) -> dict[str, Any]:
    return {"index": 0, "delta": delta, "finish_reason": reason}


def _line(data: dict[str, Any]) -> str:
    return f"data: {json.dumps(data)}\n\n"


def _found(row: dict[str, Any] | None) -> Response:
    return error(404, "not_found", "No such thing") if row is None else JSONResponse(row)
