"""/v1/chat/completions: answers, whole or streamed; a client that leaves ends its generation."""

import asyncio
import json
import secrets
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Mapping
from contextlib import aclosing, suppress
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from voicetune.engine.chat_wire import parse_chat, plain_messages
from voicetune.engine.engine import engine_of
from voicetune.engine.errors import ApiError
from voicetune.engine.models import load_of
from voicetune.engine.store import now
from voicetune.engine.wire import ChatRequest, json_body

Events = AsyncGenerator[dict[str, Any], None]
Result = TypeVar("Result")


async def create(request: Request) -> Response:
    """Answers a conversation."""
    engine = engine_of(request)
    asked = parse_chat(await json_body(request))
    messages = plain_messages(asked.messages)
    model = load_of(engine.store, asked.model)
    await engine.wake()
    completion_id = f"chatcmpl-{secrets.token_hex(12)}"
    answering = engine.generator.chat(
        {
            "id": completion_id,
            "model": str(model.base.folder),
            "adapter": model.adapter,
            "messages": messages,
            "n": asked.n or 1,
            "temperature": 1.0 if asked.temperature is None else asked.temperature,
            "top_p": 1.0 if asked.top_p is None else asked.top_p,
            "seed": asked.seed,
            "stop": asked.stops,
            "max_tokens": asked.longest,
            "presence_penalty": asked.presence_penalty or 0.0,
            "frequency_penalty": asked.frequency_penalty or 0.0,
        }
    )
    events = engine.measures.follow(answering)
    frame = {"id": completion_id, "created": now(), "model": asked.model}
    if asked.stream:
        # The first event is awaited here: an error before it still has its own HTTP status.
        first = await _until_gone(request.receive, anext(events))
        return EventStream(_chunks(_with(first, events), asked, frame), events)
    return await _until_gone(request.receive, _whole(events, asked, frame))


async def _whole(events: Events, asked: ChatRequest, frame: Mapping[str, Any]) -> Response:
    texts = [""] * (asked.n or 1)
    reasons = ["stop"] * len(texts)
    usage: dict[str, int] = {}
    async with aclosing(events):
        async for event in events:
            if event["event"] == "token":
                texts[event["index"]] += event["text"]
            elif event["event"] == "done":
                reasons[event["index"]] = event["finish_reason"]
            elif event["event"] == "usage":
                usage = _usage(event)
    choices = [
        {
            "index": index,
            "message": {"role": "assistant", "content": text, "refusal": None},
            "finish_reason": reason,
            "logprobs": None,
        }
        for index, (text, reason) in enumerate(zip(texts, reasons, strict=True))
    ]
    return JSONResponse({**frame, "object": "chat.completion", "choices": choices, "usage": usage})


async def _chunks(
    events: AsyncIterator[dict[str, Any]], asked: ChatRequest, frame: Mapping[str, Any]
) -> AsyncIterator[dict[str, Any]]:
    with_usage = asked.stream_options is not None and asked.stream_options.include_usage
    extra: dict[str, Any] = {"usage": None} if with_usage else {}

    def chunk(index: int, delta: Mapping[str, str], reason: str | None = None) -> dict[str, Any]:
        choice = {"index": index, "delta": delta, "finish_reason": reason, "logprobs": None}
        return {**frame, "object": "chat.completion.chunk", "choices": [choice], **extra}

    for index in range(asked.n or 1):
        yield chunk(index, {"role": "assistant", "content": ""})
    async for event in events:
        if event["event"] == "token":
            yield chunk(event["index"], {"content": event["text"]})
        elif event["event"] == "done":
            yield chunk(event["index"], {}, event["finish_reason"])
        elif event["event"] == "usage" and with_usage:
            yield {
                **frame,
                "object": "chat.completion.chunk",
                "choices": [],
                "usage": _usage(event),
            }


async def _with(first: dict[str, Any], events: Events) -> AsyncIterator[dict[str, Any]]:
    yield first
    async for event in events:
        yield event


def _usage(event: Mapping[str, Any]) -> dict[str, int]:
    prompt, completion = event["prompt_tokens"], event["completion_tokens"]
    return {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
    }


class ClientGoneError(Exception):
    """The client closed the connection before its answer; there is no one to answer."""


async def _until_gone(receive: Receive, work: Awaitable[Result]) -> Result:
    """Awaits `work`, and ends it when the client leaves first."""
    working = asyncio.ensure_future(work)
    leaving = asyncio.ensure_future(_left(receive))
    try:
        await asyncio.wait({working, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            return working.result()
        raise ClientGoneError
    finally:
        for task in (working, leaving):
            task.cancel()
        await asyncio.gather(working, leaving, return_exceptions=True)


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


class EventStream(Response):
    """Server-sent events: one `data:` line a chunk, then [DONE]; an error on the way is one too."""

    media_type = "text/event-stream"

    def __init__(self, chunks: AsyncIterator[dict[str, Any]], events: Events) -> None:
        super().__init__(headers={"cache-control": "no-cache"})
        del self.headers["content-length"]
        self._chunks = chunks
        self._events = events

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Streams until the end or until the client leaves."""
        head = {"status": self.status_code, "headers": self.raw_headers}
        await send({"type": "http.response.start", **head})
        async with aclosing(self._events):
            with suppress(ClientGoneError):
                await _until_gone(receive, self._stream(send))
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _stream(self, send: Send) -> None:
        try:
            async for chunk in self._chunks:
                await _send_data(send, json.dumps(chunk, ensure_ascii=False))
        except ApiError as error:
            await _send_data(send, json.dumps(error.body))
        else:
            await _send_data(send, "[DONE]")


async def _send_data(send: Send, data: str) -> None:
    body = f"data: {data}\n\n".encode()
    await send({"type": "http.response.body", "body": body, "more_body": True})


async def answer_nobody(_request: Request, _error: Exception) -> Response:
    """Ends a request whose client has left."""
    return Response(status_code=499)


routes = [Route("/chat/completions", create, methods=["POST"])]
