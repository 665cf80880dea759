"""Substack's export: posts.csv with what each post is, posts/<id>.<slug>.html with its words.

The statistics and lists of readers beside them are other people's data and are never opened.
"""

import re
from collections.abc import Iterator

from voicetune.examples.intake import Refusal
from voicetune.importers.archive import Archive, MemberError, walk
from voicetune.importers.candidate import Candidate
from voicetune.importers.csv_rows import Row, decoded, rows
from voicetune.importers.dates import utc
from voicetune.importers.making import make
from voicetune.importers.pages import parse, text_of

COLUMNS = ("post_id", "post_date", "is_published", "email_sent_at", "type", "audience", "title")

_LIST = re.compile(r"(?:^|/)posts\.csv$")
_POST = re.compile(r"(?:^|/)posts/(\d+)\.[^/]*\.html$|(?:^|/)posts/(\d+)\.html$")
_LONGEST_PAGE = 2**24
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
    for member in walk(archive, _LIST):
        try:
            with archive.open(member) as stream:
                for row in rows(stream, COLUMNS):
                    if isinstance(row, Refusal):
                        yield row
                    else:
                        listed[row.named.get("post_id", "").partition(".")[0]] = row
        except MemberError as error:
            yield Refusal(1, "member", str(error), member.name)
    for member in walk(archive, _POST):
        match = _POST.search(member.name)
        number = (match.group(1) or match.group(2)) if match else ""
        try:
            page = decoded(archive.read(member, _LONGEST_PAGE))
        except MemberError as error:
            yield Refusal(1, "member", str(error), member.name)
            continue
        known = listed.get(number)
        facts = known.named if known else {}
        published = facts.get("is_published", "true").strip().lower() in ("true", "1", "")
        yield make(
            text_of(parse(page), skip=_BUTTONS),
            where=member.base,
            kind="substack-post",
            refuse=refuse,
            written_on=utc(facts.get("post_date", "").strip()),
            title=facts.get("title", ""),
            left_out=None if published else "draft",
        )
