"""Bluesky's posts as JSON: listRecords, getAuthorFeed, a list of records or one record a line."""

from collections.abc import Iterator
from typing import Any, BinaryIO

from voicetune.examples.intake import Refusal
from voicetune.importers.candidate import Candidate
from voicetune.importers.dates import utc
from voicetune.importers.json_items import items, list_at, mapping, text_at
from voicetune.importers.threads import Post, join

_POST = "app.bsky.feed.post"


def is_file(name: str, sample: str) -> bool:
    """Tells whether a single file has Bluesky's records."""
    return sample.lstrip()[:1] in ("{", "[") and _POST in sample


def read_file(
    name: str, source: BinaryIO, *, refuse: frozenset[str] = frozenset()
) -> Iterator[Candidate | Refusal]:
    """Yields posts and threads; what was passed on or answers others is left out."""
    posts: list[Post] = []
    for number, value in enumerate(items(source, "records", "feed", "posts"), start=1):
        if isinstance(value, Refusal):
            yield value
        elif post := post_of(value, f"{name}, item {number}"):
            posts.append(post)
    yield from join(posts, kind="bluesky-post", thread="bluesky-thread", refuse=refuse)


def post_of(value: Any, where: str) -> Post | None:
    """Returns a record (bare, with its address, or in a feed) as a post; None for other kinds."""
    item = mapping(value, "post") or mapping(value)
    record = mapping(item, "record") or mapping(item, "value") or item
    if text_at(record, "$type") != _POST and "createdAt" not in record:
        return None
    text = text_at(record, "text")
    passed_on = "Repost" in text_at(value, "reason", "$type")
    uri = text_at(item, "uri")
    return Post(
        uri or where,
        _with_links(text, record),
        where,
        utc(text_at(record, "createdAt")),
        text_at(record, "reply", "parent", "uri"),
        _address(uri, text_at(item, "author", "handle")),
        "retweet" if passed_on else None if text.strip() else "no-text",
    )


def _with_links(text: str, record: dict[str, Any]) -> str:
    """The text with whole links in place of shortened ones; places count in bytes of UTF-8."""
    data = text.encode("utf-8", errors="replace")
    links: list[tuple[int, int, str]] = []
    for facet in list_at(record, "facets"):
        start = mapping(facet, "index").get("byteStart")
        end = mapping(facet, "index").get("byteEnd")
        uris = [uri for f in list_at(facet, "features") if (uri := text_at(f, "uri"))]
        if isinstance(start, int) and isinstance(end, int) and uris and 0 <= start < end:
            links.append((start, end, uris[0]))
    before = len(data) + 1
    for start, end, uri in sorted(links, reverse=True):
        if end <= min(before, len(data)) and data[start:end].endswith((b"...", "…".encode())):
            data = data[:start] + uri.encode("utf-8", errors="replace") + data[end:]
            before = start
    return data.decode("utf-8", errors="replace")


def _address(uri: str, handle: str) -> str:
    parts = uri.removeprefix("at://").split("/")
    if not uri.startswith("at://") or len(parts) != 3:
        return ""
    return f"https://bsky.app/profile/{handle or parts[0]}/post/{parts[2]}"
