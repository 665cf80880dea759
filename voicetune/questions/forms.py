"""The forms a prompt can have, so that a set does not ask everything in the same way."""

import re
from collections import Counter
from collections.abc import Sequence
from enum import StrEnum


class Form(StrEnum):
    """A way to ask; the value is stable, the description is what a person reads."""

    WRITE = "write"
    HOW = "how"
    OPINION = "opinion"
    SHOULD = "should"
    TIME = "time"
    QUESTION = "question"
    STATEMENT = "statement"

    @property
    def description(self) -> str:
        """How prompts of this form begin, as in "half of your prompts are ..."."""
        return _DESCRIPTIONS[self]


_DESCRIPTIONS = {
    Form.WRITE: "requests to write something",
    Form.HOW: "“How do I …?”",
    Form.OPINION: "“What do you think of …?”",
    Form.SHOULD: "yes-or-no questions such as “Should I …?”",
    Form.TIME: "“Tell me about …”",
    Form.QUESTION: "other questions",
    Form.STATEMENT: "remarks without a question",
}

SUGGESTED = (Form.WRITE, Form.HOW, Form.OPINION, Form.TIME, Form.SHOULD)
"""The forms that are suggested for posts, the plainest first."""

_POLITE = r"(?:(?:please|hi|hello|hey|ok|okay|so|and|but|honestly)\b[ ,!.]*)*"
_ASKED = (
    (
        Form.WRITE,
        r"(?:(?:can|could|would|will) you (?:please )?)?"
        r"(?:write|draft|compose|create|generate|give me|make|turn|rewrite|rephrase|fix|edit|"
        r"summari[sz]e|shorten|post)\b|i(?:'d| would) like (?:a|you to)\b",
    ),
    (
        Form.TIME,
        r"(?:(?:can|could|would) you )?(?:tell|describe|share)\b|have you ever\b"
        r"|when did you\b|what was\b|who was\b",
    ),
    (
        Form.OPINION,
        r"what(?:'s| is| are) your (?:views?|takes?|opinions?|thoughts?)\b"
        r"|what (?:do|would) you (?:think|make|say)\b|how do you (?:feel|see)\b"
        r"|(?:any |your )?(?:views|thoughts|opinions?) (?:on|about)\b|what do you think\b",
    ),
    (
        Form.HOW,
        r"how\b|what(?:'s| is) the best way\b|(?:any |some )?(?:tips|advice|ideas|ways)\b"
        r"|explain how\b",
    ),
    (
        Form.SHOULD,
        r"(?:should|shall|is|are|am|was|were|do|does|did|can|could|will|would|has|have|must)\b",
    ),
)
_FORMS = [(form, re.compile(_POLITE + f"(?:{begin})")) for form, begin in _ASKED]
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")
_THOUGHTS = re.compile(r"\b(?:your (?:view|take|opinion|thoughts)|thoughts|what do you think)\b")
_TIPS = re.compile(r"\b(?:any tips|tips|any advice|help)\?*$")
_WHY = re.compile(_POLITE + r"(?:what|why|who|where|when|which|whose)\b")


def form_of(prompt: str) -> Form:
    """Returns the form of a prompt in English: that of its last sentence that asks for something.

    Prompts in other languages count as questions where they end in a question mark, else as
    remarks.
    """
    sentences = [s.strip() for s in _SENTENCE.findall(prompt.replace("’", "'").casefold())]
    for sentence in reversed(sentences):
        form = _asked(sentence)
        if form is not None:
            return form
    return Form.QUESTION if "?" in prompt or "？" in prompt else Form.STATEMENT


def _asked(sentence: str) -> Form | None:
    for form, pattern in _FORMS:
        if pattern.match(sentence) and (form is not Form.SHOULD or sentence.endswith("?")):
            return form
    if sentence.endswith("?"):
        if _THOUGHTS.search(sentence):
            return Form.OPINION
        if _WHY.match(sentence):
            return Form.QUESTION
        if _TIPS.search(sentence):
            return Form.HOW
    return None


def rotated(able: Sequence[Sequence[Form]], many: int) -> list[tuple[Form, ...]]:
    """Chooses up to `many` forms for each post from those it is able to take.

    The first of each is the form least used first so far, so that a set whose posts all take their
    first suggestion is as even as can be; the order of the posts decides everything else.
    """
    first: Counter[Form] = Counter()
    offered: Counter[Form] = Counter()
    chosen = []
    for forms in able:
        rest = list(forms)
        mine: list[Form] = []
        while rest and len(mine) < many:
            used = offered if mine else first
            form = min(rest, key=lambda f: (used[f], forms.index(f)))
            rest.remove(form)
            used[form] += 1
            mine.append(form)
        chosen.append(tuple(mine))
    return chosen
