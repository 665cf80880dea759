"""Answers that are nearly the same, by the runs of three words they share."""

import re
import zlib
from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from voicetune.coach.codes import COACH_CODES
from voicetune.examples.characters import composed, quotation
from voicetune.examples.example import Example
from voicetune.examples.finding import Finding

if TYPE_CHECKING:
    import numpy as np

KEEP_FIRST = "Keep the first, leave out the rest"
SAME_FROM = 0.6
"""Share of runs of three words (of those in either) from which two answers are nearly the same."""
_FEWEST = 8  # words; shorter answers are too short to compare
_SKETCH = 16
_LEADERS, _COMPARED = 30, 5  # rows kept under one number, rows compared in full

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_UNSPACED = re.compile("([\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff])")


@lru_cache(maxsize=200_000)
def _number_of(word: str) -> int:
    return zlib.crc32(word.encode("utf-8", "surrogatepass"))


@lru_cache(maxsize=20_000)
def runs_of(text: str) -> "np.ndarray":
    """Returns sorted numbers, one a run of three words of a text (or letters of Chinese).

    The same run always has the same number. None for a text of fewer than eight words.
    """
    import numpy as np

    if not text.isascii():
        text = _UNSPACED.sub(r" \1 ", composed(text))
    words = _WORD.findall(text.casefold())
    if len(words) < _FEWEST:
        return np.zeros(0, np.uint64)
    marks = np.array([_number_of(word) for word in words], np.uint64)
    first, second, third = marks[:-2], marks[1:-1], marks[2:]
    runs = first * np.uint64(0x9E3779B97F4A7C15) + second * np.uint64(0xC2B2AE3D27D4EB4F) + third
    runs *= np.uint64(0xFF51AFD7ED558CCD)
    runs = np.unique(runs ^ (runs >> np.uint64(31)))
    runs.flags.writeable = False  # it is kept and handed out again
    return runs


def near_answers(examples: Sequence[Example]) -> list[list[int]]:
    """Returns groups of rows of included examples whose answers are nearly the same.

    Each group is its first row and those near to it. Rows are compared only where the smallest of
    their numbers agree in part (a sketch), so the time grows with the rows, not their pairs.
    """
    import numpy as np

    leaders: defaultdict[int, list[int]] = defaultdict(list)
    kept: dict[int, np.ndarray] = {}
    groups: defaultdict[int, list[int]] = defaultdict(list)
    for row, example in enumerate(examples):
        own = runs_of(example.answer) if example.include else None
        if own is None or not len(own):
            continue
        sketch = own[:_SKETCH].tolist()
        met = Counter(leader for number in sketch for leader in leaders.get(number, ()))
        needed = 3 * len(sketch) // 8  # of answers that are 0.6 alike, 5 in 8 agree
        near = [leader for leader, times in met.most_common(_COMPARED) if times >= needed]
        leader = next((other for other in near if _alike(own, kept[other]) >= SAME_FROM), None)
        if leader is not None:
            groups[leader].append(row)
            continue
        kept[row] = own
        for number in sketch:
            if len(leaders[number]) < _LEADERS:
                leaders[number].append(row)
    return [[leader, *rows] for leader, rows in sorted(groups.items())]


def _alike(first: "np.ndarray", second: "np.ndarray") -> float:
    import numpy as np

    shared = len(np.intersect1d(first, second, assume_unique=True))
    return shared / (len(first) + len(second) - shared)


def check_answers(examples: Sequence[Example]) -> list[Finding]:
    """Returns a finding for each group of included examples that answer nearly the same."""
    return [
        Finding(
            "near-answer",
            COACH_CODES["near-answer"].severity,
            f"{len(group)} answers are nearly the same (“{quotation(examples[group[0]].answer)}”), "
            f"so they would weigh {len(group)} times as much as another. Keep one.",
            tuple(group),
            mend=KEEP_FIRST,
        )
        for group in near_answers(examples)
    ]
