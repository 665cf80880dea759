"""Mastodon's outbox and Bluesky's records."""

import io
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.unit.importers.zips import zipped
from voicetune.importers.recognition import Found, read

PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
HOME = "https://mastodon.example/users/maya"
DID = "at://did:plc:abc/app.bsky.feed.post"


def note(number: int, content: str, *, reply: str | None = None, to: str = PUBLIC) -> Any:
    address = f"{HOME}/statuses/{number}"
    return {
        "id": f"{address}/activity",
        "type": "Create",
        "actor": HOME,
        "published": f"2023-04-0{number}T08:00:00Z",
        "object": {
            "id": address,
            "type": "Note",
            "inReplyTo": reply,
            "published": f"2023-04-0{number}T08:00:00Z",
            "url": f"https://mastodon.example/@maya/{number}",
            "to": [to],
            "cc": [],
            "content": content,
        },
    }


def outbox(*activities: Any) -> bytes:
    page = {
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": "outbox.json",
        "type": "OrderedCollection",
        "totalItems": len(activities),
        "orderedItems": list(activities),
    }
    return json.dumps(page).encode()


def test_a_mastodon_archive_gives_posts_and_threads():
    boost = {
        "id": "b",
        "type": "Announce",
        "published": "2023-05-01T08:00:00Z",
        "object": "https://x",
    }
    link = (
        '<a href="https://a.example/long"><span class="invisible">https://</span>'
        '<span class="ellipsis">a.example/lo</span><span class="invisible">ng</span></a>'
    )
    activities = outbox(
        note(1, f"<p>Hello &amp; welcome,<br>all of you</p><p>See {link}</p>"),
        note(2, "<p>And a second part of it</p>", reply=f"{HOME}/statuses/1"),
        note(3, "<p>I see it in another way</p>", reply="https://other.example/1"),
        note(4, "<p>A word to one person only</p>", to="https://other.example/users/bo"),
        note(5, "<p>To followers, five words more</p>", to=f"{HOME}/followers"),
        boost,
    )
    found = read("archive.zip", zipped({"actor.json": "{}", "outbox.json": activities}))
    assert (found.kind, found.refusals) == ("mastodon", [])
    assert [(c.kind, c.left_out) for c in found.candidates] == [
        ("mastodon-thread", None),
        ("mastodon-post", "reply"),
        ("mastodon-post", "private"),
        ("mastodon-post", None),
        ("mastodon-post", "retweet"),
    ]
    first = found.candidates[0]
    assert first.text == (
        "Hello & welcome,\nall of you\n\nSee https://a.example/long\n\nAnd a second part of it"
    )
    assert first.written_on == datetime(2023, 4, 1, 8, tzinfo=UTC)
    assert first.url == "https://mastodon.example/@maya/1"
    assert read("outbox.json", io.BytesIO(activities)).kind == "mastodon-file"


def record(text: str, *, reply: str = "", **more: Any) -> dict[str, Any]:
    answers = {"reply": {"root": {"uri": reply}, "parent": {"uri": reply}}} if reply else {}
    return {
        "$type": "app.bsky.feed.post",
        "text": text,
        "createdAt": "2024-02-03T04:05:06.789Z",
        "langs": ["en"],
        **answers,
        **more,
    }


def bluesky(value: Any, *, lines: bool = False) -> Found:
    text = "\n".join(map(json.dumps, value)) if lines else json.dumps(value)
    found = read("bluesky.json", io.BytesIO(text.encode()))
    assert (found.kind, found.refusals) == ("bluesky-file", [])
    return found


RECORDS = [
    {"uri": f"{DID}/1", "cid": "x", "value": record("The first of two posts")},
    {"uri": f"{DID}/2", "cid": "y", "value": record("And this is the second", reply=f"{DID}/1")},
    {"uri": f"{DID}/3", "cid": "z", "value": record("I answer you", reply="at://other/1/2")},
]


@pytest.mark.parametrize(
    ("value", "lines"),
    [
        ({"records": RECORDS, "cursor": "3"}, False),
        (RECORDS, False),
        (RECORDS, True),
        (
            {
                "feed": [
                    {"post": {"uri": r["uri"], "author": {"handle": "m"}, "record": r["value"]}}
                    for r in RECORDS
                ]
            },
            False,
        ),
    ],
)
def test_bluesky_posts_come_in_every_shape(value: Any, lines: bool):
    thread, reply = bluesky(value, lines=lines).candidates
    assert thread.text == "The first of two posts\n\nAnd this is the second"
    assert (thread.kind, thread.left_out, reply.left_out) == ("bluesky-thread", None, "reply")
    assert thread.url in (
        "https://bsky.app/profile/did:plc:abc/post/1",
        "https://bsky.app/profile/m/post/1",
    )
    assert thread.written_on == datetime(2024, 2, 3, 4, 5, 6, tzinfo=UTC)


def test_shortened_links_become_whole_over_any_letters():
    text = "🌱 Zürich and more: a.example/lo... is it"
    start = len("🌱 Zürich and more: ".encode())
    facet = {
        "index": {"byteStart": start, "byteEnd": start + len("a.example/lo...")},
        "features": [{"$type": "app.bsky.richtext.facet#link", "uri": "https://a.example/long"}],
    }
    (found,) = bluesky([record(text, facets=[facet, {"index": {"byteStart": -1}}])]).candidates
    assert found.text == "🌱 Zürich and more: https://a.example/long is it"


def test_what_was_passed_on_is_left_out():
    item = {"post": {"record": record("Words of somebody else")}, "reason": {
        "$type": "app.bsky.feed.defs#reasonRepost"}}  # fmt: skip
    (found,) = bluesky({"feed": [item]}).candidates
    assert found.left_out == "retweet"
