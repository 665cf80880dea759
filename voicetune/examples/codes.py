"""The check codes: each with its usual severity and the short label a badge shows."""

from typing import NamedTuple

from voicetune.examples.finding import Severity


class Code(NamedTuple):
    """What one check code means at a glance."""

    severity: Severity
    label: str


ERROR, WARNING, ADVICE = Severity.ERROR, Severity.WARNING, Severity.ADVICE

CODES: dict[str, Code] = {
    # A piece of a file or pasted text, found while reading it.
    "not-json": Code(ERROR, "Not JSON"),
    "not-object": Code(ERROR, "Not an object"),
    "row": Code(ERROR, "Row not read"),
    "pair": Code(ERROR, "Pair not read"),
    "duplicate-key": Code(WARNING, "Key written twice"),
    "encoding": Code(WARNING, "Letters to look at"),
    # One example.
    "no-messages": Code(ERROR, "No messages"),
    "message-not-object": Code(ERROR, "Not a message"),
    "unknown-role": Code(ERROR, "Unknown role"),
    "unknown-key": Code(WARNING, "Unknown key"),
    "missing-content": Code(ERROR, "No content"),
    "empty-content": Code(ERROR, "Empty message"),
    "content-not-text": Code(ERROR, "Content is not text"),
    "no-user": Code(WARNING, "No question"),
    "rough-question": Code(ADVICE, "Rough question"),  # noticed when it was filled in
    "no-assistant": Code(ERROR, "No answer"),
    "last-not-assistant": Code(ERROR, "Does not end on an answer"),
    "system-not-first": Code(WARNING, "System message not first"),
    "repeated-role": Code(WARNING, "Same role twice in a row"),
    "weight-value": Code(ERROR, "Weight is not 0 or 1"),
    "weight-role": Code(ERROR, "Weight on the wrong role"),
    "weight-all-zero": Code(ERROR, "Nothing to learn from"),
    "tool-calls": Code(WARNING, "Tool calls"),
    "image": Code(WARNING, "Image"),  # an error in an answer: models are not trained to draw
    "control-character": Code(WARNING, "Hidden characters"),  # NUL and half characters: an error
    "template-slot": Code(WARNING, "Empty template slot"),
    "ai-leftover": Code(WARNING, "Sounds like an AI chat"),
    "too-long": Code(WARNING, "Too long"),
    # The set as a whole.
    "too-few": Code(ERROR, "Too few examples"),
    "few": Code(ADVICE, "Few examples"),
    "below-ideal": Code(ADVICE, "More examples would help"),
    "exact-duplicate": Code(WARNING, "Exact duplicate"),
    "near-duplicate": Code(ADVICE, "Similar question"),
    "system-differs": Code(WARNING, "Different system message"),
}
