"""Preference pairs in tokens: a pair is read twice, once with either answer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from voicetune.cost.tokens import Length, billed, lengths
from voicetune.examples.example import Example
from voicetune.examples.preferences import PreferencePair, both_answers


@dataclass(frozen=True, slots=True)
class PairLength:
    """The conversation with the preferred answer, and the tokens of both conversations."""

    preferred: Length
    tokens: int


def measure_pairs(
    pairs: Sequence[PreferencePair],
    *,
    measure: Callable[[Sequence[Example]], list[Length]] = lengths,
    limit: int | None = None,
) -> list[PairLength]:
    """Measures every pair; either conversation counts up to `limit`, as it is trained on."""
    measured = measure([answer for pair in pairs for answer in both_answers(pair)])
    return [
        PairLength(preferred, billed((preferred.total, rejected.total), limit))
        for preferred, rejected in zip(measured[::2], measured[1::2], strict=True)
    ]
