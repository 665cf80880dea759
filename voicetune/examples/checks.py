"""All checks, of one example and of a whole set, with their codes (see `codes`)."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from voicetune.examples.codes import CODES
from voicetune.examples.example import Example
from voicetune.examples.example_checks import check_example
from voicetune.examples.finding import Finding
from voicetune.examples.set_checks import (
    MINIMUM,
    check_duplicates,
    check_questions,
    check_size,
    check_system,
)

__all__ = ["CODES", "check_example", "check_examples", "check_set"]


def check_examples(
    examples: Sequence[Example],
    *,
    limit: int | None = None,
    count: Callable[[Example], int] | None = None,
) -> list[Finding]:
    """Returns the findings of each example, included or not, with its position as their row."""
    return [
        replace(finding, rows=(row,))
        for row, example in enumerate(examples)
        for finding in check_example(example, limit=limit, count=count)
    ]


def check_set(
    examples: Sequence[Example],
    *,
    limit: int | None = None,
    count: Callable[[Example], int] | None = None,
    minimum: int = MINIMUM,
) -> list[Finding]:
    """Returns all findings: those of each example, then those of the set.

    Only included examples count for the set: its size, its duplicates, its system message.
    `limit` and `count` are as in `check_example`; `minimum` is what the place to train demands.
    """
    duplicates = check_duplicates(examples)
    return [
        *check_examples(examples, limit=limit, count=count),
        *check_size(examples, minimum),
        *check_system(examples),
        *duplicates,
        *check_questions(examples, duplicates),
    ]
