"""Asking a place's chat model for the prompts of many texts, batch by batch, in the background.

What a batch brings is kept in the workspace at once, by the hash of each text. So a run can be
ended at any moment, also by a crash, and taken up again from anywhere: texts that have prompts are
not asked about twice.
"""

import logging
import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from voicetune.providers.client import Place
from voicetune.providers.errors import explain, wait_asked_for, worth_another_try
from voicetune.questions.asking import Batch, Refused, Reply, batches, read_reply
from voicetune.questions.post import Post, Suggestion
from voicetune.questions.suggested import Suggested, key_of
from voicetune.runs.answers import AnswerStream
from voicetune.workspace.database import Workspace
from voicetune.workspace.kept import keep_results, kept_results

log = logging.getLogger(__name__)

KIND = "questions"
"""Under which suggestions are kept in the workspace."""

ROOM = 8_000
"""Tokens that a model must hold at once: the instructions, a batch of texts and the reply."""

PAUSES = (2.0, 8.0, 30.0)
"""Seconds before each new try of a request that a busy place put off."""
_LONGEST_PAUSE = 60.0
_IN_A_ROW = 3
"""So many batches may fail one after the other before the place counts as away."""


def suggested_for(ws: Workspace, texts: Collection[str]) -> dict[str, Suggested]:
    """Returns what is kept of earlier asking about these texts, by the key of the text."""
    found = kept_results(ws, KIND, {key_of(text) for text in texts})
    return {key: Suggested.from_data(data) for key, data in found.items()}


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is.

    `state` is "running", "stopping" (the last request is still out), "cancelled", "failed" or
    "done". `done` texts of `total` have prompts or were asked about twice in vain; `message` says
    what went wrong, for a person. Tokens are those that the place counted.
    """

    total: int
    state: str = "running"
    done: int = 0
    requests: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    message: str = ""
    refused: tuple[Refused, ...] = ()
    vain: tuple[str, ...] = ()

    @property
    def over(self) -> bool:
        """Whether nothing more comes."""
        return self.state in ("cancelled", "failed", "done")


@dataclass
class _Answer:
    """What came of one request, however it ended."""

    pieces: list[str] = field(default_factory=list)
    error: Exception | None = None


class Asking:
    """One run over texts at a place; start it in a thread, or run it where it is.

    `posts` are all texts of the set, each once and with its key as its id; those in `done` are not
    asked about. `place_of` is asked before each request, since a local engine may have moved.
    `wait` waits some seconds and returns whether the run was cancelled meanwhile.
    """

    def __init__(
        self,
        ws: Workspace,
        posts: Sequence[Post],
        model: str,
        place_of: Callable[[], Place | None],
        *,
        done: Collection[str] = (),
        wait: Callable[[float], bool] | None = None,
    ) -> None:
        self.model = model
        self._ws = ws
        self._posts = posts
        self._done = set(done)
        self._place_of = place_of
        self._stopping = threading.Event()
        self._wait = wait or self._stopping.wait
        self._structured = True
        self._stream: AnswerStream | None = None
        self._failed_in_a_row = 0
        self._trouble = ""
        self._lock = threading.Lock()
        self.keys = tuple(post.id for post in posts if post.id not in self._done)
        self.progress = Progress(len(self.keys))

    def start(self) -> None:
        """Runs in a thread of its own."""
        self._thread = threading.Thread(target=self.run, name="questions", daemon=True)
        self._thread.start()

    def join(self, timeout: float | None = None) -> None:
        """Waits for a run that was started."""
        self._thread.join(timeout)

    def cancel(self) -> None:
        """Ends the run at once, or as soon as the place lets go; what came so far is kept."""
        self._stopping.set()
        with self._lock:
            if not self.progress.over:
                self.progress = replace(self.progress, state="stopping")
            if self._stream is not None:
                self._stream.close()

    def run(self, on_progress: Callable[[Progress], None] = lambda progress: None) -> Progress:
        """Asks about every text, once more about those that got no prompt, and returns the end."""
        self._on_progress = on_progress
        try:
            self._ask_all(last=False)
            self._ask_all(last=True)
        except _EndError as end:
            self._tell(state="failed", message=str(end))
        except Exception as error:
            # The text of an unknown error may quote what people wrote.
            log.error("Asking for questions ended: %s", type(error).__name__)
            self._tell(
                state="failed",
                message=f"VoiceTune could not go on ({type(error).__name__}). What was found is "
                "kept; start again to go on.",
            )
        else:
            open_ones = self.progress.done < self.progress.total
            self._tell(
                state="cancelled" if self._stopping.is_set() else "done",
                message=self._trouble if open_ones else "",
            )
        return self.progress

    def _ask_all(self, *, last: bool) -> None:
        for batch in batches(self._posts, done=self._done):
            if self._stopping.is_set():
                return
            self._ask(batch, last=last)

    def _ask(self, batch: Batch, *, last: bool) -> None:
        """Asks about one batch and keeps what it brings; an error of its own costs only itself."""
        place = self._place_of()
        if place is None:
            raise _EndError("The place is not connected any more. Connect it and go on.")
        answer = self._answer(batch, place)
        reply = read_reply("".join(answer.pieces), batch)
        if self._structured and answer.error is None and not _is_json(reply):
            self._structured = False  # prose came: what it made of the format is no help
        whole = answer.error is None and not self._stopping.is_set()
        self._keep(place, reply, vain=reply.missing if last and whole else ())
        if answer.error is None or self._stopping.is_set():
            self._failed_in_a_row = 0
            return
        said = explain(answer.error, place)
        self._failed_in_a_row += 1
        if _ends_all(answer.error) or self._failed_in_a_row == _IN_A_ROW:
            raise _EndError(said)
        self._trouble = said
        self._tell(message=said)

    def _keep(self, place: Place, reply: Reply, vain: Sequence[str]) -> None:
        found: dict[str, tuple[Suggestion, ...]] = {**reply.found, **dict.fromkeys(vain, ())}
        named = {
            key: Suggested(place.profile.id, self.model, prompts).as_data()
            for key, prompts in found.items()
        }
        keep_results(self._ws, KIND, named)
        self._done |= found.keys()
        now = self.progress
        self._tell(
            done=now.done + len(found),
            refused=(*now.refused, *reply.refused),
            vain=(*now.vain, *vain),
            message="" if found else now.message,
        )

    def _answer(self, batch: Batch, place: Place) -> _Answer:
        """Sends one request, in plain words where the place refuses the format."""
        import openai

        answer = self._patiently(batch, place, structured=self._structured)
        refused = openai.BadRequestError | openai.UnprocessableEntityError
        if self._structured and isinstance(answer.error, refused):
            plain = self._patiently(batch, place, structured=False)
            self._structured = isinstance(plain.error, refused)  # then the format was not the cause
            return plain
        return answer

    def _patiently(self, batch: Batch, place: Place, *, structured: bool) -> _Answer:
        answer = self._send(batch, place, structured=structured)
        for pause in PAUSES:
            if answer.error is None or answer.pieces or not _passes(answer.error):
                break
            asked = wait_asked_for(answer.error, datetime.now(UTC))
            seconds = min(asked.total_seconds(), _LONGEST_PAUSE) if asked else pause
            if self._stopping.is_set() or self._wait(seconds):
                break
            answer = self._send(batch, place, structured=structured)
        return answer

    def _send(self, batch: Batch, place: Place, *, structured: bool) -> _Answer:
        options: dict[str, Any] = {"max_tokens": batch.max_tokens}
        if structured:
            options["response_format"] = batch.response_format
        stream = AnswerStream(place, self.model, batch.messages, patient=False, **options)
        answer = _Answer()
        given = written = 0
        with self._lock:
            self._stream = stream
            if self._stopping.is_set():
                stream.close()
        try:
            for chunk in stream:
                answer.pieces.append(chunk.text)
                given, written = chunk.prompt_tokens or given, chunk.completion_tokens or written
        except Exception as error:  # the SDK's, and the network's in the middle of an answer
            answer.error = error
        with self._lock:
            self._stream = None
        now = self.progress
        self._tell(
            requests=now.requests + 1,
            input_tokens=now.input_tokens + given,
            output_tokens=now.output_tokens + written,
        )
        return answer

    def _tell(self, **changes: Any) -> None:
        with self._lock:
            self.progress = replace(self.progress, **changes)
        self._on_progress(self.progress)


class _EndError(Exception):
    """The whole run ends; the text says why."""


def _is_json(reply: Reply) -> bool:
    return bool(reply.found) or any(refused.post is not None for refused in reply.refused)


def _passes(error: Exception) -> bool:
    """Tells whether the same request may well be answered a little later.

    Not one that was waited for in vain already: that took minutes.
    """
    import openai

    return worth_another_try(error) and not isinstance(error, openai.APITimeoutError)


def _ends_all(error: Exception) -> bool:
    """Tells whether every other request would fail in the same way."""
    import openai

    from voicetune.providers.transport import WebPageError

    if isinstance(error, openai.RateLimitError):
        return error.code == "insufficient_quota"
    return isinstance(
        error,
        openai.AuthenticationError
        | openai.PermissionDeniedError
        | openai.NotFoundError
        | WebPageError,
    )
