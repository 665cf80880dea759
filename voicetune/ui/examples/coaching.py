"""The coach at work on a set: what is known is kept, the rest is looked at beside the page.

What is found in one example alone is kept in the workspace by its content, so an edit has one
example looked at, at once. What comes of comparing examples is found again in a thread, and stands
as it was before until then.
"""

import logging
import sys
import threading
import time
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import Enum

from voicetune.coach.codes import PRIVATE
from voicetune.coach.score import RowResult
from voicetune.coach.spelling import typo_finding, typos_among
from voicetune.examples.example import Example
from voicetune.examples.finding import Finding
from voicetune.ui.examples.coach_memory import dismissed_in, own_names
from voicetune.ui.examples.judging import Judge, Progress, Step, Task
from voicetune.ui.examples.known import Known
from voicetune.ui.examples.row import Row
from voicetune.ui.examples.word import Judged, Word
from voicetune.workspace.database import Workspace
from voicetune.workspace.kept import any_kept

log = logging.getLogger(__name__)

AT_ONCE = 1_000
"""Examples up to which the coach looks without being asked."""
QUICK = 50
"""Examples that are looked at while the page waits (some 25 ms)."""
BREATH = 1.0
"""Seconds without an edit after which a large set is compared again: the page comes first."""
_TURN = 0.001
"""Seconds until a page gets its turn while the coach computes. With Python's own 5 ms it would wait
up to 5 ms after every question to the database, some sixty times for one drawing."""


class Stopped(Enum):
    """Why the coach stopped before the end."""

    CANCELLED = "cancelled"
    FAILED = "failed"


class _CancelledError(Exception):
    """The person has had enough."""


