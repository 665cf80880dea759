"""The usual subjects of posts about working life (data/subjects.json), found in a text.

A subject's words are matched whole and without regard to case; a star stands for any ending, and
a phrase may have several words.
"""

import re
from collections import Counter, defaultdict
from functools import cache, lru_cache

from pydantic import BaseModel, ConfigDict, TypeAdapter

from voicetune.home import DATA

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


class Subject(BaseModel):
    """One subject: its plain name stands after "on", as in "nothing on salary"."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    name: str
    words: tuple[str, ...]


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
