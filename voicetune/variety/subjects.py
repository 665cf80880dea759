"""The usual subjects of posts about working life (data/subjects.json) and what a set says of them.

A subject's words are matched whole and without regard to case; a star stands for any ending, and
a phrase may have several words.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from pydantic import BaseModel, ConfigDict, TypeAdapter

from voicetune.examples.example import Example
from voicetune.home import DATA

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
MANY = 0.1
"""The share of a set from which a subject counts as much written about."""
_ENOUGH = 20  # examples below which a missing subject says nothing
_HOLES, _CROWDS = 6, 3


class Subject(BaseModel):
    """One subject: its plain name stands after "on", as in "nothing on salary"."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    name: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """A subject and the positions of the examples that are on it."""

    subject: Subject
    rows: tuple[int, ...]


@cache
def load_subjects() -> tuple[Subject, ...]:
    """Reads the subjects that ship with VoiceTune, the most usual first."""
    return TypeAdapter(tuple[Subject, ...]).validate_json((DATA / "subjects.json").read_bytes())


def mentions(text: str) -> Counter[str]:
    """Counts how often each subject's words stand in a text: subject id -> times."""
    words = [word.replace("’", "'").casefold() for word in _WORD.findall(text)]
    found: Counter[str] = Counter()
    for start, word in enumerate(words):
        for subject, rest in _begun_by(word):
            following = words[start + 1 : start + 1 + len(rest)]
            if len(following) == len(rest) and all(map(_fits, rest, following)):
                found[subject] += 1
    return found


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
    parts = [f"{len(c.rows)} of {total} on {c.subject.name}" for c in crowds[:_CROWDS]]
    if holes:
        more = len(holes) - _HOLES
        named = [*holes[:_HOLES], *([f"{more} more"] if more > 0 else [])]
        parts.insert(0, f"nothing on {listed(named, 'or')}")
    if not parts:
        return f"Every usual subject has its examples, and none has {MANY:.0%} of them."
    sentence = "; ".join(parts)
    return f"{sentence[0].upper()}{sentence[1:]}."


def listed(names: Sequence[str], last: str) -> str:
    """Returns names as they stand in a sentence: "salary, hiring or feedback"."""
    return f" {last} ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


@cache
def _patterns() -> tuple[dict[str, list[tuple[str, tuple[str, ...]]]], list[tuple[str, str]]]:
    """Returns what each first word begins, and the stems: (stem, subject)."""
    whole: defaultdict[str, list[tuple[str, tuple[str, ...]]]] = defaultdict(list)
    stems = []
    for subject in load_subjects():
        for words in subject.words:
            first, *rest = words.split()
            if first.endswith("*"):
                stems.append((first[:-1], subject.id))
            else:
                whole[first].append((subject.id, tuple(rest)))
    return dict(whole), stems


@lru_cache(maxsize=100_000)
def _begun_by(word: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    whole, stems = _patterns()
    begun = [(subject, ()) for stem, subject in stems if word.startswith(stem)]
    return (*whole.get(word, ()), *begun)


def _fits(pattern: str, word: str) -> bool:
    return word.startswith(pattern[:-1]) if pattern.endswith("*") else word == pattern
