"""Habits that changed: when, by how much, and in words.

For each habit every beginning of a new time is tried and the clearest is kept (Mann and Whitney's
rank sums, ties corrected). With many tries chance alone makes some look clear, so the bar is high.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

CLEAR = 4.0
"""The size of z from which a change is more than chance.

With dates shuffled over ten years, 300 times each, it was reached in some habit by none and 1 in
100 of the two sample voices.
"""
MUCH = 1.3
"""The ratio from which a change is worth a word."""

_FEWEST = 8  # posts before and after
_HARDLY = 0.1  # of the other side's value, below which there is hardly any
_MOST = 4
_LENGTHS = {
    "words": ("you wrote {}", "words a post"),
    "sentence_words": ("your sentences were {}", "words a sentence"),
    "paragraph_words": ("your paragraphs were {}", "words a paragraph"),
}
_COUNTS = {
    "emoji": "emoji",
    "hashtags": "hashtags",
    "questions": "questions",
    "exclamations": "exclamation marks",
    "contractions": "contractions",
    "first_person": "words such as “I” and “my”",
    "you": "words such as “you”",
    "numbers": "numbers",
    "links": "links",
}


@dataclass(frozen=True, slots=True)
class Drift:
    """A habit that changed: its usual value before a day and since, and how clear that is (z)."""

    habit: str
    since: date
    before: float
    after: float
    clearness: float

    @property
    def words(self) -> str:
        """The change as it stands after "Before 2023": "you wrote twice as long (...)"."""
        if self.habit in _LENGTHS:
            told, unit = _LENGTHS[self.habit]
            figures = f"{self.before:.0f} {unit}, {self.after:.0f} since"
            return f"{told.format(_times(self.before / max(1e-9, self.after), 'long'))} ({figures})"
        named = _COUNTS[self.habit]
        if self.before <= _HARDLY * self.after:
            return f"you used {'hardly any' if self.before else 'no'} {named}"
        if self.after <= _HARDLY * self.before:
            return f"you used {named} ({'hardly any' if self.after else 'none'} since)"
        return f"you used {_times(self.before / self.after, 'many')} {named}"


def drifts(
    days: Sequence[date],
    values: Mapping[str, Sequence[float]],
    beginnings: Sequence[date],
    averaged: Collection[str],
) -> tuple[Drift, ...]:
    """Returns the habits that changed, the clearest first, at most four.

    `days` are in order and each list of `values` goes with them; `beginnings` are the days at which
    a new time may begin. Habits in `averaged` are compared by their means, others by their medians.
    """
    import numpy as np

    order = np.array([day.toordinal() for day in days])
    cuts = {begins: int(np.searchsorted(order, begins.toordinal())) for begins in beginnings}
    cuts = {b: cut for b, cut in cuts.items() if _FEWEST <= cut <= len(days) - _FEWEST}
    found = []
    for habit, numbers in values.items():
        scores = _scores(numbers, list(cuts.values()))
        if not scores:
            continue
        begins, score = max(zip(cuts, scores, strict=True), key=lambda each: abs(each[1]))
        middle = np.mean if habit in averaged else np.median
        before, after = (
            float(middle(part)) for part in np.split(np.array(numbers), [cuts[begins]])
        )
        less, more = sorted((before, after))
        if abs(score) >= CLEAR and more >= MUCH * less:
            found.append(Drift(habit, begins, before, after, abs(score)))
    found.sort(key=lambda drift: -drift.clearness)
    return tuple(_without_repeats(found)[:_MOST])


def _scores(numbers: Sequence[float], cuts: Sequence[int]) -> list[float]:
    """Returns z of the rank sum before each cut; none where all numbers are the same."""
    import numpy as np
    from scipy.stats import rankdata

    count = len(numbers)
    if not cuts or min(numbers) == max(numbers):
        return []
    ranks = rankdata(numbers)
    _, ties = np.unique(ranks, return_counts=True)
    tied = float((ties**3 - ties).sum()) / (count * (count - 1))
    sums = np.concatenate([[0.0], np.cumsum(ranks)])
    scores = []
    for cut in cuts:
        expected = cut * (count + 1) / 2
        deviation = (cut * (count - cut) / 12 * (count + 1 - tied)) ** 0.5
        scores.append(float((sums[cut] - expected) / deviation))
    return scores


def _without_repeats(found: Sequence[Drift]) -> list[Drift]:
    """Leaves out paragraphs where the whole post changed at the same time: that says the same."""
    lengths = {drift.since for drift in found if drift.habit == "words"}
    return [d for d in found if d.habit != "paragraph_words" or d.since not in lengths]


def _times(ratio: float, what: str) -> str:
    """Returns how one value is to another: "twice as long", "longer", "half as many", "fewer"."""
    more, less = {"long": ("longer", "shorter"), "many": ("more", "fewer")}[what]
    for least, times in (
        (4.5, "many times"),
        (3.5, "four times"),
        (2.5, "three times"),
        (1.7, "twice"),
    ):
        if ratio >= least:
            return f"{times} as {what}"
    if ratio > 1:
        return more
    for most, times in ((0.3, "a quarter"), (0.4, "a third"), (0.6, "half")):
        if ratio <= most:
            return f"{times} as {what}"
    return less
