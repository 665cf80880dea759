"""A scripted place to train: speaks the shape of OpenAI's API on loopback, trains nothing.

Tests say what it answers: how a job goes on (`advance`), which request fails (`fail`), which
request is done but never answered (`lose_reply`), and whether paging follows the rules.
"""

import contextlib
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import anyio
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

KEY = "vt-test-key-not-a-secret"
START = 1_790_000_000


@dataclass
class StandIn:
    """The place's state, open to the test: files, jobs, events and what was asked."""

    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    contents: dict[str, bytes] = field(default_factory=dict)
    jobs: dict[str, dict[str, Any]] = field(default_factory=dict)
    events: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    checkpoints: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    chats: list[dict[str, Any]] = field(default_factory=list)
    answer: list[str] = field(
        default_factory=lambda: ["Start small. ", "Try this: ", "water less."]
    )
    models: list[dict[str, Any]] = field(default_factory=list)
    page_size: int = 100
    honest_paging: bool = True
    base_url: str = ""
    _faults: list[tuple[str, Any]] = field(default_factory=list)
    gate: threading.Event | None = None
    when_client_leaves: Callable[[], None] = lambda: None

    def fail(self, request: str, status: int = 500, code: str = "server_error", text: str = "No"):
        """Answers the next such request ("POST /fine_tuning/jobs") with this error instead."""
        self._faults.append((request, (status, code, text)))

    def fail_after(self, request: str, passes: int, status: int):
        """Lets so many such requests pass, then answers one with this error."""
        self._faults += [(request, "pass")] * passes
        self.fail(request, status)

    def on(self, request: str, action: Callable[[], None]):
        """Does something when the next such request comes, before it is answered."""
        self._faults.append((request, action))

    def lose_reply(self, request: str):
        """Does what the next such request asks, then drops the connection instead of answering."""
        self._faults.append((request, None))

    def count(self, request: str) -> int:
        return self.requests.count(request)

    def advance(self, job_id: str, status: str, **changes: Any):
        self.jobs[job_id].update(status=status, **changes)

    def metric(self, job_id: str, step: int, total: int, **data: Any):
        self._event(
            job_id,
            f"Step {step}/{total}: training loss={data.get('train_loss')}",
            "metrics",
            {"step": step, "total_steps": total, **data},
        )

    def message(self, job_id: str, text: str, level: str = "info"):
        self._event(job_id, text, "message", None, level)

    def checkpoint(self, job_id: str, step: int, **metrics: Any):
        model = f"ft:tiny:here::abc:ckpt-step-{step}"
        self.checkpoints.setdefault(job_id, []).insert(
            0,
            {
                "id": f"ftckpt-{step}",
                "object": "fine_tuning.job.checkpoint",
                "created_at": START + step,
                "fine_tuned_model_checkpoint": model,
                "fine_tuning_job_id": job_id,
                "step_number": step,
                "metrics": {"step": step, **metrics},
            },
        )

    def finish(self, job_id: str, **changes: Any):
        self.advance(
            job_id,
            "succeeded",
            **{
                "fine_tuned_model": "ft:tiny:here::abc",
                "trained_tokens": 1200,
                "finished_at": START + 500,
                **changes,
            },
        )

    def _event(self, job_id, message, kind, data, level="info"):
        events = self.events.setdefault(job_id, [])
        events.append(
            {
                "id": f"ftevent-{job_id[-1]}-{len(events)}",
                "object": "fine_tuning.job.event",
                "created_at": START + len(events),
                "level": level,
                "message": message,
                "type": kind,
                "data": data,
            }
        )

    # -- the API ---------------------------------------------------------------------------------

    def app(self) -> Starlette:
        job = "/v1/fine_tuning/jobs/{job_id}"
        routes = [
            ("POST", "/v1/files", self._upload),
            ("GET", "/v1/files", self._list_files),
            ("GET", "/v1/files/{file_id}", self._file),
            ("GET", "/v1/files/{file_id}/content", self._content),
            ("DELETE", "/v1/files/{file_id}", self._delete_file),
            ("POST", "/v1/fine_tuning/jobs", self._create),
            ("GET", "/v1/fine_tuning/jobs", self._list_jobs),
            ("GET", job, self._job),
            ("POST", job + "/cancel", self._cancel),
            ("POST", job + "/pause", self._pause),
            ("POST", job + "/resume", self._resume),
            ("GET", job + "/events", self._list_events),
            ("GET", job + "/checkpoints", self._list_checkpoints),
            ("POST", "/v1/chat/completions", self._chat),
            ("GET", "/v1/engine", self._engine),
        ]
        return Starlette(
            routes=[
                Route(path, self._guarded(method, path, handler), methods=[method])
                for method, path, handler in routes
            ]
        )

    def _guarded(self, method, path, handler):
        name = f"{method} {path.removeprefix('/v1')}"

        async def endpoint(request: Request) -> Response:
            self.requests.append(name)
            if request.headers.get("authorization") != f"Bearer {KEY}":
                return _error(401, "invalid_api_key", "Wrong key")
            fault = next((fault for fault in self._faults if fault[0] == name), None)
            if fault is None:
                return await handler(request)
            self._faults.remove(fault)
            match fault[1]:
                case "pass":
                    return await handler(request)
                case tuple() as error:
                    return _error(*error)
                case action if action is not None:
                    await anyio.to_thread.run_sync(action)
                    return await handler(request)
            await handler(request)

            async def broken() -> Any:
                yield b'{"id"'
                raise ConnectionAbortedError

            return StreamingResponse(broken(), headers={"content-length": "999"})

        return endpoint

    async def _upload(self, request: Request) -> Response:
        async with request.form() as form:
            upload = form["file"]
            data = await upload.read()
            number = f"file-{len(self.requests)}"
            self.contents[number] = data
            self.files[number] = {
                "id": number,
                "object": "file",
                "bytes": len(data),
                "created_at": START,
                "filename": upload.filename,
                "purpose": form["purpose"],
                "status": "processed",
            }
        return JSONResponse(self.files[number])

    async def _list_files(self, request: Request) -> Response:
        return self._page(request, list(reversed(self.files.values())))

    async def _file(self, request: Request) -> Response:
        return _found(self.files.get(request.path_params["file_id"]))

    async def _content(self, request: Request) -> Response:
        return Response(self.contents[request.path_params["file_id"]])

    async def _delete_file(self, request: Request) -> Response:
        number = request.path_params["file_id"]
        if self.files.pop(number, None) is None:
            return _error(404, "not_found", "No such file")
        return JSONResponse({"id": number, "object": "file", "deleted": True})

    async def _create(self, request: Request) -> Response:
        asked = await request.json()
        number = f"ftjob-{len(self.jobs) + 1}"
        self.jobs[number] = {
            "id": number,
            "object": "fine_tuning.job",
            "created_at": START,
            "finished_at": None,
            "estimated_finish": None,
            "status": "validating_files",
            "fine_tuned_model": None,
            "trained_tokens": None,
            "organization_id": "org-here",
            "result_files": [],
            "seed": asked.get("seed") or 1,
            "error": None,
            "hyperparameters": {"n_epochs": "auto"},
            "asked": asked,
            "model": asked["model"],
            "training_file": asked["training_file"],
            "validation_file": asked.get("validation_file"),
            "metadata": asked.get("metadata"),
            "method": asked.get("method"),
        }
        return JSONResponse(self.jobs[number])

    async def _list_jobs(self, request: Request) -> Response:
        wanted = {
            name.removeprefix("metadata[").removesuffix("]"): value
            for name, value in request.query_params.items()
            if name.startswith("metadata[")
        }
        jobs = [
            job
            for job in reversed(self.jobs.values())
            if all((job["metadata"] or {}).get(k) == v for k, v in wanted.items())
        ]
        return self._page(request, jobs)

    async def _job(self, request: Request) -> Response:
        return _found(self.jobs.get(request.path_params["job_id"]))

    async def _cancel(self, request: Request) -> Response:
        return self._become(request, "cancelled")

    async def _pause(self, request: Request) -> Response:
        return self._become(request, "paused")

    async def _resume(self, request: Request) -> Response:
        return self._become(request, "queued")

    def _become(self, request: Request, status: str) -> Response:
        job = self.jobs[request.path_params["job_id"]]
        if job["status"] in ("succeeded", "failed", "cancelled"):
            return _error(400, "invalid_state", "This job is over")
        job["status"] = status
        return JSONResponse(job)

    async def _list_events(self, request: Request) -> Response:
        return self._page(request, self.events.get(request.path_params["job_id"], [])[::-1])

    async def _list_checkpoints(self, request: Request) -> Response:
        return self._page(request, self.checkpoints.get(request.path_params["job_id"], []))

    async def _engine(self, request: Request) -> Response:
        return JSONResponse({"version": "0", "models": self.models, "queue": 0})

    async def _chat(self, request: Request) -> Response:
        asked = await request.json()
        self.chats.append(asked)
        usage = {"prompt_tokens": 9, "completion_tokens": len(self.answer), "total_tokens": 12}
        head = {"id": "chatcmpl-1", "created": START, "model": asked["model"]}
        if not asked.get("stream"):
            message = {"role": "assistant", "content": "".join(self.answer)}
            choice = {"index": 0, "message": message, "finish_reason": "stop"}
            return JSONResponse(
                {**head, "object": "chat.completion", "choices": [choice], "usage": usage}
            )

        async def lines():
            head["object"] = "chat.completion.chunk"
            for text in self.answer:
                yield _line({**head, "choices": [_delta({"content": text})]})
                try:
                    while self.gate is not None and not self.gate.is_set():
                        await anyio.sleep(0.005)
                except anyio.get_cancelled_exc_class():
                    self.when_client_leaves()
                    raise
            yield _line({**head, "choices": [_delta({}, "stop")]})
            yield _line({**head, "choices": [], "usage": usage})
            yield "data: [DONE]\n\n"

        return StreamingResponse(lines(), media_type="text/event-stream")

    def _page(self, request: Request, rows: list[dict[str, Any]]) -> Response:
        limit = min(int(request.query_params.get("limit", 20)), self.page_size)
        if not self.honest_paging:
            # What some places do: `after` is ignored and `has_more` left out.
            return JSONResponse({"object": "list", "data": rows[:limit]})
        after = request.query_params.get("after")
        start = next((n + 1 for n, row in enumerate(rows) if row["id"] == after), 0)
        page = rows[start : start + limit]
        more = start + limit < len(rows)
        return JSONResponse({"object": "list", "data": page, "has_more": more})


