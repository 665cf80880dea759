"""The state of a scripted place, and the script: how jobs go on and which requests go wrong."""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event
from typing import Any, Literal

from voicetune.rehearsal.dialect import LOCAL, Dialect

START = 1_790_000_000
"""The place's first second, as Unix time; its clock counts from there."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What becomes of one request: this reply, or this action and then the usual answer.

    `lost`: the request is done, its reply is not delivered; `refused`: the connection breaks before
    anything is done; `wait`: nothing goes wrong yet.
    """

    request: str
    kind: Literal["reply", "action", "lost", "refused", "wait"]
    status: int = 500
    code: str | None = None
    text: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    page: bool = False
    action: Callable[[], None] = lambda: None


@dataclass
class ScriptedPlace:
    """Everything the place has, open to whoever scripts it; requests read "POST /files".

    `requests` lists what was asked, in order. `answer` are the pieces of every chat reply.
    `closed` refuses to create jobs as OpenAI refuses new organisations. `flags` names the words
    that the moderation endpoint objects to. `around` is called right before a request is done and
    once more before its reply leaves; `when_asked` when someone asks how a job stands.
    """

    key: str
    dialect: Dialect = LOCAL
    clock: Callable[[], float] = lambda: 0.0
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
    flags: set[str] = field(default_factory=set)
    closed: bool = False
    page_size: int = 100
    honest_paging: bool = True
    newest_first: bool = True
    base_url: str = ""
    faults: list[Fault] = field(default_factory=list)
    gate: Event | None = None
    when_client_leaves: Callable[[], None] = lambda: None
    when_asked: Callable[[str], None] = lambda job_id: None
    around: Callable[[str], None] = lambda request: None

    # -- what goes wrong ---------------------------------------------------------------------------

    def fail(
        self,
        request: str,
        status: int = 500,
        code: str | None = "server_error",
        text: str = "No",
        *,
        retry_after: int | None = None,
    ) -> None:
        """Answers the next such request with this error."""
        # Without a time to wait the SDK is told not to try again, so that no test waits for it.
        headers = {"x-should-retry": "false"} if retry_after is None else {}
        if retry_after is not None:
            headers["retry-after"] = str(retry_after)
        self.faults.append(Fault(request, "reply", status, code, text, headers))

    def fail_after(self, request: str, passes: int, status: int) -> None:
        """Lets so many such requests pass, then answers one with this error."""
        self.faults += [Fault(request, "wait")] * passes
        self.fail(request, status)

    def answer_with_page(self, request: str, status: int = 200) -> None:
        """Answers the next such request with a web page, as a proxy does."""
        headers = {"x-should-retry": "false"}
        self.faults.append(Fault(request, "reply", status, headers=headers, page=True))

    def on(self, request: str, action: Callable[[], None]) -> None:
        """Does something when the next such request comes, before it is answered."""
        self.faults.append(Fault(request, "action", action=action))

    def lose_reply(self, request: str) -> None:
        """Does what the next such request asks, then drops the connection instead of answering."""
        self.faults.append(Fault(request, "lost"))

    def refuse(self, request: str) -> None:
        """Drops the connection of the next such request without doing it."""
        self.faults.append(Fault(request, "refused"))

    def next_fault(self, request: str) -> Fault | None:
        """Takes the next fault of a request off the list."""
        fault = next((fault for fault in self.faults if fault.request == request), None)
        if fault is not None:
            self.faults.remove(fault)
        return fault

    def count(self, request: str) -> int:
        """Returns how often a request came."""
        return self.requests.count(request)

    # -- how a job goes on -------------------------------------------------------------------------

    def now(self) -> int:
        """Returns this second as Unix time, by the place's own clock."""
        return START + int(self.clock())

    def advance(self, job_id: str, status: str, **changes: Any) -> None:
        """Moves a job to a state."""
        self.jobs[job_id].update(status=status, **changes)

    def metric(self, job_id: str, step: int, total: int, **data: Any) -> None:
        """Reports a step of training, where the place does so by events."""
        if self.dialect.metric_events:
            text = f"Step {step}/{total}: training loss={data.get('train_loss')}"
            self._event(job_id, text, "metrics", {"step": step, "total_steps": total, **data})

    def message(
        self, job_id: str, text: str, level: str = "info", kind: str = "message", data: Any = None
    ) -> None:
        """Reports something in words."""
        self._event(job_id, text, kind, data, level)

    def checkpoint(self, job_id: str, step: int, **metrics: Any) -> None:
        """Keeps the model as it is after a step."""
        dialect, known = self.dialect, self.checkpoints.setdefault(job_id, [])
        checkpoint: dict[str, Any] = {
            "id": f"ftckpt-{step}",
            "object": "fine_tuning.job.checkpoint",
            "created_at": self.now() + step,
            "fine_tuning_job_id": job_id,
            "step_number": step,
            "metrics": {"step": step, **(metrics if dialect.checkpoint_figures else {})},
        }
        if dialect.checkpoint_models:
            base = self.tuned_name(job_id) or ""
            checkpoint["fine_tuned_model_checkpoint"] = f"{base}:ckpt-step-{step}"
        if dialect.checkpoint_files:
            checkpoint["result_files"] = []
        known.insert(0, checkpoint)

    def keep_file(self, name: str, data: bytes, purpose: str = "fine-tune-results") -> str:
        """Puts a file into the place and returns its id."""
        number = f"file-{len(self.files) + len(self.requests) + 1}"
        while number in self.contents:
            number += "0"
        self.contents[number] = data
        self.files[number] = {
            "id": number,
            "object": "file",
            "bytes": len(data),
            "created_at": self.now(),
            "filename": name,
            "purpose": purpose,
            "status": self.dialect.file_states[0],
        }
        return number

    def finish(self, job_id: str, **changes: Any) -> None:
        """Ends a job well."""
        usual = {
            "fine_tuned_model": self.tuned_name(job_id),
            "trained_tokens": 1200,
            "finished_at": self.now() + 500,
        }
        self.advance(job_id, "succeeded", **usual | changes)

    def tuned_name(self, job_id: str) -> str | None:
        """Returns the name that a job's model gets here."""
        name = self.dialect.tuned_name
        return name and name.format(model=self.jobs[job_id]["model"])

    def _event(self, job_id: str, message: str, kind: str, data: Any, level: str = "info") -> None:
        events = self.events.setdefault(job_id, [])
        events.append(
            {
                "id": f"ftevent-{job_id.rpartition('-')[2]}-{len(events)}",
                "object": "fine_tuning.job.event",
                "created_at": self.now() + (0 if self.clock() else len(events)),
                "level": level,
                "message": message,
                "type": kind,
                "data": data,
            }
        )
