"""Threads' and Instagram's exports as JSON: posts and captions.

Meta writes UTF-8 as if each byte were a Latin-1 character (Ã© for é); that is undone here, since it
is how the format is and not a fault of one text.
"""

import re
from collections.abc import Iterator
from functools import partial
from typing import Any, BinaryIO

from voicetune.examples.intake import Refusal
from voicetune.importers.archive import Archive
from voicetune.importers.candidate import Candidate
from voicetune.importers.dates import utc
from voicetune.importers.json_items import items, list_at, mapping, text_at
from voicetune.importers.making import make
from voicetune.importers.members import from_members

_FILES = re.compile(r"(?:^|/)(?:threads_and_replies|(?:content|media)/posts_\d+)\.json$")
_THREADS = "text_post_app_text_posts"


def is_archive(archive: Archive) -> bool:
    """Tells whether these are the files of a Threads or Instagram export."""
    return any(_FILES.search(member.name) for member in archive.members)


def is_file(name: str, sample: str) -> bool:
    """Tells whether a single file is one of threads or of posts with captions."""
    return _THREADS in sample[:2000] or (
        sample.lstrip()[:1] == "[" and '"creation_timestamp"' in sample and '"media"' in sample
    )


def read(
    archive: Archive, *, refuse: frozenset[str] = frozenset()
) -> Iterator[Candidate | Refusal]:
    """Yields the posts of an export."""
    yield from from_members(archive, _FILES, partial(read_file, refuse=refuse))


def read_file(
    name: str, source: BinaryIO, *, refuse: frozenset[str] = frozenset()
) -> Iterator[Candidate | Refusal]:
    """Yields posts and captions; answers to others are left out."""
    for number, value in enumerate(items(source, _THREADS), start=1):
        if isinstance(value, Refusal):
            yield value
            continue
        media = [mapping(one) for one in list_at(value, "media")]
        first = media[0] if media else {}
        threads = any("text_app_post" in one for one in media)
        # With several pictures the words stand at the post, else at its only picture.
        text = text_at(value, "title") or text_at(first, "title")
        reply = any(mapping(one, "text_app_post").get("is_reply") is True for one in media)
        yield make(
            _unmangled(text),
            where=f"{name}, item {number}",
            kind="threads-post" if threads else "instagram-post",
            refuse=refuse,
            written_on=utc(_moment(value, first)),
            left_out="reply" if reply else None if text.strip() else "no-text",
        )


def _moment(value: Any, first: dict[str, Any]) -> Any:
    return mapping(value).get("creation_timestamp") or first.get("creation_timestamp")


def _unmangled(text: str) -> str:
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text
