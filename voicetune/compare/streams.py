"""Several answers streaming at once, merged into one iterator that the page draws from.

Each stream is read in a thread of its own and feeds one queue; the caller's thread alone draws.
"""

import contextlib
import queue
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Protocol, Self


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of an answer: text, and at the end how it finished and what it took.

    `prompt_tokens` and `completion_tokens` come once, with the last chunk, where a place tells
    them. A chunk without text is a pulse: nothing came, time has passed.
    """

    text: str = ""
    finish_reason: str | None = None
    prompt_tokens: int | None = None
    completion_tokens: int | None = None


class Stream(Protocol):
    """An answer as it comes. `close` may be called from another thread and ends the iteration."""

    def __iter__(self) -> Iterator[Chunk]: ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Answer:
    """One side's answer so far.

    `state` is "waiting" (no text yet), "streaming", "done", "stopped" or "failed"; a stopped or
    failed answer keeps the text that came. `seconds` runs from the start to the last chunk,
    `first_after` from the start to the first text. `finish_reason` is the place's own word:
    "stop", or "length" where the answer was cut.
    """

    text: str = ""
    state: str = "waiting"
    error: Exception | None = None
    finish_reason: str | None = None
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    first_after: float | None = None
    seconds: float = 0.0

    @property
    def over(self) -> bool:
        """Whether nothing more comes."""
        return self.state in ("done", "stopped", "failed")


_PULSE = Chunk()


class Merged:
    """Iterates (side, chunk) over all streams in the order in which the chunks come.

    `answers` holds each side's answer so far. Closing (or leaving the `with` block) stops every
    stream that still runs. A side that fails ends alone; its error is in its answer.
    """

    def __init__(
        self,
        streams: Mapping[str, Callable[[], Stream]],
        *,
        pulse: float | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.answers = {side: Answer() for side in streams}
        self._pulse = pulse
        self._clock = clock
        self._queue: queue.SimpleQueue[tuple[str, Chunk | Exception | None, float]] = (
            queue.SimpleQueue()
        )
        self._open: dict[str, Stream] = {}
        self._lock = threading.Lock()
        self._closed = False
        self._start = clock()
        for side, opener in streams.items():
            # A daemon: a place that never answers must not keep the app from ending.
            threading.Thread(
                target=self._pump, args=(side, opener), name=f"answer {side}", daemon=True
            ).start()

    def __iter__(self) -> Iterator[tuple[str, Chunk]]:
        while not self._closed and not all(answer.over for answer in self.answers.values()):
            try:
                side, item, moment = self._queue.get(timeout=self._pulse)
            except queue.Empty:
                # The page redraws on these, which is also where it notices a press on Stop.
                for side in [side for side, answer in self.answers.items() if not answer.over]:
                    yield side, _PULSE
                continue
            self._take(side, item, moment)
            if isinstance(item, Chunk):
                yield side, item

    def close(self) -> None:
        """Stops every stream that still runs and keeps what came; may be called twice."""
        with self._lock:
            self._closed = True
            still_open = list(self._open.values())
        for stream in still_open:
            stream.close()
        with contextlib.suppress(queue.Empty):
            while True:
                self._take(*self._queue.get_nowait())
        for side, answer in self.answers.items():
            if not answer.over:
                self.answers[side] = replace(answer, state="stopped")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.close()

    def _take(self, side: str, item: Chunk | Exception | None, moment: float) -> None:
        answer = self.answers[side]
        seconds = moment - self._start
        if item is None:
            self.answers[side] = replace(answer, state="done", seconds=seconds)
        elif isinstance(item, Exception):
            self.answers[side] = replace(answer, state="failed", error=item, seconds=seconds)
        else:
            first = answer.first_after
            if first is None and item.text:
                first = seconds
            self.answers[side] = replace(
                answer,
                text=answer.text + item.text,
                state="waiting" if first is None else "streaming",
                finish_reason=item.finish_reason or answer.finish_reason,
                prompt_tokens=_known(item.prompt_tokens, answer.prompt_tokens),
                completion_tokens=_known(item.completion_tokens, answer.completion_tokens),
                first_after=first,
                seconds=seconds,
            )

    def _pump(self, side: str, opener: Callable[[], Stream]) -> None:
        stream = None
        try:
            stream = opener()
            with self._lock:
                self._open[side] = stream
                closed = self._closed
            if not closed:
                for chunk in stream:
                    if self._closed:
                        break
                    self._queue.put((side, chunk, self._clock()))
            self._end(side, None)
        except Exception as error:
            self._end(side, error)
        finally:
            with self._lock:
                self._open.pop(side, None)
            if stream is not None:
                stream.close()

    def _end(self, side: str, error: Exception | None) -> None:
        # A stream that was closed ends with whatever error its place makes of that: not news.
        if not self._closed:
            self._queue.put((side, error, self._clock()))


def merge(streams: Mapping[str, Callable[[], Stream]], *, pulse: float | None = None) -> Merged:
    """Starts all streams at once; iterate the result for (side, chunk), close it to stop.

    `pulse` (seconds): how often to yield a chunk without text for each side while nothing comes.
    """
    return Merged(streams, pulse=pulse)


def _known(new: int | None, old: int | None) -> int | None:
    return old if new is None else new
