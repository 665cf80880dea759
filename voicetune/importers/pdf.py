"""PDF files: the text that is in them, put together again from its printed lines."""

import io
import logging
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from voicetune.examples.intake import Refusal
from voicetune.importers.candidate import Candidate
from voicetune.importers.dates import utc
from voicetune.importers.making import make
from voicetune.importers.members import whole
from voicetune.importers.plain_text import pieces

if TYPE_CHECKING:
    from pypdf import PageObject

_LARGEST = 2**26
_MOST_PAGES = 2_000
_LARGEST_PAGE = 2**22
_HYPHEN = re.compile(r"(?<=[^\W\d_])-\n(?=[a-zà-ÿ])")
_SENTENCE_END = re.compile(r"[.!?:…。！？][\"”’)]?$")
_ITEM = re.compile(r"\s*(?:[-•*–▪]|\d{1,3}[.)])\s")
_PAGE_NUMBER = re.compile(r"\s*(?:page )?\d{1,4}(?: ?(?:/|of) ?\d{1,4})?\s*", re.IGNORECASE)


def is_file(name: str, sample: str) -> bool:
    """Tells whether this is a PDF."""
    return sample.startswith("%PDF-")


def read_file(
    name: str, source: BinaryIO, *, refuse: frozenset[str] = frozenset()
) -> Iterator[Candidate | Refusal]:
    """Yields the texts of a PDF: one, or several between lines that separate them."""
    data = whole(name, source, _LARGEST)
    if isinstance(data, Refusal):
        yield data
        return
    try:
        text, title, moment, unread = _extracted(data)
    # pypdf raises whatever its parsing stumbles over, from KeyError to RecursionError.
    except Exception:
        yield Refusal(1, "pdf", f"{name} is damaged or locked, and its text cannot be read.", "")
        return
    for pages in unread:
        yield Refusal(1, "pdf", f"{pages} of {name} could not be read.", "")
    if not text.strip() and not unread:
        reason = f"There is no text in {name}: its pages are pictures. Type or paste the words."
        yield Refusal(1, "pdf", reason, "")
    for number, piece in enumerate(pieces(text), start=1):
        yield make(
            piece,
            where=f"{name}, text {number}",
            kind="document",
            refuse=refuse,
            written_on=utc(moment),
            title=title,
        )


def _extracted(data: bytes) -> tuple[str, str, str, list[str]]:
    """Returns text, title, date and the pages that cannot be read; raises whatever pypdf does."""
    import pypdf

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    reader = pypdf.PdfReader(io.BytesIO(data))
    count = len(reader.pages)
    texts: list[str] = []
    unread: list[str] = []
    for number in range(min(count, _MOST_PAGES)):
        try:
            texts.append(_text_of(reader.pages[number]))
        # Here too pypdf raises whatever it stumbles over, and the next page may be sound.
        except Exception:
            unread.append(f"Page {number + 1}")
    if count > _MOST_PAGES:
        unread.append(f"What follows page {_MOST_PAGES:,}")
    facts = reader.metadata
    moment = facts.creation_date if facts else None
    title = (facts.title or "") if facts else ""
    return unwrapped("\n".join(texts)), title, moment.isoformat() if moment else "", unread


def _text_of(page: "PageObject") -> str:
    contents = page.get_contents()
    if contents is None:
        return ""
    if len(contents.get_data()) > _LARGEST_PAGE:
        raise ValueError("too large")
    return page.extract_text()


def unwrapped(text: str) -> str:
    """Returns printed lines as paragraphs: a line that is full goes on in the next one."""
    lines = [line.rstrip() for line in text.replace("\r", "\n").split("\n")]
    lines = [line for line in lines if not line or not _PAGE_NUMBER.fullmatch(line)]
    widths = sorted(len(line) for line in lines if line)
    full = widths[len(widths) * 3 // 4] * 3 // 4 if widths else 0
    out: list[str] = []
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        out.append(line)
        if not line or not following:
            out.append("\n" if line else "")
        elif _ITEM.match(following):
            out.append("\n")
        elif len(line) < full and _SENTENCE_END.search(line):
            out.append("\n\n")
        elif line.endswith("-") and following[:1].islower():
            out.append("\n")
        else:
            out.append(" " if len(line) >= full else "\n")
        if not following and line:
            out.append("\n")
    return re.sub(r"\n{3,}", "\n\n", _HYPHEN.sub("", "".join(out))).strip()
