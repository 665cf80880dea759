"""Substack's export: posts.csv with what each post is, posts/<id>.<slug>.html with its words.

The statistics and lists of readers beside them are other people's data and are never opened.
"""

import re
from collections.abc import Iterator
from typing import BinaryIO

from voicetune.examples.intake import Refusal
from voicetune.importers.archive import Archive, Member
from voicetune.importers.candidate import Candidate
from voicetune.importers.csv_rows import Row, rows
from voicetune.importers.dates import utc
from voicetune.importers.making import make
from voicetune.importers.members import Pieces, from_members, from_pages
from voicetune.importers.pages import parse, text_of

COLUMNS = ("post_id", "post_date", "is_published", "email_sent_at", "type", "audience", "title")

_LIST = re.compile(r"(?:^|/)posts\.csv$")
_POST = re.compile(r"(?:^|/)posts/\d+\.(?:[^/]*\.)?html$")
_BUTTONS = frozenset(
    {"subscription-widget", "subscription-widget-wrap", "subscription-widget-wrap-editor"}
    | {"button-wrapper", "subscribe-widget", "captioned-button-wrap", "image-caption", "poll-embed"}
    | {"embedded-post-wrap", "digest-post-embed", "community-chat", "install-substack-app-embed"}
    | {"footnote-anchor", "footnote-number", "tweet", "comment", "paywall-jump", "share-widget"}
)


def is_archive(archive: Archive) -> bool:
    """Tells whether these are the files of a Substack export."""
    return any(_LIST.search(m.name) for m in archive.members) and any(
        _POST.search(m.name) for m in archive.members
    )


def read(
    archive: Archive, *, refuse: frozenset[str] = frozenset()
) -> Iterator[Candidate | Refusal]:
    """Yields the posts of an export; drafts are left out."""
    listed: dict[str, Row] = {}

    def note(name: str, stream: BinaryIO) -> Pieces:
        for row in rows(stream, COLUMNS):
            if isinstance(row, Refusal):
                yield row
            else:
                listed[row.named.get("post_id", "").partition(".")[0]] = row

    def post(member: Member, page: str) -> Candidate:
        known = listed.get(member.base.partition(".")[0])
        facts = known.named if known else {}
        published = facts.get("is_published", "true").strip().lower() in ("true", "1", "")
        return make(
            text_of(parse(page), skip=_BUTTONS),
            where=member.base,
            kind="substack-post",
            refuse=refuse,
            written_on=utc(facts.get("post_date", "").strip()),
            title=facts.get("title", ""),
            left_out=None if published else "draft",
        )

    yield from from_members(archive, _LIST, note)
    yield from from_pages(archive, _POST, post)
