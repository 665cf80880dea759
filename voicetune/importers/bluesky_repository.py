"""Bluesky's own download: a repository as a CAR file, which holds records in DAG-CBOR.

Read is as much of both formats as posts need (ipld.io/specs: CARv1, DAG-CBOR): blocks in any order,
each a content identifier and a value. Blocks are not checked against their hashes.
"""

import io
from collections.abc import Iterator
from typing import Any, BinaryIO

from voicetune.examples.intake import Refusal
from voicetune.importers.bluesky import post_of
from voicetune.importers.candidate import Candidate
from voicetune.importers.threads import Post, join

_LARGEST_BLOCK = 2**21
_DEEPEST = 32
_POST = b"app.bsky.feed.post"
_IDENTIFIER_TAG = 42
_WIDTHS = {24: 1, 25: 2, 26: 4, 27: 8}


class _BrokenError(ValueError):
    """The bytes are not what the format says."""


def is_file(name: str, sample: str) -> bool:
    """Tells whether this is a CAR file: its header is a map with "roots" and "version"."""
    return "eroots" in sample[:8] and "gversion" in sample[:200]


def read_file(
    name: str, source: BinaryIO, *, refuse: frozenset[str] = frozenset()
) -> Iterator[Candidate | Refusal]:
    """Yields the posts and threads of a repository."""
    posts: list[Post] = []
    names: dict[bytes, str] = {}
    owner = ""
    try:
        for number, (identity, block) in enumerate(_blocks(source), start=1):
            value = _value(block)
            if isinstance(value, dict):
                owner = owner or _owner(value)
                names |= _record_names(value)
                post = post_of(value, f"{name}, record {number}") if _POST in block else None
                if post:
                    posts.append(Post(identity.hex(), *_rest(post)))
    except _BrokenError:
        reason = f"{name} breaks off: what stands before was read."
        yield Refusal(1, "car", reason, "")
    yield from join(
        (_named(post, names, owner) for post in posts),
        kind="bluesky-post",
        thread="bluesky-thread",
        refuse=refuse,
    )


def _rest(post: Post) -> tuple[Any, ...]:
    return post.text, post.where, post.written_on, post.parent, post.url, post.left_out


def _named(post: Post, names: dict[bytes, str], owner: str) -> Post:
    """The post with the address by which replies name it, as far as the tree of names has it."""
    name = names.get(bytes.fromhex(post.id), "")
    if not name or not owner:
        return post
    url = f"https://bsky.app/profile/{owner}/post/{name.rpartition('/')[2]}"
    rest = (post.text, post.where, post.written_on, post.parent, url, post.left_out)
    return Post(f"at://{owner}/{name}", *rest)


def _owner(value: dict[str, Any]) -> str:
    owner = value.get("did")
    return owner if isinstance(owner, str) and "rev" in value else ""


def _record_names(value: dict[str, Any]) -> dict[bytes, str]:
    """The names of records in one node of the repository's search tree, by their identifiers."""
    entries = value.get("e")
    found: dict[bytes, str] = {}
    before = b""
    for entry in entries if isinstance(entries, list) else []:
        fields = entry if isinstance(entry, dict) else {}
        shared, end, record = fields.get("p"), fields.get("k"), fields.get("v")
        if isinstance(shared, int) and isinstance(end, bytes) and isinstance(record, bytes):
            before = before[:shared] + end
            found[record] = before.decode("utf-8", errors="replace")
    return found


def _blocks(source: BinaryIO) -> Iterator[tuple[bytes, bytes]]:
    """Yields identifier and bytes of every block after the header."""
    whole = source.seek(0, io.SEEK_END)
    source.seek(0)
    header = _varint(source)
    if header is None or header > _LARGEST_BLOCK:
        raise _BrokenError
    source.read(header)
    while (length := _varint(source)) is not None:
        if length > whole - source.tell():
            raise _BrokenError
        if length > _LARGEST_BLOCK:
            source.seek(length, io.SEEK_CUR)
            continue
        data = source.read(length)
        if len(data) < length:
            raise _BrokenError
        end = _identifier_end(data)
        yield data[:end], data[end:]


def _varint(source: BinaryIO) -> int | None:
    """The next number, seven bits a byte, or None at the end of the file."""
    value = shift = 0
    while byte := source.read(1):
        value |= (byte[0] & 0x7F) << shift
        if byte[0] < 0x80:
            return value
        shift += 7
        if shift > 63:
            raise _BrokenError
    if shift:
        raise _BrokenError
    return None


def _identifier_end(data: bytes) -> int:
    """Where a block's content identifier ends: version, codec, hash name, length, digest."""
    if data[:2] == b"\x12\x20":  # version 0: a bare SHA-256
        return 34
    at = 0
    length = 0
    for _ in range(4):
        value = shift = 0
        while True:
            if at >= len(data) or shift > 63:
                raise _BrokenError
            byte = data[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                break
        length = value
    if at + length > len(data):
        raise _BrokenError
    return at + length


def _value(data: bytes) -> Any:
    """The value of a block, or None where it is no DAG-CBOR."""
    try:
        return _decoded(data, 0, 0)[0]
    except (_BrokenError, UnicodeDecodeError, TypeError):
        return None


def _decoded(data: bytes, at: int, depth: int) -> tuple[Any, int]:
    """Returns the value that starts at a place, and where it ends."""
    if at >= len(data) or depth > _DEEPEST:
        raise _BrokenError
    major, minor = data[at] >> 5, data[at] & 31
    at += 1
    if major == 7:
        return _simple(data, at, minor)
    number = minor
    if minor >= 24:
        width = _WIDTHS.get(minor)
        if width is None or at + width > len(data):
            raise _BrokenError
        number = int.from_bytes(data[at : at + width])
        at += width
    if major in (0, 1):
        return number if major == 0 else -1 - number, at
    if major in (2, 3):
        if at + number > len(data):
            raise _BrokenError
        piece = data[at : at + number]
        return piece if major == 2 else piece.decode("utf-8"), at + number
    if major == 6:
        value, at = _decoded(data, at, depth + 1)
        identifier = number == _IDENTIFIER_TAG and isinstance(value, bytes)
        return value[1:] if identifier else value, at
    if number > len(data) - at:
        raise _BrokenError
    if major == 4:
        items = []
        for _ in range(number):
            value, at = _decoded(data, at, depth + 1)
            items.append(value)
        return items, at
    fields = {}
    for _ in range(number):
        key, at = _decoded(data, at, depth + 1)
        fields[key], at = _decoded(data, at, depth + 1)
    return fields, at


def _simple(data: bytes, at: int, minor: int) -> tuple[Any, int]:
    """False, true, null and numbers with a fraction, whose value no post needs."""
    width = _WIDTHS.get(minor, 0)
    if at + width > len(data):
        raise _BrokenError
    return {20: False, 21: True}.get(minor), at + width
