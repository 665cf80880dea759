"""Where to reach somebody: e-mail addresses, handles, streets with house numbers."""

import re
from collections.abc import Iterator

from voicetune.coach.numbers import Span

_EMAIL = re.compile(
    r"(?<![\w.+%@-])[\w.+%-]{1,64}@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_]{2,24}(?![\w@])"
    r"|\b[\w.+-]{2,64} ?[\[(] ?at ?[\])] ?[\w-]{2,63}(?: ?[\[(] ?dot ?[\])] ?[\w-]{2,63}){0,2}"
    r" ?[\[(] ?dot ?[\])] ?(?:com|org|net|edu|gov|info|app|dev|io|ai|co|me|eu|uk|de|fr|es|it|nl|ch"
    r"|at|ca|au|in)\b",
    re.IGNORECASE,
)
_PICTURE = re.compile(r"@\dx\.(?:png|jpe?g|gif|svg|webp)$", re.IGNORECASE)
_HANDLE = re.compile(
    r"(?<![\w@./:+-])@(?=\w*[^\W\d_])\w(?:[\w.]{0,38}\w)(?:@[\w.-]+\.\w+)?(?![\w/(@])"
)
_WORDS_WITH_AT = (
    "here channel everyone all home work import media font_face keyframes property param params "
    "return returns override deprecated dataclass staticmethod classmethod abstractmethod throws "
    "see since author example least most"
)
_NO_HANDLES = frozenset(_WORDS_WITH_AT.split())
_SURE = "Street|Avenue|Ave|Road|Rd|Boulevard|Blvd|Highway|Hwy|Parkway|Pkwy|Terrace|Crescent"
_MAYBE = "St|Lane|Ln|Drive|Dr|Court|Ct|Square|Sq|Way|Place|Pl|Close|Gardens|Row|Walk|Hill"
_NAMED = (
    r"(?:[NSEW]\.? |North |South |East |West )?(?:[A-Z][\w'’.-]{1,20} |\d{1,3}(?:st|nd|rd|th) )"
)
_TAIL = (
    r"(?:,? (?:(?:Apt|Suite|Unit|Flat|Floor|No)\.? ?#?\w{1,5}|#\w{1,5}))?"
    r"(?:,\s{1,2}[A-Z][a-zà-ÿ'’-]+(?: [A-Z][a-zà-ÿ'’-]+){0,2})?"
    r"(?:,? (?:[A-Z]{2} \d{5}(?:-\d{4})?|[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}|\d{5}))?"
)
_STREET = re.compile(
    rf"\b\d{{1,5}}[A-Za-z]? {_NAMED}{{1,3}}(?:(?:{_SURE})\b\.?(?! ?[-–]){_TAIL}"
    rf"|(?:{_MAYBE})\b\.?(?=,|\s*\n|\s*$|\.|;| [A-Z]{{2}} \d{{5}}|,? (?:Apt|Suite|Unit|Flat))"
    rf"{_TAIL})"
    r"|\b[A-ZÄÖÜ][\w-]{2,30}(?:stra(?:ß|ss)e|gasse|allee|(?<=[a-zäöüß])weg|(?<=[a-zäöüß])platz"
    r"|str\.)"
    r" \d{1,4} ?[a-h]?\b(?:, ?\d{5} [A-ZÄÖÜ][\w-]+)?"
    r"|\b\d{1,4}(?: bis| ter)?,? (?:rue|avenue|boulevard|allée|chemin|quai|impasse)"
    r"(?: (?:de la|de l['’]|du|des|de|d['’]))? ?[A-ZÀ-Þ][\w'’-]+(?: [A-ZÀ-Þ][\w'’-]+){0,3}"
    r"(?:,? \d{5} [A-ZÀ-Þ][\w-]+)?"
    r"|\b(?:Calle|Avenida|Via|Viale|Piazza|Rua) (?:[Dd]e(?:l|lla|i)? )?[A-ZÀ-Þ]\w+"
    r"(?: [A-ZÀ-Þ]\w+){0,2},? \d{1,4}\b"
    r"|\bP\.? ?O\.? Box \d{1,6}\b"
)


def addresses_in(text: str) -> Iterator[Span]:
    """Yields e-mail addresses, @handles and street addresses."""
    if "@" in text or "at)" in text or "at]" in text or "at )" in text:
        for match in _EMAIL.finditer(text):
            if not _PICTURE.search(match.group()):
                yield "private-email", match.start(), match.end()
    if "@" in text:
        for match in _HANDLE.finditer(text):
            handle = match.group()
            if handle[1:].casefold() not in _NO_HANDLES and not _PICTURE.search(handle):
                yield "private-handle", match.start(), match.end()
    for match in _STREET.finditer(text):
        yield "private-address", match.start(), match.end()
