"""Plain text: one text, or several between lines that separate them."""

import re
from collections.abc import Iterator
from typing import BinaryIO

from voicetune.examples import pairs
from voicetune.examples.intake import Refusal
from voicetune.importers.candidate import Candidate
from voicetune.importers.csv_rows import in_any_encoding
from voicetune.importers.dates import utc
from voicetune.importers.making import make
from voicetune.importers.members import whole

_NAME = re.compile(r"\.(?:txt|text)$", re.IGNORECASE)
_LARGEST = 2**26
_RULE = re.compile(
    r"^[ \t]*(?:-{3,}|\*{3,}|={3,}|_{3,}|~{3,}|#{3,}|—{3,}|(?:\* ){2,}\*)[ \t]*$", re.M
)
_WIDE_GAP = re.compile(r"\n(?:[ \t]*\n){3,}")
_DATE_LINE = re.compile(
    r"\s*(?:Date: ?)?(\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d)?)?)[ \t]*\n", re.I
)


def is_file(name: str, sample: str) -> bool:
    """Tells whether this is plain text that no labels (Q:, A:) make pairs of."""
    return bool(_NAME.search(name)) and "\0" not in sample and not pairs.is_labelled(sample)


def read_file(
    name: str, source: BinaryIO, *, refuse: frozenset[str] = frozenset()
) -> Iterator[Candidate | Refusal]:
    """Yields the texts of a file."""
    data = whole(name, source, _LARGEST)
    if isinstance(data, Refusal):
        yield data
        return
    yield from read_text(name, in_any_encoding(data), refuse=refuse)


def read_text(
    name: str,
    text: str,
    *,
    separator: str = "",
    kind: str = "text",
    refuse: frozenset[str] = frozenset(),
) -> Iterator[Candidate]:
    """Yields the texts between lines that are `separator`, which a person may have named.

    Without one, a line of three or more of - * = _ ~ # separates; without such a line, three
    blank lines do; else all is one text. A first line that is a date is taken as the day.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    for number, piece in enumerate(pieces(text, separator), start=1):
        dated = _DATE_LINE.match(piece)
        yield make(
            piece[dated.end() :] if dated else piece,
            where=f"{name}, text {number}",
            kind=kind,
            refuse=refuse,
            written_on=utc(dated.group(1)) if dated else None,
        )


def pieces(text: str, separator: str = "") -> list[str]:
    """Returns the pieces of a text that have words."""
    if separator.strip():
        lines = re.compile(rf"^[ \t]*{re.escape(separator.strip())}[ \t]*$", re.MULTILINE)
        found = lines.split(text)
    else:
        found = _RULE.split(text)
        if len(found) == 1:
            found = _WIDE_GAP.split(text)
    return [piece for piece in found if piece.strip()]
