"""Other people's names, by a short list of given names: a first and a last name, or a title.

Low false alarms come first. Found are a known given name followed by another capitalised word
("Priya Natarajan"), and a title with a name ("Dr. Okafor"). Not found are a given name alone, given
names that are words or places as well (Will, Grace, Austin), names in capitals throughout and names
in other scripts. Names of firms and of people everybody knows are left alone.
"""

import re
from collections.abc import Collection, Iterator

from voicetune.coach.given_names import BRANDS, GIVEN, PLACES_AND_THINGS
from voicetune.coach.numbers import Span

_PART = r"[A-ZÀ-ÖØ-Þ](?:[^\W\d_]|['’](?=[^\W\d_])|-(?=[A-ZÀ-Þ]))*"
_PARTICLE = r"(?:(?:van|von|de|del|della|da|dos|di|bin|al|el|la|le|der|den|ten|ter) ){0,2}"
_PAIR = re.compile(
    rf"(?<![\w@#./-])(?P<first>{_PART})(?= (?:(?:[A-Z]\.|{_PART}) )?{_PARTICLE}{_PART})"
)
_WHOLE = re.compile(rf"{_PART}(?: [A-Z]\.)?(?: {_PARTICLE}{_PART}){{1,2}}")
_TITLED = re.compile(
    r"\b(?:Mr|Mrs|Ms|Mx|Dr|Prof|Professor|Herr|Frau|Madame|Monsieur)\b\.? "
    rf"(?P<name>{_PART}(?: {_PART})?)"
)
_POSSESSIVE = re.compile(r"['’]s$")


def people_in(text: str, own: Collection[str] = ()) -> Iterator[Span]:
    """Yields names of people but those in `own` (the writer's name, casefolded)."""
    taken = 0
    for match in _PAIR.finditer(text):
        if match.start() < taken or match["first"].split("-")[0] not in GIVEN:
            continue
        whole = _WHOLE.match(text, match.start())
        name = _trimmed(whole.group()) if whole else None
        if name and not _known(name, own):
            taken = match.start() + len(name)
            yield "private-name", match.start(), taken
    for match in _TITLED.finditer(text):
        name = _POSSESSIVE.sub("", match["name"])
        if name != "Pepper" and not _known(name, own) and len(name) > 2:
            words = name.split()
            if len(words) == 2 and words[1] in PLACES_AND_THINGS:
                name = words[0]
            yield "private-name", match.start("name"), match.start("name") + len(name)


def _trimmed(found: str) -> str | None:
    """Returns the found words without what is no part of a name; None where no name is left."""
    name = _POSSESSIVE.sub("", found)
    words = name.split()
    if any(word in PLACES_AND_THINGS for word in words[1:2]):
        return None
    if len(words) > 2 and (words[-1] in PLACES_AND_THINGS or words[-1].isupper()):
        # "Maria Lopez Street" is a place; "Maria Lopez CEO" is a name and a role.
        return " ".join(words[:-1]) if words[-1].isupper() else None
    last = words[-1]
    return name if len(last) > 1 and not (last.isupper() and len(last) > 3) else None


def _known(name: str, own: Collection[str]) -> bool:
    plain = name.casefold().replace("’", "'")
    return plain in BRANDS or plain in own or any(plain in o or o in plain for o in own if o)
