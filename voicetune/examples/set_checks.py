"""The checks of a whole set: its size, its duplicates, its system message."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

from voicetune.examples.characters import quotation
from voicetune.examples.codes import CODES
from voicetune.examples.duplicates import exact_duplicates, near_duplicate_questions
from voicetune.examples.example import Example
from voicetune.examples.finding import Finding
from voicetune.examples.mends import MENDABLE

MINIMUM = 10
"""Examples below which OpenAI and the engine here refuse to train."""
ADVISED, IDEAL = 100, 500

Near = Callable[[Sequence[Example]], list[list[int]]]
"""Groups the positions of examples whose questions ask nearly the same."""


def check_size(examples: Sequence[Example], minimum: int = MINIMUM) -> list[Finding]:
    """Returns at most one finding: whether there are enough included examples.

    The minimum is what the training file must hold; examples kept for validation do not count.
    """
    included = [example for example in examples if example.include]
    training = sum(example.split == "training" for example in included)
    if training < minimum:
        kept = len(included) - training
        aside = f", not counting {kept} kept for validation" if kept else ""
        return [
            _finding(
                "too-few",
                f"There {_are(training, 'example')} to train on{aside}; at least {minimum} are "
                f"needed. Add {minimum - training} more.",
            )
        ]
    if len(included) < ADVISED:
        return [
            _finding(
                "few",
                f"There {_are(len(included), 'example')}. It works from {minimum}, but a voice "
                f"comes through from about {ADVISED}.",
            )
        ]
    if len(included) < IDEAL:
        return [
            _finding(
                "below-ideal",
                f"There {_are(len(included), 'example')}, a good start. Around {IDEAL} varied ones "
                "are ideal.",
            )
        ]
    return []


def check_duplicates(examples: Sequence[Example]) -> list[Finding]:
    """Returns a finding for each group of included examples that are the same."""
    return [
        _finding(
            "exact-duplicate",
            f"{len(group)} examples are exactly the same, so they would weigh {len(group)} times "
            "as much as another. Keep one.",
            group,
        )
        for group in _groups_of_included(examples, exact_duplicates(_kept(examples)))
    ]


def check_questions(
    examples: Sequence[Example], duplicates: Sequence[Finding] = (), near: Near | None = None
) -> list[Finding]:
    """Returns a finding for each group of included examples that ask nearly the same.

    Of the exact `duplicates` found before only the first of each group takes part. `near` is
    another measure than the light one. This is the slow check: 0.3 to 0.7 seconds for 10,000
    examples.
    """
    repeated = {row for finding in duplicates for row in finding.rows[1:]}
    kept = [
        replace(example, messages=[]) if row in repeated else example
        for row, example in enumerate(examples)
        if example.include
    ]
    findings = []
    for group in _groups_of_included(examples, (near or near_duplicate_questions)(kept)):
        quoted = " and ".join(f"“{quotation(examples[row].question)}”" for row in group[:2])
        more = f" (and {len(group) - 2} more)" if len(group) > 2 else ""
        findings.append(
            _finding(
                "near-duplicate",
                f"{len(group)} questions ask nearly the same: {quoted}{more}. Vary them, or keep "
                "the best answer.",
                group,
            )
        )
    return findings


def check_system(examples: Sequence[Example]) -> list[Finding]:
    """Returns at most one finding: the included examples whose system message differs."""
    systems = {
        row: example.system
        for row, example in enumerate(examples)
        if example.include and example.messages
    }
    if not systems:
        return []
    usual = Counter(systems.values()).most_common(1)[0][0]
    rows = [row for row, system in systems.items() if system != usual]
    if not rows:
        return []
    rest = "no system message" if usual is None else f"“{quotation(usual)}”"
    have = "example has" if len(rows) == 1 else "examples have"
    return [
        _finding(
            "system-differs",
            f"{len(rows)} {have} another system message than the rest ({rest}). Use one for all, "
            "so that the voice does not hang on it.",
            rows,
        )
    ]


def _kept(examples: Sequence[Example]) -> list[Example]:
    return [example for example in examples if example.include]


def _groups_of_included(
    examples: Sequence[Example], groups: Sequence[Sequence[int]]
) -> list[list[int]]:
    """Turns positions among the included examples into positions among all."""
    rows = [row for row, example in enumerate(examples) if example.include]
    return [[rows[position] for position in group] for group in groups]


def _finding(code: str, message: str, rows: Sequence[int] = ()) -> Finding:
    return Finding(code, CODES[code].severity, message, tuple(rows), MENDABLE.get(code))


def _are(number: int, noun: str) -> str:
    if number == 0:
        return f"are no {noun}s"
    return f"is 1 {noun}" if number == 1 else f"are {number:,} {noun}s"
