"""Medium's export: one page a post, drafts beside them."""

import re
from collections.abc import Iterator

from voicetune.examples.intake import Refusal
from voicetune.importers.archive import Archive, Member
from voicetune.importers.candidate import Candidate
from voicetune.importers.dates import utc
from voicetune.importers.making import make
from voicetune.importers.members import from_pages
from voicetune.importers.pages import Element, parse, text_of

_POST = re.compile(r"(?:^|/)posts/(?:draft_|(\d{4}-\d\d-\d\d)_)[^/]*-+[0-9a-f]{4,}\.html$")
_REPLY_WORDS = 40


def is_archive(archive: Archive) -> bool:
    """Tells whether these are the files of a Medium export."""
    return any(_POST.search(member.name) for member in archive.members)


def read(
    archive: Archive, *, refuse: frozenset[str] = frozenset()
) -> Iterator[Candidate | Refusal]:
    """Yields the posts of an export; drafts and short answers to others are left out."""

    def post(member: Member, page: str) -> Candidate:
        match = _POST.search(member.name)
        return read_page(member.base, page, match.group(1) if match else None, refuse=refuse)

    yield from from_pages(archive, _POST, post)


def read_page(
    base: str, page: str, day: str | None = None, *, refuse: frozenset[str] = frozenset()
) -> Candidate:
    """Returns the post on a page."""
    tree = parse(page)
    title = tree.first("h1", "p-name") or tree.first("title")
    body = tree.first("section", "e-content") or tree.first("body") or tree
    moment = tree.first("time", "dt-published")
    link = tree.first("a", "p-canonical")
    name = text_of(title) if title else ""
    text = text_of(_without_title(body, name))
    draft = base.startswith("draft_")
    # A reply is a post as well: its title is the start of its own first sentence.
    reply = (
        not draft and len(text.split()) < _REPLY_WORDS and text.startswith(name.rstrip("….")[:40])
    )
    return make(
        text,
        where=base,
        kind="medium-post",
        refuse=refuse,
        written_on=utc(moment.attributes.get("datetime", "") if moment else day or ""),
        title=name,
        url=link.attributes.get("href", "") if link else "",
        left_out="draft" if draft else "reply" if reply and name else None,
    )


def _without_title(body: Element, title: str) -> Element:
    """The body without the first heading where that is the title again."""
    heading = next((e for e in body.walk() if e.tag in ("h1", "h2", "h3", "h4")), None)
    if heading and text_of(heading) == title:
        heading.children = []
    return body
