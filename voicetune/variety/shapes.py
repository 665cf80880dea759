"""The shapes of a set: the forms of its prompts and the lengths of its answers, and their balance.

Forms are told in English (`voicetune.questions.forms`); prompts in other languages count as
questions or remarks.
"""

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import quantiles

from voicetune.examples.example import Example
from voicetune.questions.forms import SUGGESTED, Form, form_of

LENGTHS = (0, 40, 80, 120, 180, 250, 400, 700)
"""Words at which the classes of length begin; the last is open."""

BALANCED, LOPSIDED = 0.75, 0.5
"""Evenness of the forms from which they count as balanced, and below which as one-sided."""

_RARE = 0.15  # share of the prompts up to which a form wants more
_ENOUGH = 10  # examples below which nothing is said
_UNIFORM = 1.6  # a set whose long answers are no longer than this times its short ones
_WORD = re.compile(r"\w+(?:['’-]\w+)*")
_PARTS = ((0.95, "Nearly all"), (0.72, "Most"), (0.55, "More than half"), (0.45, "Half"))


@dataclass(frozen=True, slots=True)
class Shapes:
    """How often each form and each class of length comes, and what lengths are usual.

    `evenness` is 1 where all forms are equally frequent and 0 where there is one only (Pielou's:
    the entropy of the forms, as a share of the most it can be). `lengths` are counts for the
    classes of LENGTHS; `short`, `usual` and `long` are the words of the answers that a tenth, half
    and nine tenths of all do not exceed.
    """

    forms: dict[Form, int]
    evenness: float
    lengths: tuple[int, ...]
    short: int
    usual: int
    long: int

    @property
    def total(self) -> int:
        """The number of examples that were looked at."""
        return sum(self.forms.values())


def shapes(examples: Sequence[Example]) -> Shapes:
    """Measures the shapes of a set; examples without a question are left out."""
    asked = [example for example in examples if example.question.strip()]
    forms = Counter(form_of(example.question) for example in asked)
    words = sorted(len(_WORD.findall(example.answer)) for example in asked)
    tenths = quantiles(words, n=10, method="inclusive") if len(words) > 1 else words * 9 or [0] * 9
    return Shapes(
        {form: forms[form] for form in sorted(forms, key=lambda f: (-forms[f], f))},
        _evenness(list(forms.values())),
        tuple(
            sum(begin <= count < end for count in words)
            for begin, end in zip(LENGTHS, [*LENGTHS[1:], math.inf], strict=True)
        ),
        round(tenths[0]),
        round(tenths[4]),
        round(tenths[8]),
    )


def length_name(place: int) -> str:
    """Returns the name of a class of length: "40 to 79 words", "700 words and more"."""
    if place == len(LENGTHS) - 1:
        return f"{LENGTHS[place]} words and more"
    if place == 0:
        return f"under {LENGTHS[1]} words"
    return f"{LENGTHS[place]} to {LENGTHS[place + 1] - 1} words"


def explain(found: Shapes) -> str:
    """Says in plain sentences how balanced the set is; empty for one too small to tell."""
    if found.total < _ENOUGH:
        return ""
    return f"{_of_forms(found)} {_of_lengths(found)}"


def _evenness(counts: Sequence[int]) -> float:
    total = sum(counts)
    if not total:
        return 0.0
    entropy = -sum(count / total * math.log(count / total) for count in counts if count)
    return abs(entropy) / math.log(len(Form))


def _of_forms(found: Shapes) -> str:
    (form, count), *others = found.forms.items()
    what = f"{form.description} ({count} of {found.total})"
    if found.evenness >= BALANCED:
        return f"Your prompts have many forms; the most frequent are {what}."
    told = f"{_part(count / found.total)} of your prompts are {what}"
    if found.evenness >= LOPSIDED:
        return f"{told}, {others[0][1]} are {others[0][0].description}."
    rare = next(f for f in SUGGESTED if found.forms.get(f, 0) <= _RARE * found.total)
    return (
        f"{told}: asked in another way, the model may answer in another voice. Ask some "
        f"differently, such as {rare.description}."
    )


def _of_lengths(found: Shapes) -> str:
    if found.long <= _UNIFORM * max(1, found.short):
        return (
            f"Your answers are nearly all of one length, about {found.usual} words: the model will "
            "keep to it whatever is asked."
        )
    return (
        f"Eight in ten of your answers have {found.short} to {found.long} words, "
        f"half of them more than {found.usual}."
    )


def _part(share: float) -> str:
    return next((words for least, words in _PARTS if share >= least), f"{share:.0%}")
