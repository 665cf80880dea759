"""What a place says against a run: the lines it objects to, and a model it does not let out."""

import re
from collections.abc import Iterable
from typing import Protocol

MOST_LINES = 50
_LINES = re.compile(
    r"\b(?:lines?|rows?|examples?|records?|entries|entry)\s*(?:numbers?|nos?\.?|#|:|\[)?\s*"
    r"((?:\d{1,7}(?:\s*(?:,\s*and|,|;|and|to|through|[-–])\s*(?=\d))?)+)",
    re.I,
)
_RANGE = re.compile(r"(\d+)(?:\s*(?:to|through|[-–])\s*(\d+))?", re.I)
_REFUSED = re.compile(
    r"\b(block|refus|reject|violat|not (?:be )?(?:allow|deploy|available)|fail|unsafe|disallow)",
    re.I,
)


class Event(Protocol):
    """What is read of a job's event; the workspace's events are such."""

    @property
    def type(self) -> str: ...
    @property
    def level(self) -> str: ...
    @property
    def message(self) -> str: ...


def lines_named(text: str) -> list[int]:
    """Returns the line numbers that a place's message is about, in their order, from 1 on.

    "Line 3 has no answer", "examples 5, 7 and 9-11". At most MOST_LINES; empty where it names none.
    """
    found: dict[int, None] = {}
    for group in _LINES.finditer(text):
        for first, last in _RANGE.findall(group[1]):
            numbers = range(int(first), min(int(last or first), int(first) + MOST_LINES) + 1)
            found |= dict.fromkeys(number for number in numbers if number > 0)
    return list(found)[:MOST_LINES]


def moderation_block(events: Iterable[Event]) -> str | None:
    """Returns what the place said when it checked the finished model and kept it to itself.

    OpenAI reports its checks as events of the type "moderation_checks"; that a check went well is
    no block.
    """
    checks = [event for event in events if "moderation" in event.type.casefold()]
    bad = [e for e in checks if e.level == "error" or _REFUSED.search(e.message)]
    return bad[-1].message if bad else None
