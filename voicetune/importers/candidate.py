"""A text found in somebody's archive, which may become an example."""

from dataclasses import dataclass
from datetime import datetime

LEFT_OUT: dict[str, str] = {
    "link-only": "There is hardly more than a link in it.",
    "too-short": "It is too short to show how you write.",
    "no-text": "There is a picture or a file in it, but no words of yours.",
    "job-change": "It is a notice of a new job or certificate, mostly in the site's own words.",
    "reshare": "You passed on somebody else's post without words of your own.",
    "retweet": "You passed on somebody else's post: the words are theirs.",
    "reply": "It answers somebody else and says little without what they wrote.",
    "private": "You sent it to single people only.",
    "draft": "It was never published.",
    "prompt": "You wrote it to an AI: a request, not a text of yours.",
    "not-own": "Somebody else wrote it.",
    "other-language": "It is in another language than most of your texts.",
    "duplicate": "The same text came in before.",
}
"""Why a text is not added unless the person asks for it: stable code, one sentence to read."""


@dataclass(frozen=True, slots=True)
class Mend:
    """Something that was put right in a text: what, how often, and the tokens that it saves."""

    code: str
    label: str
    count: int
    saved_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Candidate:
    """One text of a person as an importer found it.

    `text` is the text with its `mends`, `original` without them; `where` is its place for a person
    ("Shares.csv, row 12"). `kind` is a stable word such as "linkedin-post"; `written_on` is in UTC;
    `question` is what the source itself asked, where it did. `left_out` is a code of LEFT_OUT: such
    a text is added only when the person ticks it.
    """

    text: str
    original: str
    where: str
    kind: str
    written_on: datetime | None = None
    title: str = ""
    url: str = ""
    question: str = ""
    left_out: str | None = None
    mends: tuple[Mend, ...] = ()
