"""The words of the field in plain language, and links to them from everywhere in the interface."""

import re
from functools import cache

from pydantic import BaseModel, ConfigDict, TypeAdapter

from voicetune.home import DATA

_MARKED = re.compile(r"\[\[([^\]|]+)(?:\|([^\]]+))?\]\]")


class Entry(BaseModel):
    """One term: `short` is a sentence that stands alone, `more` goes on from there."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    term: str
    short: str
    more: str

    @property
    def anchor(self) -> str:
        """The entry's place on the glossary page."""
        return self.term.lower().replace(" ", "-")

    @property
    def address(self) -> str:
        """The entry's link, as seen from any page."""
        return f"./?show=glossary#{self.anchor}"


@cache
def entries() -> dict[str, Entry]:
    """Returns all terms in the order of the alphabet, keyed by the term."""
    read = TypeAdapter(list[Entry]).validate_json((DATA / "glossary.json").read_bytes())
    return {entry.term: entry for entry in sorted(read, key=lambda entry: entry.term.lower())}


def term(name: str, shown: str | None = None) -> str:
    """Returns the Markdown of a link to a term; KeyError where the glossary lacks it."""
    return f"[{shown or name}]({entries()[name].address})"


def tip(name: str) -> str:
    """Returns the text for a widget's `help=`: the meaning in a sentence, and the link."""
    entry = entries()[name]
    return f"{entry.short} [More in the glossary]({entry.address})"


def linked(text: str) -> str:
    """Turns every [[term]] and [[term|as shown]] of our own Markdown into a glossary link."""
    return _MARKED.sub(lambda found: term(found[1], found[2]), text)
