"""A set along time: the posts by when they were written, and how the voice drifted.

A drift is named only where the habit changed by much and more clearly than chance would have it
(`voicetune.variety.drift`).
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from statistics import fmean, median

from voicetune.examples.example import Example
from voicetune.variety.drift import Drift, drifts
from voicetune.voice.habits import Habits, habits

HABITS = {
    "words": "Words a post",
    "sentence_words": "Words a sentence",
    "paragraph_words": "Words a paragraph",
    "emoji": "Emoji a post",
    "hashtags": "Hashtags a post",
    "questions": "Questions, part of all sentences",
    "exclamations": "Exclamations, part of all sentences",
    "contractions": "Contractions, part of where one could stand",
    "first_person": "“I” and “my” per 100 words",
    "you": "“You” and “your” per 100 words",
    "numbers": "Numbers per 100 words",
    "links": "Links a post",
}
"""The habits followed along time, with the name a person reads."""

AVERAGED = frozenset({"emoji", "hashtags", "questions", "exclamations", "links", "numbers"})
"""Habits that most posts may have none of: their mean tells more than the middle one."""

_MOST = 2_000  # posts that are read; of more, evenly chosen ones
_YEARS, _QUARTERS = 1_000, 240  # days from which a set is cut into years, into quarters


@dataclass(frozen=True, slots=True)
class Era:
    """A year, quarter or month of a set, with how many posts it has and its usual habits."""

    label: str
    begins: date
    posts: int
    usual: dict[str, float]


@dataclass(frozen=True, slots=True)
class Timeline:
    """A set along time: rows in the order they were written, with the habits of each.

    `rows`, `dates` and each list of `values` (by habit) belong together. Of sets above 2,000 dated
    posts only evenly chosen ones are in them; `dated` counts all. `eras` hold every dated post.
    """

    rows: tuple[int, ...]
    dates: tuple[date, ...]
    values: dict[str, tuple[float, ...]]
    eras: tuple[Era, ...]
    drifts: tuple[Drift, ...]
    dated: int
    undated: int


@dataclass(frozen=True, slots=True)
class Since:
    """What "use only since" keeps: positions written on that day or later, older ones, undated."""

    kept: tuple[int, ...]
    older: tuple[int, ...]
    undated: tuple[int, ...]


def timeline(examples: Sequence[Example]) -> Timeline:
    """Puts the examples that have a date along time."""
    dated = sorted((e.written_on, row) for row, e in enumerate(examples) if e.written_on)
    every = max(1, -(-len(dated) // _MOST))
    read = dated[::every]
    found = [habits(examples[row].answer) for _, row in read]
    values = {habit: tuple(_value(each, habit) for each in found) for habit in HABITS}
    days = tuple(day for day, _ in read)
    step = _step(days)
    return Timeline(
        tuple(row for _, row in read),
        days,
        values,
        _eras([day for day, _ in dated], days, values, step),
        drifts(days, values, _beginnings(days, step), AVERAGED),
        len(dated),
        len(examples) - len(dated),
    )


def explain(found: Timeline) -> str:
    """Says how the voice drifted, in a sentence a change; or that it did not."""
    if found.dated < 2:
        return "These examples have no dates, so nothing can be said about how your voice changed."
    if not found.drifts:
        first, last = found.dates[0].year, found.dates[-1].year
        span = f"in {first}" if first == last else f"from {first} to {last}"
        return f"Your habits hardly changed {span}."
    by_day: defaultdict[date, list[Drift]] = defaultdict(list)
    for drift in found.drifts:
        by_day[drift.since].append(drift)
    sentences = []
    for day, changes in sorted(by_day.items(), key=lambda each: found.drifts.index(each[1][0])):
        told = "; ".join(change.words for change in changes)
        sentences.append(f"Before {label(day)} {told}.")
    return " ".join(sentences)


def since(examples: Sequence[Example], day: date) -> Since:
    """Parts the examples into those written since a day, older ones and those without a date."""
    rows = range(len(examples))
    dates = [example.written_on for example in examples]
    return Since(
        tuple(row for row in rows if (on := dates[row]) and on >= day),
        tuple(row for row in rows if (on := dates[row]) and on < day),
        tuple(row for row in rows if not dates[row]),
    )


def label(day: date) -> str:
    """Returns the beginning of an era as it stands in a sentence: "2023" or "April 2023"."""
    return str(day.year) if (day.month, day.day) == (1, 1) else f"{day:%B} {day.year}"


def _value(each: Habits, habit: str) -> float:
    return float(getattr(each, habit))


def _step(days: Sequence[date]) -> int:
    """Returns the months of an era."""
    span = (days[-1] - days[0]).days if days else 0
    return 12 if span >= _YEARS else 3 if span >= _QUARTERS else 1


def _beginning(day: date, step: int) -> date:
    return date(day.year, (day.month - 1) // step * step + 1, 1)


def _beginnings(days: Sequence[date], step: int) -> list[date]:
    return sorted({_beginning(day, step) for day in days})


def _eras(
    everything: Sequence[date],
    days: Sequence[date],
    values: dict[str, tuple[float, ...]],
    step: int,
) -> tuple[Era, ...]:
    posts: defaultdict[date, int] = defaultdict(int)
    for day in everything:
        posts[_beginning(day, step)] += 1
    places: defaultdict[date, list[int]] = defaultdict(list)
    for place, day in enumerate(days):
        places[_beginning(day, step)].append(place)
    eras = []
    for begins in sorted(places):
        usual = {
            habit: (fmean if habit in AVERAGED else median)([each[p] for p in places[begins]])
            for habit, each in values.items()
        }
        eras.append(Era(_era_label(begins, step), begins, posts[begins], usual))
    return tuple(eras)


def _era_label(begins: date, step: int) -> str:
    if step == 12:
        return str(begins.year)
    if step == 3:
        return f"{begins.year} Q{(begins.month + 2) // 3}"
    return f"{begins:%b} {begins.year}"
