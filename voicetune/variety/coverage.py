"""What a set is on and what it says nothing about, of the usual subjects (data/subjects.json)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from voicetune.examples.example import Example
from voicetune.questions.subjects import Subject, load_subjects, mentions

MANY = 0.1
"""The share of a set from which a subject counts as much written about."""
_ENOUGH = 20  # examples below which a missing subject says nothing
_HOLES, _CROWDS = 6, 3


@dataclass(frozen=True, slots=True)
class Coverage:
    """A subject and the positions of the examples that are on it."""

    subject: Subject
    rows: tuple[int, ...]


def coverage(examples: Sequence[Example]) -> list[Coverage]:
    """Returns every subject with the examples on it, in the order of the list.

    An example is on a subject when its question names it, or its answer does so twice.
    """
    rows: defaultdict[str, list[int]] = defaultdict(list)
    for row, example in enumerate(examples):
        asked = mentions(example.question)
        told = mentions(example.answer)
        for subject in asked.keys() | {s for s, times in told.items() if times > 1}:
            rows[subject].append(row)
    return [Coverage(subject, tuple(rows[subject.id])) for subject in load_subjects()]


def explain(covered: Iterable[Coverage], total: int) -> str:
    """Says in a sentence what the set is mostly on and what it says nothing about.

    Empty for a set too small to tell.
    """
    if total < _ENOUGH:
        return ""
    covered = list(covered)
    crowds = sorted((c for c in covered if len(c.rows) >= MANY * total), key=lambda c: -len(c.rows))
    holes = [c.subject.name for c in covered if not c.rows]
    sentences = []
    if holes:
        more = len(holes) - _HOLES
        named = [*holes[:_HOLES], *([f"{more} more"] if more > 0 else [])]
        sentences.append(f"Nothing on {listed(named, 'or')}.")
    if crowds:
        first, *others = ((c.subject.name, len(c.rows)) for c in crowds[:_CROWDS])
        counts = [f"{first[1]:,} of {total:,} speak of {first[0]}"]
        counts += [f"{number:,} of {name}" for name, number in others]
        sentences.append(f"{listed(counts, 'and')}.")
    if not sentences:
        return f"Every usual subject has its examples, and none has {MANY:.0%} of them."
    return " ".join(sentences)


def listed(names: Sequence[str], last: str) -> str:
    """Returns names as they stand in a sentence: "salary, hiring or feedback"."""
    return f" {last} ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))