def _delta(delta: dict[str, Any], reason: str | None = None) -> dict[str, Any]:
    return {"index": 0, "delta": delta, "finish_reason": reason}


def _line(data: dict[str, Any]) -> str:
    return f"data: {json.dumps(data)}\n\n"


def _found(row: dict[str, Any] | None) -> Response:
    return _error(404, "not_found", "No such thing") if row is None else JSONResponse(row)


def _error(status: int, code: str, text: str) -> Response:
    error = {"message": text, "type": "invalid_request_error", "param": None, "code": code}
    # "x-should-retry" keeps the SDK from waiting and trying again in a test.
    return JSONResponse({"error": error}, status_code=status, headers={"x-should-retry": "false"})


@contextlib.contextmanager
def running_stand_in() -> Iterator[StandIn]:
    """Runs a stand-in on a free loopback port in a thread; its `base_url` says where."""
    place = StandIn()
    config = uvicorn.Config(place.app(), host="127.0.0.1", port=0, log_level="critical")
    server = uvicorn.Server(config)
    sock = config.bind_socket()
    place.base_url = f"http://127.0.0.1:{sock.getsockname()[1]}/v1"
    thread = threading.Thread(target=server.run, kwargs={"sockets": [sock]}, daemon=True)
    thread.start()
    try:
        yield place
    finally:
        server.should_exit = True
        server.force_exit = True
        thread.join(10)
