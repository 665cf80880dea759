"""Mastodon's archive: outbox.json, an ActivityPub collection of what one has posted."""

import re
from collections.abc import Iterator
from functools import partial
from typing import Any, BinaryIO

from voicetune.examples.intake import Refusal
from voicetune.importers.archive import Archive
from voicetune.importers.candidate import Candidate
from voicetune.importers.dates import utc
from voicetune.importers.json_items import items, list_at, mapping, text_at
from voicetune.importers.members import from_members
from voicetune.importers.pages import parse, text_of
from voicetune.importers.threads import Post, join

_OUTBOX = re.compile(r"(?:^|/)outbox\.json$")
_PUBLIC = ("#Public", "as:Public", "/followers")


def is_archive(archive: Archive) -> bool:
    """Tells whether these are the files of a Mastodon archive."""
    return any(_OUTBOX.search(member.name) for member in archive.members)


def is_file(name: str, sample: str) -> bool:
    """Tells whether a single file is an outbox."""
    return sample.lstrip().startswith("{") and "OrderedCollection" in sample[:5000]


def read(
    archive: Archive, *, refuse: frozenset[str] = frozenset()
) -> Iterator[Candidate | Refusal]:
    """Yields posts and threads of an archive."""
    yield from from_members(archive, _OUTBOX, partial(read_file, refuse=refuse))


def read_file(
    name: str, source: BinaryIO, *, refuse: frozenset[str] = frozenset()
) -> Iterator[Candidate | Refusal]:
    """Yields posts and threads; boosts, notes to single people and replies are left out."""
    posts: list[Post] = []
    for number, value in enumerate(items(source, "orderedItems"), start=1):
        if isinstance(value, Refusal):
            yield value
        elif post := _post(value, f"{name}, item {number}"):
            posts.append(post)
    yield from join(posts, kind="mastodon-post", thread="mastodon-thread", refuse=refuse)


def _post(value: Any, where: str) -> Post | None:
    activity = mapping(value)
    note = mapping(activity, "object")
    moment = utc(text_at(note, "published") or activity.get("published"))
    if text_at(activity, "type") == "Announce":
        return Post(text_at(activity, "id") or where, "", where, moment, left_out="retweet")
    content = text_at(note, "content")
    if not note:
        return None
    text = text_of(parse(content))
    readers = [*list_at(note, "to"), *list_at(note, "cc")]
    private = bool(readers) and not any(str(reader).endswith(_PUBLIC) for reader in readers)
    return Post(
        text_at(note, "id") or where,
        text,
        where,
        moment,
        text_at(note, "inReplyTo"),
        text_at(note, "url"),
        "private" if private else None if text else "no-text",
    )
