"""Bluesky's repository: records in blocks, names in a tree, any bytes at all."""

import hashlib
import io
from datetime import UTC, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from voicetune.importers import bluesky_repository
from voicetune.importers.recognition import Found, read

DID = "did:plc:abc"


class Link(bytes):
    """A content identifier, which CBOR writes with a tag."""


def cbor(value: Any) -> bytes:
    """DAG-CBOR of the few types that a repository has."""
    if value is None or isinstance(value, bool):
        return bytes([{None: 0xF6, True: 0xF5, False: 0xF4}[value]])
    if isinstance(value, int):
        return head(0, value) if value >= 0 else head(1, -1 - value)
    if isinstance(value, Link):
        return b"\xd8\x2a" + cbor(b"\0" + bytes(value))
    if isinstance(value, bytes):
        return head(2, len(value)) + value
    if isinstance(value, str):
        data = value.encode()
        return head(3, len(data)) + data
    if isinstance(value, list):
        return head(4, len(value)) + b"".join(map(cbor, value))
    return head(5, len(value)) + b"".join(cbor(k) + cbor(v) for k, v in value.items())


def head(major: int, number: int) -> bytes:
    if number < 24:
        return bytes([major << 5 | number])
    return bytes([major << 5 | 25]) + number.to_bytes(2)


def varint(number: int) -> bytes:
    out = b""
    while number >= 0x80:
        out += bytes([number & 0x7F | 0x80])
        number >>= 7
    return out + bytes([number])


def identifier(value: Any) -> Link:
    return Link(b"\x01\x71\x12\x20" + hashlib.sha256(cbor(value)).digest())


def repository(records: dict[str, Any]) -> bytes:
    """A CAR file: header, the signed commit, one node of names, the records."""
    entries, before = [], b""
    for name, record in sorted(records.items()):
        key = name.encode()
        shared = next((i for i, (a, b) in enumerate(zip(before, key, strict=False)) if a != b),
                      min(len(before), len(key)))  # fmt: skip
        entries.append({"k": key[shared:], "p": shared, "t": None, "v": identifier(record)})
        before = key
    node = {"e": entries, "l": None}
    commit = {"did": DID, "rev": "3k", "sig": b"x", "data": identifier(node), "version": 3}
    header = cbor({"roots": [identifier(commit)], "version": 1})
    out = varint(len(header)) + header
    for value in [commit, node, *records.values()]:
        block = bytes(identifier(value)) + cbor(value)
        out += varint(len(block)) + block
    return out


def post(text: str, *, parent: str = "", **more: Any) -> dict[str, Any]:
    reply = {"reply": {"root": {"uri": parent}, "parent": {"uri": parent}}} if parent else {}
    return {
        "text": text,
        "$type": "app.bsky.feed.post",
        "createdAt": "2024-02-03T04:05:06.789Z",
        **reply,
        **more,
    }


RECORDS = {
    "app.bsky.actor.profile/self": {"$type": "app.bsky.actor.profile", "description": "Hello"},
    "app.bsky.feed.post/3ka": post("The first of two posts 🌱"),
    "app.bsky.feed.post/3kb": post(
        "And this is the second", parent=f"at://{DID}/app.bsky.feed.post/3ka"
    ),
    "app.bsky.feed.post/3kc": post("I see that differently", parent="at://did:plc:bo/x/1"),
    "app.bsky.feed.like/3kd": {"$type": "app.bsky.feed.like", "createdAt": "2024-01-01"},
}


def found(data: bytes) -> Found:
    result = read("repo.car", io.BytesIO(data))
    assert result.kind == "bluesky-repository"
    return result


def test_posts_and_threads_come_out_with_their_addresses():
    result = found(repository(RECORDS))
    assert result.refusals == []
    thread, reply = result.candidates
    assert thread.text == "The first of two posts 🌱\n\nAnd this is the second"
    assert (thread.kind, thread.left_out, reply.left_out) == ("bluesky-thread", None, "reply")
    assert thread.url == f"https://bsky.app/profile/{DID}/post/3ka"
    assert thread.written_on == datetime(2024, 2, 3, 4, 5, 6, tzinfo=UTC)


def test_what_stands_before_a_break_comes_in():
    data = repository({"app.bsky.feed.post/3ka": post("Five words before the break")})
    result = found(data + b"\x60\x01")
    assert [c.text for c in result.candidates] == ["Five words before the break"]
    assert [r.code for r in result.refusals] == ["car"]


@settings(deadline=None, max_examples=150)
@given(st.binary(max_size=200), st.integers(0, 300))
def test_any_bytes_are_read_without_an_error(junk: bytes, place: int):
    good = repository(RECORDS)
    list(bluesky_repository.read_file("a.car", io.BytesIO(good[:place] + junk + good[place:])))
    list(bluesky_repository.read_file("a.car", io.BytesIO(b"\x00" + junk)))


def test_a_block_said_to_be_longer_than_any_file_ends_the_reading_in_words() -> None:
    post = {"$type": "app.bsky.feed.post", "text": "Words of mine for a test, five of them."}
    whole = repository({"app.bsky.feed.post/3k": post})
    for length in (2**62, 2**69 - 1, len(whole) + 2**30):
        found = read("repo.car", io.BytesIO(whole + varint(length) + b"abc"))
        assert [candidate.text for candidate in found.candidates] == [post["text"]]
        assert [refusal.code for refusal in found.refusals] == ["car"]
