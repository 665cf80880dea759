"""One answer of a model as a stream that can be closed from another thread at any moment."""

import contextlib
import socket
import threading
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from voicetune.compare.streams import Chunk
from voicetune.providers.client import Place, client_for

if TYPE_CHECKING:
    from openai import Stream
    from openai.types.chat import ChatCompletionChunk

Messages = Sequence[dict[str, Any]]


class AnswerStream:
    """Asks `model` at `place` and iterates the answer's chunks; nothing is sent before that.

    `options` go to the API as they are (temperature, max_tokens, seed, ...). Errors are the SDK's,
    which tries again by itself unless `patient` is False.
    """

    def __init__(
        self,
        place: Place,
        model: str,
        messages: Messages,
        *,
        patient: bool = True,
        **options: Any,
    ) -> None:
        self._place = place
        self._patient = patient
        self._request: dict[str, Any] = {"model": model, "messages": list(messages), **options}
        self._stream: Stream[ChatCompletionChunk] | None = None
        self._lock = threading.Lock()
        self._closed = False

    def __iter__(self) -> Iterator[Chunk]:
        client = client_for(self._place)
        if not self._patient:
            client = client.with_options(max_retries=0)
        stream = client.chat.completions.create(
            stream=True, stream_options={"include_usage": True}, **self._request
        )
        with stream:
            with self._lock:
                self._stream = stream
                if self._closed:
                    return
            try:
                for part in stream:
                    yield _chunk(part)
            finally:
                with self._lock:
                    self._stream = None

    def close(self) -> None:
        """Ends the answer at once; the place sees the connection close and stops generating."""
        with self._lock:
            self._closed = True
            if self._stream is None:
                return
            # Closing a socket does not wake a thread that reads from it; shutting it down does.
            network = self._stream.response.extensions.get("network_stream")
            sock = network.get_extra_info("socket") if network is not None else None
            if isinstance(sock, socket.socket):
                with contextlib.suppress(OSError):
                    sock.shutdown(socket.SHUT_RDWR)


def _chunk(part: "ChatCompletionChunk") -> Chunk:
    choice = part.choices[0] if part.choices else None
    return Chunk(
        text=(choice.delta.content or "") if choice else "",
        finish_reason=choice.finish_reason if choice else None,
        prompt_tokens=part.usage.prompt_tokens if part.usage else None,
        completion_tokens=part.usage.completion_tokens if part.usage else None,
    )
