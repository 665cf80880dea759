"""The coach's word on a set, as it was when he last looked and as it is after the edits since."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from voicetune.coach.codes import SURPLUS, of_the_set
from voicetune.coach.score import Coaching, Deduction
from voicetune.examples.example import Example
from voicetune.examples.finding import Finding


@dataclass(frozen=True)
class Judged:
    """What the coach said of one state of a set; rows are positions among `examples`."""

    examples: Sequence[Example]
    coaching: Coaching


@dataclass(frozen=True)
class Word:
    """What is known of a set as it is now; rows are positions among `examples`.

    `score` is None until the coach has looked at the whole set once. `settled`: all of it is of
    this very state. Else what hangs on other examples, and the score, are from before, while the
    rows in `changed` have their own findings as they are now.
    """

    examples: Sequence[Example]
    findings: tuple[Finding, ...] = ()
    score: int | None = None
    deductions: tuple[Deduction, ...] = ()
    changed: frozenset[int] = frozenset()
    settled: bool = False

    @cached_property
    def by_id(self) -> dict[int, list[Finding]]:
        """The findings of each included example, by its id."""
        found: dict[int, list[Finding]] = {}
        for finding in self.findings:
            for row in finding.rows:
                if self.examples[row].include:
                    found.setdefault(self.examples[row].id, []).append(finding)
        return found

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


def first_word(examples: Sequence[Example], fresh: Mapping[int, Sequence[Finding]]) -> Word:
    """Returns what is known of single examples before the coach has looked at them all."""
    return Word(examples, _placed(fresh), changed=frozenset(range(len(examples))))


def word_of(judged: Judged) -> Word:
    """Returns the word on a set that is as it was when the coach looked."""
    coaching = judged.coaching
    return Word(
        judged.examples, coaching.findings, coaching.score, coaching.deductions, settled=True
    )


def word_after(
    judged: Judged,
    examples: Sequence[Example],
    changed: Collection[int],
    fresh: Mapping[int, Sequence[Finding]],
) -> Word:
    """Returns the word on a set that was edited since the coach looked.

    `changed` are the positions, among the `examples` of now, of what is new or not as it was;
    `fresh` has what is to be said of each of these alone.
    """
    places = {example.id: row for row, example in enumerate(examples)}
    now = [places.get(example.id) for example in judged.examples]

    def moved(rows: Sequence[int], *, alone: bool) -> tuple[int, ...]:
        present = (now[row] for row in rows)
        return tuple(r for r in present if r is not None and not (alone and r in fresh))

    findings = []
    for finding in judged.coaching.findings:
        rows = moved(finding.rows, alone=not of_the_set(finding.code))
        if len(rows) >= min(len(finding.rows), 1 + (finding.code in SURPLUS)):
            findings.append(replace(finding, rows=rows) if rows != finding.rows else finding)
    deductions = tuple(
        replace(deduction, rows=rows)
        for deduction in judged.coaching.deductions
        if (rows := moved(deduction.rows, alone=False)) or not deduction.rows
    )
    found = (*findings, *_placed(fresh))
    return Word(examples, found, judged.coaching.score, deductions, frozenset(changed))


def _placed(fresh: Mapping[int, Sequence[Finding]]) -> tuple[Finding, ...]:
    return tuple(replace(f, rows=(row,)) for row, of_row in fresh.items() for f in of_row)
