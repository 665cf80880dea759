"""A scripted chat model behind OpenAI's API on loopback, asked for the prompts of posts.

It answers as a good model would, in pieces, unless the test says otherwise: `refuse_format`, or one
`script` entry for each of the next requests.
"""

import contextlib
import json
import re
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import anyio
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

KEY = "vt-test-key-not-a-secret"
Act = Callable[[dict[str, Any]], "str | Response"]


@dataclass
class ChatModel:
    """`requests` are the bodies that came; a reply waits after its first piece for `gate`."""

    requests: list[dict[str, Any]] = field(default_factory=list)
    script: list[Act] = field(default_factory=list)
    refuse_format: bool = False
    gate: threading.Event | None = None
    asked: threading.Event = field(default_factory=threading.Event)
    models: list[dict[str, Any]] = field(default_factory=list)
    base_url: str = ""

    @property
    def texts(self) -> list[str]:
        """The texts that were asked about, in order."""
        return [post["text"] for body in self.requests for post in posts_in(body)]

    async def chat(self, request: Request) -> Response:
        if request.headers.get("authorization") != f"Bearer {KEY}":
            return failure(401, "invalid_api_key", f"Incorrect API key provided: {KEY[:5]}***")
        body = await request.json()
        self.requests.append(body)
        self.asked.set()
        if self.refuse_format and "response_format" in body:
            return failure(400, "unsupported_parameter", "response_format is not supported")
        act = self.script.pop(0) if self.script else good
        made = act(body)
        return made if isinstance(made, Response) else self._streamed(made)

    def _streamed(self, text: str) -> Response:
        async def lines() -> AsyncIterator[str]:
            pieces = re.findall(r".{1,40}", text, re.DOTALL) or [""]
            for piece in pieces:
                yield _line({"choices": [{"index": 0, "delta": {"content": piece}}]})
                while self.gate is not None and not self.gate.is_set():
                    await anyio.sleep(0.005)
            end = {"index": 0, "delta": {}, "finish_reason": "stop"}
            yield _line({"choices": [end]})
            usage = {"prompt_tokens": 900, "completion_tokens": 100, "total_tokens": 1000}
            yield _line({"choices": [], "usage": usage})
            yield "data: [DONE]\n\n"

        return StreamingResponse(lines(), media_type="text/event-stream")

    async def engine(self, request: Request) -> Response:
        return JSONResponse({"version": "0", "models": self.models, "queue": 0})

    async def list_models(self, request: Request) -> Response:
        data = [
            {"id": m["id"], "object": "model", "created": 1, "owned_by": "x"} for m in self.models
        ]
        return JSONResponse({"object": "list", "data": data})


def posts_in(body: dict[str, Any]) -> list[dict[str, Any]]:
    """Returns the posts that a request asks about."""
    material, _, _ = body["messages"][-1]["content"].rpartition("\n\n")
    posts: list[dict[str, Any]] = json.loads(material)["posts"]
    return posts


def prompts_for(text: str) -> list[str]:
    """Returns three prompts in three forms about the last word of a text."""
    subject = re.findall(r"\w+", text)[-1].lower()
    return [
        f"Write a post about {subject}.",
        f"How do I begin with {subject}?",
        f"What do you think of {subject}?",
    ]


def entries(body: dict[str, Any]) -> list[dict[str, Any]]:
    """Returns what a good model says of each post."""
    return [{"id": post["id"], "prompts": prompts_for(post["text"])} for post in posts_in(body)]


def good(body: dict[str, Any]) -> str:
    return json.dumps({"posts": entries(body)})


def prose(body: dict[str, Any]) -> str:
    return "Sure. These are lovely posts about all sorts of things. What shall I do with them?"


def cut(body: dict[str, Any]) -> str:
    """Breaks off in the middle of the second post."""
    whole = good(body)
    return whole[: whole.index('"p2"') + 30]


def broken(body: dict[str, Any]) -> str:
    """Has a comma too many, as small models write."""
    return good(body).replace("}, {", ",}, {", 1)


def failing(status: int, code: str = "server_error", text: str = "No", **headers: str) -> Act:
    """Answers with an error."""
    return lambda body: failure(status, code, text, **headers)


def failure(status: int, code: str, text: str, **headers: str) -> Response:
    error = {"message": text, "type": "error", "param": None, "code": code}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return JSONResponse({"error": error}, status_code=status, headers=named)


def _line(data: dict[str, Any]) -> str:
    head = {"id": "chatcmpl-1", "created": 1, "model": "m", "object": "chat.completion.chunk"}
    return f"data: {json.dumps({**head, **data})}\n\n"


@contextlib.contextmanager
def running_chat_model() -> Iterator[ChatModel]:
    """Runs the model on a free loopback port in a thread; its `base_url` says where."""
    model = ChatModel()
    routes = [
        Route("/v1/chat/completions", model.chat, methods=["POST"]),
        Route("/v1/engine", model.engine),
        Route("/v1/models", model.list_models),
    ]
    app = Starlette(routes=routes)
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="critical")
    server = uvicorn.Server(config)
    sock = config.bind_socket()
    sock.listen()  # so that no request comes too early
    model.base_url = f"http://127.0.0.1:{sock.getsockname()[1]}/v1"
    thread = threading.Thread(target=server.run, kwargs={"sockets": [sock]}, daemon=True)
    thread.start()
    try:
        yield model
    finally:
        if model.gate is not None:
            model.gate.set()
        server.should_exit = server.force_exit = True
        thread.join(10)
