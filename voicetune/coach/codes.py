"""The coach's codes, besides those of `voicetune.examples.codes`: severity, label, weight."""

from voicetune.examples.codes import ADVICE, CODES, WARNING, Code

PRIVATE: dict[str, Code] = {
    "private-key": Code(WARNING, "Password or key"),
    "private-card": Code(WARNING, "Card number"),
    "private-account": Code(WARNING, "Account number"),
    "private-email": Code(WARNING, "E-mail address"),
    "private-phone": Code(WARNING, "Phone number"),
    "private-address": Code(WARNING, "Street address"),
    "private-name": Code(ADVICE, "Somebody's name"),
    "private-handle": Code(ADVICE, "Somebody's handle"),
}
"""What identifies a person or opens a door, the most harmful first."""

COACH_CODES: dict[str, Code] = {
    **PRIVATE,
    "refusable": Code(WARNING, "May be refused"),
    "link-only": Code(WARNING, "Only a link"),
    "too-short": Code(ADVICE, "Too short"),
    "cut-off": Code(WARNING, "Cut off"),
    "not-answered": Code(ADVICE, "Perhaps no answer"),
    "filler": Code(ADVICE, "Stock phrases"),
    "typo": Code(ADVICE, "Perhaps a typo"),
    "near-answer": Code(WARNING, "Nearly the same answer"),
    "reused-paragraph": Code(ADVICE, "Paragraph used again"),
    "same-opening": Code(ADVICE, "Same opening"),
    "same-closing": Code(ADVICE, "Same closing"),
}
"""The coach's own codes, with what a badge shows."""

VOICE = "voice-"
"""How the codes of findings about one voice begin; the coach is given them from outside."""

LEAVE_OUT = frozenset(
    {"exact-duplicate", "near-answer", "link-only", "too-short", "not-answered", "refusable"}
)
"""Codes of which the mend is to leave the example out, as it is of all that begin with VOICE."""

SURPLUS = frozenset({"exact-duplicate", "near-answer", "near-duplicate", "reused-paragraph"})
"""Codes of groups that need only their first row: the others are what is too much."""

OF_THE_SET = frozenset(
    {
        "exact-duplicate",
        "near-duplicate",
        "near-answer",
        "reused-paragraph",
        "same-opening",
        "same-closing",
        "system-differs",
    }
)
"""Codes that come of comparing examples, as do all that begin with VOICE and those of the size."""

_WEIGHTS = {
    "private-key": 1.0,
    "private-card": 1.0,
    "private-account": 1.0,
    "private-email": 0.5,
    "private-phone": 0.5,
    "private-address": 0.5,
    "refusable": 1.0,
    "ai-leftover": 0.5,
    "cut-off": 0.3,
    "too-long": 0.3,
    "exact-duplicate": 0.3,
    "near-answer": 0.3,
    "near-duplicate": 0.12,
    "private-name": 0.1,
    "same-opening": 0.06,
    "same-closing": 0.06,
    "typo": 0.05,
    "private-handle": 0.05,
    "reused-paragraph": 0.05,
}
_BY_SEVERITY = {"error": 2.0, "warning": 0.3, "advice": 0.1}
_VOICE_WEIGHT = 0.2
_SIZE = frozenset({"too-few", "few", "below-ideal"})


def of_the_set(code: str) -> bool:
    """Tells whether a finding hangs on other examples too, not on its own row alone."""
    return code in OF_THE_SET or code in _SIZE or code.startswith(VOICE)


def leaves_out(code: str) -> bool:
    """Tells whether the mend of a finding is to leave its rows out of training."""
    return code in LEAVE_OUT or code.startswith(VOICE)


def weight_of(code: str, severity: str) -> float:
    """Returns how much an example with this finding takes off, where a sound one adds 1.

    An error always weighs most: its example cannot be trained on. The size of a set is weighed by
    itself (see `score`), so its codes weigh nothing here.
    """
    if code in _SIZE:
        return 0.0
    if severity == "error":
        return _BY_SEVERITY["error"]
    if code.startswith(VOICE):
        return _VOICE_WEIGHT
    return _WEIGHTS.get(code, _BY_SEVERITY[severity])


def label_of(code: str) -> str:
    """Returns the short label of a code, or the code itself where it is unknown."""
    if code.startswith(VOICE):
        return "Another voice"
    known = COACH_CODES.get(code) or CODES.get(code)
    return known.label if known else code
