"""How long a run has taken, and how long it still takes, in words."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import fmean, median

WINDOW = 30
"""Steps looked back at: enough to smooth, few enough to follow a computer that got busy."""


def remaining(
    steps: Sequence[tuple[datetime, int]], total_steps: int, now: datetime
) -> timedelta | None:
    """Estimates the time left from the moments at which steps were finished.

    `steps` are (moment, step number) in the order of time, moments aware; `now` likewise. Gaps in
    which nothing ran (a pause, a restart) are left out. None until two steps are known.
    """
    paces = [
        (later - earlier).total_seconds() / (after - before)
        for (earlier, before), (later, after) in pairwise(steps[-WINDOW:])
        if after > before
    ]
    if not paces:
        return None
    usual = median(paces)
    # An epoch's end takes longer than a step (validation, a checkpoint) and belongs to the mean;
    # a pause is longer still and does not.
    pace = fmean(pace for pace in paces if pace <= max(20 * usual, 60))
    moment, step = steps[-1]
    left = pace * (total_steps - step)
    # A step that is late says that the estimate is short, not that the run is over.
    return timedelta(seconds=max(left - (now - moment).total_seconds(), left / 2, 0))


def in_words(span: timedelta) -> str:
    """Returns a span roundly: "less than a minute", "about 2 minutes", "about 1 hour 20 minutes".

    Minutes are rounded up, so that the wait is not longer than was said.
    """
    seconds = span.total_seconds()
    if seconds < 50:
        return "less than a minute"
    minutes = max(1, -int(-(seconds - 5) // 60))
    if minutes < 60:
        return f"about {_count(minutes, 'minute')}"
    hours, minutes = divmod(-(-minutes // 10) * 10, 60)
    if hours >= 24:
        days, hours = divmod(hours, 24)
        return f"about {_count(days, 'day')}" + (f" {_count(hours, 'hour')}" if hours else "")
    return f"about {_count(hours, 'hour')}" + (f" {_count(minutes, 'minute')}" if minutes else "")


def left_in_words(span: timedelta | None) -> str:
    """Returns "about 2 minutes left", or what to say while it cannot be told."""
    return "working out how long it takes" if span is None else f"{in_words(span)} left"


def elapsed_in_words(span: timedelta) -> str:
    """Returns a span that has passed: "42 seconds", "3 minutes 5 seconds", "1 hour 20 minutes"."""
    seconds = max(0, int(span.total_seconds()))
    if seconds < 60:
        return _count(seconds, "second")
    minutes, seconds = divmod(seconds, 60)
    if minutes < 60:
        return _count(minutes, "minute") + (f" {_count(seconds, 'second')}" if seconds else "")
    hours, minutes = divmod(minutes, 60)
    return _count(hours, "hour") + (f" {_count(minutes, 'minute')}" if minutes else "")


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
