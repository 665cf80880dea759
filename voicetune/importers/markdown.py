"""Markdown files: notes of Obsidian, pages of Notion, posts of static sites."""

import re
from collections.abc import Iterator
from typing import BinaryIO

from voicetune.examples.intake import Refusal
from voicetune.importers.candidate import Candidate
from voicetune.importers.csv_rows import in_any_encoding
from voicetune.importers.dates import utc
from voicetune.importers.making import make
from voicetune.importers.members import whole

_NAME = re.compile(r"\.(?:md|markdown|mdown|mkd|mdx)$", re.IGNORECASE)
_LARGEST = 2**24
_FRONT = re.compile(r"\s*(---|\+\+\+)[ \t]*\n(.*?\n)?\1[ \t]*(?:\n|$)", re.DOTALL)
_FIELD = re.compile(r"^([\w-]+)\s*[:=]\s*(.*?)\s*$", re.MULTILINE)
_TITLE = re.compile(r"\s*#[ \t]+(.+?)[ \t#]*(?:\n|$)")
_DAY = re.compile(r"(\d{4}-\d\d-\d\d)(?!\d)")
_NOTION_ID = re.compile(r"[ _-][0-9a-f]{32}$")
_PROPERTY = re.compile(
    r"(?:(?:Created|Date|Tags|Status|Author|Last edited[\w ]*|URL|Type): .*\n)+\n*"
)
_CODE = re.compile(r"(```.*?```|~~~.*?~~~|`[^`\n]+`)", re.DOTALL)
_IMAGE = re.compile(
    r"!\[[^\]\n]{0,500}\](?:\([^)\n]{0,1000}\)|\[[^\]\n]{0,200}\])|!\[\[[^\]\n]{1,300}\]\]"
)
_LINK = re.compile(
    r"\[([^\[\]\n]{1,500})\](?:\([^()\s]{0,2000}(?: \"[^\"\n]{0,300}\")?\)|\[[^\]\n]{0,200}\])"
)
_WIKI_LINK = re.compile(r"\[\[(?:[^\[\]|\n]{1,300}\|)?([^\[\]|\n]{1,300})\]\]")
_REFERENCE = re.compile(r"^ {0,3}\[[^\]\n]{1,200}\]:[ \t]*\S+.*$\n?", re.MULTILINE)


def is_file(name: str, sample: str) -> bool:
    """Tells whether this is a Markdown file."""
    return bool(_NAME.search(name)) and "\0" not in sample


def read_file(
    name: str, source: BinaryIO, *, refuse: frozenset[str] = frozenset()
) -> Iterator[Candidate | Refusal]:
    """Yields the one text of a file."""
    data = whole(name, source, _LARGEST)
    if isinstance(data, Refusal):
        yield data
        return
    yield read_text(name, in_any_encoding(data), refuse=refuse)


def read_text(name: str, text: str, *, refuse: frozenset[str] = frozenset()) -> Candidate:
    """Returns the text without front matter, title, pictures and addresses of links.

    Emphasis, lists and headings stay as they are written: they are how the person writes.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    fields: dict[str, str] = {}
    if front := _FRONT.match(text):
        fields = {
            key.lower(): value.strip("\"'") for key, value in _FIELD.findall(front.group(2) or "")
        }
        text = text[front.end() :]
    title = fields.get("title", "")
    if heading := _TITLE.match(text):
        title = title or heading.group(1)
        text = text[heading.end() :]
    stem = _NOTION_ID.sub("", _NAME.sub("", name))
    if _NOTION_ID.search(_NAME.sub("", name)):
        text = text.lstrip("\n")
        properties = _PROPERTY.match(text)
        text = text[properties.end() :] if properties else text
    stem = stem.rpartition("/")[2]
    day = _DAY.search(fields.get("date") or fields.get("created") or "") or _DAY.match(stem)
    draft = (
        fields.get("draft", "").lower() in ("true", "yes")
        or fields.get("published", "").lower() in ("false", "no")
        or fields.get("status", "").lower() == "draft"
    )
    return make(
        plain(text),
        where=name,
        kind="markdown",
        refuse=refuse,
        written_on=utc(fields.get("date")) or (utc(day.group(1)) if day else None),
        title=title or stem,
        left_out="draft" if draft else None,
    )


def plain(text: str) -> str:
    """Returns Markdown with links as their words and without pictures; code is left alone."""
    parts = _CODE.split(_without(_without(text, "<!--", "-->"), "%%", "%%"))
    for at in range(0, len(parts), 2):
        part = _IMAGE.sub("", parts[at])
        part = _REFERENCE.sub("", part)
        part = _WIKI_LINK.sub(r"\1", part)
        parts[at] = _LINK.sub(r"\1", part)
    return re.sub(r"\n{3,}", "\n\n", "".join(parts))


def _without(text: str, opening: str, closing: str) -> str:
    """The text without what stands between two marks, in one pass however many never close."""
    parts: list[str] = []
    at = 0
    while (start := text.find(opening, at)) >= 0:
        end = text.find(closing, start + len(opening))
        if end < 0:
            break
        parts.append(text[at:start])
        at = end + len(closing)
    return "".join([*parts, text[at:]])
