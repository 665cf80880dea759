"""A set compared with what a run froze: once for each state of the set, beside the page."""

import threading
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from voicetune.coach.changes import Changes, changes_since
from voicetune.examples.example import Example
from voicetune.workspace.database import Workspace
from voicetune.workspace.runs import run_file

AT_ONCE = 2000
"""Examples up to which the page waits for the comparison (some 80 ms)."""

_WORKER = ThreadPoolExecutor(1, thread_name_prefix="changes")


@dataclass(frozen=True, slots=True)
class Compared:
    """What changed; rows of the changes are positions among `examples`."""

    examples: Sequence[Example]
    changes: Changes


class Comparison:
    """The comparison with one run; any number of sessions may look at it at once."""

    def __init__(self, ws: Workspace, run_id: int) -> None:
        self._ws = ws
        self._run_id = run_id
        self._lock = threading.Lock()
        self._revision = -1
        self._found: Future[Compared] | None = None

    def look(self, revision: int, examples: Sequence[Example]) -> Compared | None:
        """Returns what changed up to this state of the set; None while that is worked out."""
        with self._lock:
            if self._found is None or self._revision != revision:
                self._revision = revision
                self._found = _WORKER.submit(self._compared, examples)
            found = self._found
        return found.result() if len(examples) <= AT_ONCE or found.done() else None

    def _compared(self, examples: Sequence[Example]) -> Compared:
        training, validation = (
            run_file(self._ws, self._run_id, split) or b"" for split in ("training", "validation")
        )
        return Compared(examples, changes_since(examples, training, validation))
