"""No bytes crash or hang an importer, whatever a file claims to be."""

import io
import json
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.importers.zips import zipped
from voicetune.importers import recognition
from voicetune.importers.archive import ArchiveError
from voicetune.importers.recognition import Found, read
from voicetune.importers.to_examples import chosen, to_examples

NAMES = [
    *["Shares.csv", "Comments.csv", "Rich_Media.csv", "Articles/Articles/a.html", "data/tweets.js"],
    *["data/account.js", "data/note-tweet.js", "outbox.json", "conversations.json", "posts.csv"],
    *["posts/1.a.html", "posts/2024-01-01_a-1.html", "posts/draft_a-1.html", "a.md", "a.txt"],
    *["word/document.xml", "[Content_Types].xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml"],
    *["export.xml", "a.pdf", "a.docx", "xl/sharedStrings.xml", "bluesky.json", "a.car"],
]
STARTS = [
    *[
        b"",
        b"Date,ShareLink,ShareCommentary\n",
        b"Date,Link,Message\n",
        b"\xef\xbb\xbf",
        b"\xff\xfe",
    ],
    *[
        b"window.YTD.tweets.part0 = [",
        b'{"type": "OrderedCollection", "orderedItems": [',
        b"%PDF-1.7\n",
    ],
    *[
        b'[{"mapping": {}, "create_time": 1}, ',
        b'[{"chat_messages": [',
        b'{"records": ["app.bsky.feed.post", ',
    ],
    *[
        b'<?xml version="1.0"?><rss xmlns:wp="http://wordpress.org/export/1.2/"><channel><item>',
        b"---\n",
    ],
    *[b"post_id,post_date,is_published,type,title,subtitle\n1.a,2024-01-01,true,newsletter,A,B\n"],
    *[b"<html><body><article><section class='e-content'>", b"PK\x03\x04"],
]
KEYS = [
    *[
        "tweet",
        "full_text",
        "id_str",
        "entities",
        "urls",
        "url",
        "expanded_url",
        "media",
        "account",
    ],
    *["noteTweet", "core", "text", "orderedItems", "object", "content", "inReplyTo", "to", "type"],
    *["mapping", "message", "author", "role", "parts", "parent", "current_node", "chat_messages"],
    *["sender", "records", "value", "record", "reply", "uri", "facets", "index", "byteStart"],
    *["byteEnd", "features", "createdAt", "create_time", "created_at", "published", "id", "$type"],
    *["in_reply_to_status_id_str", "username", "post", "reason", "name", "title", "n1"],
]
WORDS = ["user", "human", "Create", "n1", "app.bsky.feed.post", "1", "2024-01-01T00:00:00Z"]
PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
JSON = st.recursive(
    PLAIN | st.sampled_from(WORDS),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4)
    ),
    max_leaves=14,
)


def read_all(name: str, data: bytes) -> Found | None:
    try:
        found = read(name, io.BytesIO(data))
    except ArchiveError as error:
        return None if str(error) else pytest.fail("an error without a sentence")
    assert found.explanation
    assert all(refusal.reason for refusal in found.refusals)
    to_examples(chosen(found.candidates))
    return found


@settings(deadline=None, max_examples=200)
@given(st.sampled_from(NAMES), st.sampled_from(STARTS), st.binary(max_size=300))
def test_any_bytes_of_a_single_file(name: str, start: bytes, rest: bytes):
    read_all(name, start + rest)


@settings(deadline=None, max_examples=150)
@given(
    st.dictionaries(
        st.sampled_from(NAMES),
        st.tuples(st.sampled_from(STARTS), st.binary(max_size=100)),
        min_size=1,
        max_size=4,
    )
)
def test_any_bytes_of_members(files: dict[str, tuple[bytes, bytes]]):
    read_all("a.zip", zipped({name: b"".join(parts) for name, parts in files.items()}).getvalue())


@settings(deadline=None, max_examples=200)
@given(st.lists(JSON, min_size=1, max_size=3), st.sampled_from(NAMES))
def test_any_json_of_any_importer(values: list[Any], name: str):
    data = json.dumps(values).encode()
    for module in {module for _, module in recognition._FILES}:
        for wrapped in (data, b'{"records": ' + data + b', "orderedItems": ' + data + b"}"):
            list(module.read_file(name, io.BytesIO(wrapped)))


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize(
    "piece", [b'"', b"<", b"<p>", b"{", b"[", b"\\", b"a ", b"\n", b"&", b"\xff"]
)
def test_no_file_takes_long(start: bytes, piece: bytes):
    begun = time.process_time()
    for name in ("a.bin", "a.csv", "a.md", "a.html", "a.txt"):
        read_all(name, start + piece * (60_000 // len(piece)))
    assert time.process_time() - begun < 10
