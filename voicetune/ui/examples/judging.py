"""The coach's look at a whole set, step by step: what was kept is read, the rest is worked out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import partial

from voicetune.coach.records import (
    VERSION,
    coaching_of,
    coaching_record,
    digest,
    finding_records,
    findings_of,
)
from voicetune.coach.score import Coaching, coach
from voicetune.examples.example import Example
from voicetune.examples.finding import Finding
from voicetune.examples.meaning import model_folder, same_by_meaning
from voicetune.ui.examples.known import Known, Own
from voicetune.ui.examples.meanings import Meanings
from voicetune.ui.examples.row import Row
from voicetune.ui.examples.word import Judged
from voicetune.voice.odd_ones import findings as voice_findings
from voicetune.voice.odd_ones import listen, odd_voices
from voicetune.workspace.database import Workspace
from voicetune.workspace.kept import forget_results, keep_results, kept_results, kind_of

_BATCH = 250


class Step(Enum):
    """What the coach does with a set: its name, the share of the time before it and with it."""

    READ = ("Reading each example", 0.0, 0.4)
    LISTEN = ("Listening to each answer", 0.4, 0.7)
    UNDERSTAND = ("Working out what each question means", 0.7, 0.9)
    COMPARE = ("Comparing the examples with each other", 0.9, 1.0)


@dataclass(frozen=True, slots=True)
class Progress:
    """The step the coach is at, and how many examples of it are done."""

    step: Step
    done: int
    total: int

    @property
    def share(self) -> float:
        """How much of the whole work is done, from 0 to 1."""
        _, before, after = self.step.value
        return before + (after - before) * self.done / max(1, self.total)


@dataclass(frozen=True, slots=True)
class Task:
    """A state of a set to look at: its rows, the person's own names, what was dismissed."""

    rows: Sequence[Row]
    own: Own
    dismissed: frozenset[str]

    def is_as(self, other: "Task") -> bool:
        """Tells whether nothing has changed between two tasks."""
        return (
            len(self.rows) == len(other.rows)
            and all(a is b for a, b in zip(self.rows, other.rows, strict=True))
            and (self.own, self.dismissed) == (other.own, other.dismissed)
        )


At = Callable[[Step, int, int], None]
"""Hears which step is at hand, how many examples of it are done, and of how many."""


class Judge:
    """Looks at all examples of one set."""

    def __init__(self, ws: Workspace, dataset_id: int, ruler_id: str, known: Known) -> None:
        self._ws = ws
        self._dataset_id = dataset_id
        self._ruler_id = ruler_id
        self._known = known
        self.kind = kind_of(dataset_id, f"coach-{VERSION}")
        folder = model_folder()
        self.meanings = Meanings(ws, folder) if folder else None

    def judge(self, task: Task, at: At) -> Judged:
        """Returns the word on a state of the set; `at` hears of every step, and may raise."""
        examples = [row.example for row in task.rows]
        self._read(examples, task.own, at)
        parts = [f"{self._known.hash_of(e)} {e.include} {e.split}" for e in examples]
        meanings = self.meanings.id if self.meanings else ""
        state = digest([*parts, task.own, task.dismissed, self._ruler_id, meanings])
        if state in (kept := kept_results(self._ws, self.kind, [state])):
            coaching = coaching_of(kept[state])
        else:
            coaching = self._compared(task, examples, at)
            self._keep_only(self.kind, state, coaching_record(coaching))
        judged = Judged(examples, coaching)
        _ = judged.by_code  # worked out here, not while a page waits
        return judged

    def _compared(self, task: Task, examples: Sequence[Example], at: At) -> Coaching:
        strangers = self._strangers(examples, at)
        near = None
        if self.meanings:
            questions = [e.question for e in examples if e.include and e.question.strip()]
            at(Step.UNDERSTAND, 0, len(questions))
            self.meanings.read(questions, lambda n: at(Step.UNDERSTAND, n, len(questions)))
            near = partial(same_by_meaning, vectors_of=self.meanings.vectors_of)
        at(Step.COMPARE, 0, len(examples))
        return coach(
            examples,
            findings=strangers,
            own=task.own,
            dismissed=task.dismissed,
            kept=self._known.by_hash(examples, task.own),
            checked=[row.findings for row in task.rows],
            hash_of=self._known.hash_of,
            near=near,
        )

    def _read(self, examples: Sequence[Example], own: Own, at: At) -> None:
        at(Step.READ, 0, len(examples))
        self._known.read(examples, own)
        missing = [e for e in examples if self._known.get(e, own) is None]
        try:
            for number, example in enumerate(missing, 1):
                self._known.look(example, own)
                at(Step.READ, len(examples) - len(missing) + number, len(examples))
                if number % _BATCH == 0:
                    self._known.keep()
        finally:
            self._known.keep()

    def _strangers(self, examples: Sequence[Example], at: At) -> list[Finding]:
        """The findings about the voice, as kept or found anew."""
        kind = kind_of(self._dataset_id, f"voice-{VERSION}")
        state = digest(f"{example.include} {example.answer}" for example in examples)
        if state in (kept := kept_results(self._ws, kind, [state])):
            return findings_of(kept[state])
        for number, example in enumerate(examples, 1):
            if example.include:
                listen(example)
            at(Step.LISTEN, number, len(examples))
        found = voice_findings(odd_voices(examples))
        self._keep_only(kind, state, finding_records(found))
        return found

    def _keep_only(self, kind: str, state: str, record: object) -> None:
        with self._ws.write():
            forget_results(self._ws, kind)
            keep_results(self._ws, kind, {state: record})
