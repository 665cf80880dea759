"""WordPress's export (WXR, an extended RSS file): posts and pages with their HTML."""

import re
from collections.abc import Iterator
from functools import partial
from typing import BinaryIO

from voicetune.examples.intake import Refusal
from voicetune.importers.archive import Archive, Member, MemberError
from voicetune.importers.candidate import Candidate
from voicetune.importers.dates import utc
from voicetune.importers.making import make
from voicetune.importers.members import from_members
from voicetune.importers.pages import parse, text_of
from voicetune.importers.xml_events import XmlError, events

_SIGN = "wordpress.org/export/"
_FILE = re.compile(r"\.xml$", re.IGNORECASE)
_FIELDS = frozenset(
    {"title", "link", "pubDate", "creator", "encoded", "post_type", "status", "post_date_gmt"}
)
_MOST_LOOKED_AT = 50
_CONTENT = "content"
_LONGEST = 2**24
_SHORTCODE = re.compile(
    r"\[/?(?:caption|gallery|embed|audio|video|playlist|contact-form[\w-]*|vc_\w+|et_pb_\w+)\b"
    r"[^\]\n]{0,500}\]"
)
_BLOCKS = re.compile(r"<(?:p|div|h[1-6]|ul|ol|blockquote)\b", re.IGNORECASE)
_GAP = re.compile(r"\n[ \t]*\n\s*")


def is_archive(archive: Archive) -> bool:
    """Tells whether the archive has a WordPress export in it."""
    pages = [member for member in archive.members if _FILE.search(member.name)]
    return any(_is_export(archive, member) for member in pages[:_MOST_LOOKED_AT])


def _is_export(archive: Archive, member: Member) -> bool:
    try:
        with archive.open(member) as stream:
            return _SIGN.encode() in stream.read(8192)
    except MemberError:
        return False


def is_file(name: str, sample: str) -> bool:
    """Tells whether a single file is a WordPress export."""
    return sample.lstrip()[:1] == "<" and _SIGN in sample


def read(
    archive: Archive, *, refuse: frozenset[str] = frozenset()
) -> Iterator[Candidate | Refusal]:
    """Yields the posts of every export in an archive."""
    yield from from_members(archive, _FILE, partial(read_file, refuse=refuse))


def read_file(
    name: str, source: BinaryIO, *, refuse: frozenset[str] = frozenset()
) -> Iterator[Candidate | Refusal]:
    """Yields the posts and pages of an export; drafts are left out, media and menus passed over."""
    number = 0
    try:
        for item in _items(source):
            number += 1
            if item.get("post_type", "post") in ("post", "page"):
                yield _post(item, f"{name}, item {number}", refuse)
    except XmlError as error:
        yield Refusal(1, "not-xml", f"{name}: {error}", "")


def _items(source: BinaryIO) -> Iterator[dict[str, str]]:
    """Yields the fields of each <item>; one larger than _LONGEST is cut there."""
    item: dict[str, list[str]] | None = None
    field = ""
    size = 0
    for event in events(source):
        if event.start == "item":
            item, field, size = {}, "", 0
        elif event.end == "item" and item is not None:
            yield {key: "".join(parts) for key, parts in item.items()}
            item = None
        elif event.start in _FIELDS and item is not None:
            # <content:encoded> and <excerpt:encoded> differ by their namespace alone.
            field = event.start
            if field == "encoded" and _CONTENT not in event.space:
                field = "excerpt"
        elif event.end:
            field = ""
        elif event.text and field and item is not None and size < _LONGEST:
            item.setdefault(field, []).append(event.text)
            size += len(event.text)


def _post(item: dict[str, str], where: str, refuse: frozenset[str]) -> Candidate:
    content = _SHORTCODE.sub("", item.get("encoded", "").replace("\r\n", "\n"))
    if not _BLOCKS.search(content):  # the older editor left paragraphs to blank lines
        paragraphs = _GAP.split(content)
        content = "".join(f"<p>{p.replace(chr(10), '<br>')}</p>" for p in paragraphs)
    status = item.get("status", "publish")
    return make(
        text_of(parse(content)),
        where=where,
        kind="wordpress-post" if item.get("post_type", "post") == "post" else "wordpress-page",
        refuse=refuse,
        written_on=utc(item.get("post_date_gmt", "")) or utc(item.get("pubDate", "")),
        title=text_of(parse(item.get("title", ""))),
        url=item.get("link", "").strip(),
        left_out=None if status in ("publish", "private") else "draft",
    )