class Coach:
    """The coach of one set; any number of sessions may ask at once."""

    def __init__(self, ws: Workspace, dataset_id: int, ruler_id: str) -> None:
        self._ws = ws
        self._dataset_id = dataset_id
        self._known = Known(ws, dataset_id)
        self._judge = Judge(ws, dataset_id, ruler_id, self._known)
        self._lock = threading.RLock()
        self._task = Task((), (), frozenset())
        self._touched = 0.0
        self._judged: tuple[Task, Judged] | None = None
        self._word: Word | None = None
        self._unknown: Mapping[int, Sequence[str]] = {}
        self._uses: Mapping[str, int] = Counter()
        self._thread: threading.Thread | None = None
        self._cancel = threading.Event()
        self.progress: Progress | None = None
        self.stopped: Stopped | None = None

    @property
    def understands(self) -> bool:
        """Whether questions are compared by their meaning, not by their words alone."""
        return self._judge.meanings is not None

    @property
    def at_work(self) -> bool:
        """Whether the coach is looking right now."""
        return self._thread is not None

    @property
    def has_looked(self) -> bool:
        """Whether the whole set was looked at since this program started."""
        return self._judged is not None

    @property
    def invited(self) -> bool:
        """Whether to look without being asked: the set is small, or it was looked at before."""
        return not self.stopped and (
            self.has_looked
            or len(self._task.rows) <= AT_ONCE
            or any_kept(self._ws, self._judge.kind)
        )

    def look(self, rows: Mapping[int, Row]) -> Word:
        """Returns what is known of the set as it is now; a few new examples are looked at."""
        own = own_names(self._ws, self._dataset_id)
        dismissed = frozenset(dismissed_in(self._ws, self._dataset_id))
        task = Task(list(rows.values()), own, dismissed)
        with self._lock:
            same = task.is_as(self._task)
            if not same:
                self._task, self._touched = task, time.monotonic()
            if self._word is None or not same:
                self._word = self._now(task)
            return self._word

    def begin(self) -> None:
        """Starts to look at the set as `look` was given it last, beside the page."""
        with self._lock:
            if self._thread is None and not (self._word and self._word.settled):
                self._cancel.clear()
                self.stopped = None
                self.progress = Progress(Step.READ, 0, len(self._task.rows))
                self._thread = threading.Thread(target=self._work, name="coach", daemon=True)
                self._thread.start()

    def cancel(self) -> None:
        """Has the coach stop at the next example. What was found so far is kept."""
        self._cancel.set()
        self.stopped = Stopped.CANCELLED

    def wait(self) -> None:
        """Returns when everything was looked at, or the coach has stopped."""
        thread = self._thread
        if thread is not None:
            thread.join()

    def unknown_words(self, examples: Iterable[Example]) -> list[Sequence[str]]:
        """Returns the words of each example that no dictionary knows."""
        return [self._known.look(example, ()).unknown for example in examples]

    def _now(self, task: Task) -> Word:
        examples = [row.example for row in task.rows]
        if self._judged is None:
            everything = range(len(examples))
            return Word(
                examples, changed=frozenset(everything), fresh=self._fresh(task, everything)
            )
        before, judged = self._judged
        if task.is_as(before):
            return Word(judged.examples, judged, settled=True)
        was = {row.example.id: row for row in before.rows}
        changed = {i for i, row in enumerate(task.rows) if was.get(row.example.id) is not row}
        again = set(changed)
        if task.own != before.own:
            named = {f for code in PRIVATE for f in judged.by_code.get(code, ())}
            again |= {i for i, example in enumerate(examples) if example.id in named}
        return Word(
            examples,
            judged,
            frozenset(changed),
            self._fresh(task, sorted(again)),
            task.dismissed,
            task.dismissed != before.dismissed,
            self._known.hash_of,
        )

    def _fresh(self, task: Task, places: Collection[int]) -> dict[int, list[Finding]]:
        """What is to be said of some rows alone, looking at those that are few and new."""
        examples = [task.rows[place].example for place in places]
        missing = [example for example in examples if self._known.get(example, task.own) is None]
        if self.has_looked and len(missing) <= QUICK:
            for example in missing:
                self._known.look(example, task.own)
        results = {example.id: self._known.get(example, task.own) for example in examples}
        uses = self._uses_with(results)
        fresh: dict[int, list[Finding]] = {}
        for place, example in zip(places, examples, strict=True):
            if (result := results[example.id]) is not None:
                typo = typo_finding(typos_among(result.unknown, uses))
                found = [*task.rows[place].findings, *result.findings, *([typo] if typo else [])]
                fresh[place] = found if example.include else []
        return fresh

    def _uses_with(self, results: Mapping[int, RowResult | None]) -> Mapping[str, int]:
        """How many examples use the unknown words of some, the others being as at the last look."""
        change: Counter[str] = Counter()
        words: set[str] = set()
        for example_id, result in results.items():
            if result is not None:
                words.update(result.unknown)
                change.update(result.unknown)
                change.subtract(self._unknown.get(example_id, ()))
        return {word: self._uses[word] + change[word] for word in words}

    def _work(self) -> None:
        stopped: Stopped | None = None
        usual = sys.getswitchinterval()
        sys.setswitchinterval(min(usual, _TURN))
        try:
            while not stopped:
                self._rest()
                task = self._task
                judged = self._judge.judge(task, self._at)
                unknown = self._known.unknown_words(judged.examples, task.own)
                uses = Counter(word for words in unknown.values() for word in words)
                with self._lock:
                    self._judged, self._word = (task, judged), None
                    self._unknown, self._uses = unknown, uses
                    if task.is_as(self._task):
                        self._thread = self.progress = None
                        return
        except _CancelledError:
            stopped = Stopped.CANCELLED
        except Exception:
            log.exception("Coaching set %s failed", self._dataset_id)
            stopped = Stopped.FAILED
        finally:
            sys.setswitchinterval(usual)
        with self._lock:
            self._thread = self.progress = self._word = None
            self.stopped = stopped

    def _rest(self) -> None:
        """Waits, in a large set, until nothing was edited for a moment."""
        while self.has_looked and len(self._task.rows) > AT_ONCE:
            left = self._touched + BREATH - time.monotonic()
            if left <= 0:
                return
            if self._cancel.wait(left):
                raise _CancelledError

    def _at(self, step: Step, done: int, total: int) -> None:
        if self._cancel.is_set():
            raise _CancelledError
        self.progress = Progress(step, done, total)
