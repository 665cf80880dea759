"""The coach's word on a set, as it was at the last look and as it is after the edits since.

A large set is drawn again after every edit, so nothing here goes through all examples that an edit
of one does not need.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from voicetune.coach.check import content_hash
from voicetune.coach.codes import SURPLUS, of_the_set
from voicetune.coach.dismissals import not_dismissed
from voicetune.coach.score import Coaching, Deduction
from voicetune.examples.example import Example
from voicetune.examples.finding import Finding


@dataclass(frozen=True)
class Judged:
    """What the coach said of one state of a set; rows are positions among `examples`."""

    examples: Sequence[Example]
    coaching: Coaching

    @cached_property
    def by_id(self) -> Mapping[int, Sequence[Finding]]:
        """The findings of each included example, by its id."""
        return _by_id(self.examples, self.coaching.findings)

    @cached_property
    def by_code(self) -> Mapping[str, frozenset[int]]:
        """The ids of the included examples of each code."""
        return _by_code(self.by_id)


@dataclass(frozen=True)
class Word:
    """What is known of a set as it is now; rows are positions among `examples`.

    `judged` is None until the coach has looked at the whole set once. `settled`: it is of this very
    state. Else what hangs on other examples, and the score, are from before, while the rows in
    `changed` are new or not as they were; `fresh` has what is to be said of these alone. Findings
    whose keys are in `dismissed` are not said; `hides`: these are others than at the last look.
    """

    examples: Sequence[Example]
    judged: Judged | None = None
    changed: frozenset[int] = frozenset()
    fresh: Mapping[int, Sequence[Finding]] = field(default_factory=dict)
    dismissed: Collection[str] = ()
    hides: bool = False
    hash_of: Callable[[Example], str] = content_hash
    settled: bool = False

    @property
    def score(self) -> int | None:
        """The score at the last look; None before the first."""
        return self.judged.coaching.score if self.judged else None

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """All findings."""
        before = self.judged.coaching.findings if self.judged else ()
        if self.settled:
            return before
        fresh = (replace(f, rows=(row,)) for row, own in self.fresh.items() for f in own)
        return tuple(self._said([*self._still(before), *fresh]))

    @cached_property
    def deductions(self) -> tuple[Deduction, ...]:
        """What takes points off, as at the last look, but for what is gone since."""
        before = self.judged.coaching.deductions if self.judged else ()
        if self.settled:
            return before
        codes = {finding.code for finding in self.findings}
        moved = [replace(d, rows=self._moved(d.rows)) if d.rows else d for d in before]
        return tuple(
            now
            for old, now in zip(before, moved, strict=True)
            if not old.rows or (now.rows and now.code in codes)
        )

    @cached_property
    def by_code(self) -> Mapping[str, frozenset[int]]:
        """The ids of the included examples of each code."""
        if self.judged is None or self.hides:
            return _by_code(_by_id(self.examples, self.findings))
        changed = {self.examples[row].id for row in (*self.changed, *self.fresh)}
        if not changed:
            return self.judged.by_code
        about = {id_: self.about(id_) for id_ in changed}
        own = _by_code(about)
        codes = {f.code for id_ in changed for f in self.judged.by_id.get(id_, ())}
        by_code = {**self.judged.by_code, **dict.fromkeys(own.keys() - self.judged.by_code.keys())}
        return {
            code: ((ids or frozenset()) - changed) | own.get(code, frozenset())
            if code in codes or code in own
            else ids or frozenset()
            for code, ids in by_code.items()
        }

    def about(self, example_id: int) -> list[Finding]:
        """Returns the findings of one example; none of one that is left out."""
        row = self._places.get(example_id)
        if row is None or not self.examples[row].include:
            return []
        before = self.judged.by_id.get(example_id, ()) if self.judged else ()
        if self.settled:
            return list(before)
        fresh = [replace(finding, rows=(row,)) for finding in self.fresh.get(row, ())]
        return self._said([*self._still(before), *fresh])

    def codes_of(self, example_id: int) -> list[str]:
        """Returns the codes of one example, quicker than what is said of it."""
        row = self._places.get(example_id)
        if self.judged is None or self.hides or row in self.changed or row in self.fresh:
            return [finding.code for finding in self.about(example_id)]
        return [finding.code for finding in self.judged.by_id.get(example_id, ())]

    def of_code(self, code: str) -> list[Finding]:
        """The findings of one kind that can be acted on now, in as few as possible.

        Those about one row each become one about all these rows. Where the set was edited since,
        what hangs on other examples leaves out the rows that are not as they were.
        """
        found = [finding for finding in self.findings if finding.code == code]
        if of_the_set(code) and self.changed:
            found = [
                replace(finding, rows=rows)
                for finding in found
                if (rows := tuple(row for row in finding.rows if row not in self.changed))
                and (len(rows) > 1 or code not in SURPLUS)
            ]
        if len(found) > 1 and all(len(finding.rows) == 1 for finding in found):
            rows = tuple(sorted(row for finding in found for row in finding.rows))
            found = [replace(found[0], rows=rows)]
        return found

    @cached_property
    def _places(self) -> dict[int, int]:
        return {example.id: row for row, example in enumerate(self.examples)}

    def _moved(self, rows: Iterable[int]) -> tuple[int, ...]:
        """Where these rows of the last look are now; those that are gone are left out."""
        before = self.judged.examples if self.judged else ()
        places = (self._places.get(before[row].id) for row in rows)
        return tuple(row for row in places if row is not None)

    def _still(self, findings: Iterable[Finding]) -> list[Finding]:
        """The findings of the last look that still stand, with their rows where they are now."""
        still = []
        for finding in findings:
            rows = self._moved(finding.rows)
            if not of_the_set(finding.code):
                rows = tuple(row for row in rows if row not in self.fresh)
            if len(rows) >= min(len(finding.rows), 1 + (finding.code in SURPLUS)):
                still.append(replace(finding, rows=rows) if rows != finding.rows else finding)
        return still

    def _said(self, findings: list[Finding]) -> list[Finding]:
        return not_dismissed(findings, self.examples, self.dismissed, self.hash_of)


def _by_id(examples: Sequence[Example], findings: Iterable[Finding]) -> dict[int, list[Finding]]:
    found: dict[int, list[Finding]] = {}
    for finding in findings:
        for row in finding.rows:
            if examples[row].include:
                found.setdefault(examples[row].id, []).append(finding)
    return found


def _by_code(by_id: Mapping[int, Sequence[Finding]]) -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for id_, findings in by_id.items():
        for finding in findings:
            found.setdefault(finding.code, set()).add(id_)
    return {code: frozenset(ids) for code, ids in found.items()}
