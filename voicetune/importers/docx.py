"""Word documents (.docx): one text, or several where headings or lines separate them.

The part with the words is plain XML, so it is read here; deleted text of tracked changes, comments,
headers and footers are not in it or not of it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from voicetune.examples.intake import Refusal
from voicetune.importers.archive import Archive, MemberError
from voicetune.importers.candidate import Candidate
from voicetune.importers.dates import utc
from voicetune.importers.making import make
from voicetune.importers.plain_text import pieces
from voicetune.importers.xml_events import XmlError, events

_DOCUMENT = "word/document.xml"
_CORE = "docProps/core.xml"
_HEADING = re.compile(r"(?:Heading|berschrift|Titre|Ttulo|Titolo|Kop)1$|^Title$|^heading 1$", re.I)
_UNREAD = frozenset({"del", "moveFrom", "instrText", "Fallback", "txbxContent"})
_RULE = "\n---\n"


@dataclass(frozen=True, slots=True)
class _Paragraph:
    text: str
    heading: bool


def is_archive(archive: Archive) -> bool:
    """Tells whether the archive is a Word document."""
    return any(member.name == _DOCUMENT for member in archive.members)


def read(
    archive: Archive, *, refuse: frozenset[str] = frozenset()
) -> Iterator[Candidate | Refusal]:
    """Yields the texts of a document: under each main heading where there are several."""
    name = archive.name or "document.docx"
    paragraphs: list[_Paragraph] = []
    moment = None
    try:
        for paragraph in _paragraphs(archive):
            paragraphs.append(paragraph)
        moment = _moment(archive)
    except (MemberError, XmlError) as error:
        yield Refusal(1, "document", f"{name}: {error}", "")
    parts: list[tuple[str, list[str]]] = [("", [])]
    several = sum(paragraph.heading for paragraph in paragraphs) > 1
    for paragraph in paragraphs:
        if paragraph.heading and (several or not parts[-1][1]) and paragraph.text.strip():
            parts.append((paragraph.text.strip(), []))
        else:
            parts[-1][1].append(paragraph.text)
    number = 0
    for title, lines in parts:
        for text in pieces(_joined(lines)):
            number += 1
            yield make(
                text,
                where=f"{name}, text {number}",
                kind="document",
                refuse=refuse,
                written_on=moment,
                title=title,
            )


def _joined(lines: list[str]) -> str:
    """Paragraphs apart by a blank line, list items by a line end, rules as lines of their own."""
    parts: list[str] = []
    before = ""
    for line in lines:
        parts += ["\n" if line.startswith("- ") and before.startswith("- ") else "\n\n", line]
        before = line
    return re.sub(r"\n{3,}", "\n\n", "".join(parts))


def _paragraphs(archive: Archive) -> Iterator[_Paragraph]:
    member = next(member for member in archive.members if member.name == _DOCUMENT)
    words: list[str] = []
    heading = listed = False
    unread = 0
    in_text = False
    with archive.open(member) as stream:
        for event in events(stream):
            if event.start in _UNREAD:
                unread += 1
            elif event.end in _UNREAD:
                unread -= 1
            elif unread:
                continue
            elif event.start == "p":
                words, heading, listed = [], False, False
            elif event.start == "t":
                in_text = True
            elif event.end == "t":
                in_text = False
            elif event.text and in_text:
                words.append(event.text)
            elif event.start in ("br", "cr"):
                page = event.attributes.get("type") == "page"
                words.append(_RULE if page and not words else "\n")
            elif event.start in ("tab", "noBreakHyphen"):
                words.append("\t" if event.start == "tab" and words else "")
            elif event.start == "pStyle":
                heading = bool(_HEADING.search(event.attributes.get("val", "")))
            elif event.start == "numPr":
                listed = True
            elif event.end == "p":
                text = "".join(words).rstrip()
                yield _Paragraph(f"- {text}" if listed and text and not heading else text, heading)


def _moment(archive: Archive) -> datetime | None:
    member = next((member for member in archive.members if member.name == _CORE), None)
    if member is None:
        return None
    field = ""
    with archive.open(member) as stream:
        for event in events(stream):
            field = event.start or (field if event.text else "")
            if field == "created" and event.text:
                return utc(event.text)
    return None
