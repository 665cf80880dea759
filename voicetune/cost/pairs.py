"""Preference pairs in tokens: a pair is read twice, once with either answer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from voicetune.cost.tokens import Length, billed, lengths
from voicetune.examples.example import Example
from voicetune.examples.preferences import PreferencePair, both_answers

PACE = 0.38
"""How fast a computed token of pairs is learned beside one of examples.

Measured with the starter model on one core of a CPU: 450 tokens a second against 1,630, of pairs
that were filled up by 44 %. The model as it was at the start reads every pair too.
"""


@dataclass(frozen=True, slots=True)
class PairLength:
    """The conversation with the preferred answer, the tokens of both, and those computed for them.

    Both go through the model side by side, the shorter filled up to the length of the longer.
    """

    preferred: Length
    tokens: int
    computed: int


def measure_pairs(
    pairs: Sequence[PreferencePair],
    *,
    measure: Callable[[Sequence[Example]], list[Length]] = lengths,
    limit: int | None = None,
) -> list[PairLength]:
    """Measures every pair; either conversation counts up to `limit`, as it is trained on."""
    measured = measure([answer for pair in pairs for answer in both_answers(pair)])
    found = []
    for preferred, rejected in zip(measured[::2], measured[1::2], strict=True):
        both = (preferred.total, rejected.total)
        found.append(PairLength(preferred, billed(both, limit), billed([max(both)] * 2, limit)))
    return found


def pairs_pace(measured: Sequence[PairLength]) -> float:
    """Returns how fast pairs are learned beside examples, token for token.

    What is filled up takes time too, and the rest is `PACE`.
    """
    computed = sum(length.computed for length in measured)
    return PACE * sum(length.tokens for length in measured) / computed if computed else 1.0
