"""Threads' and Instagram's exports."""

import io
import json
from datetime import UTC, datetime
from typing import Any

from tests.unit.importers.zips import zipped
from voicetune.importers.recognition import read


def mangled(text: str) -> str:
    """Text as Meta writes it: each byte of UTF-8 as a character."""
    return text.encode().decode("latin-1")


def thread(text: str, *, reply: bool = False) -> dict[str, Any]:
    media = {
        "title": mangled(text),
        "creation_timestamp": 1700000000,
        "text_app_post": {"is_reply": reply},
    }
    return {"media": [media]}


def test_threads_come_in_with_their_letters():
    posts = [thread("Frost über Nacht, und alles ist weiß 🌱"), thread("I see that", reply=True)]
    several = {"title": "Five words over two pictures", "media": [thread("")["media"][0]] * 2}
    data = json.dumps({"text_post_app_text_posts": [*posts, several]})
    name = "your_instagram_activity/threads/threads_and_replies.json"
    found = read("export.zip", zipped({name: data}))
    assert (found.kind, found.refusals) == ("meta", [])
    assert [(c.text, c.left_out) for c in found.candidates] == [
        ("Frost über Nacht, und alles ist weiß 🌱", None),
        ("I see that", "reply"),
        ("Five words over two pictures", None),
    ]
    assert found.candidates[0].mends == ()
    assert found.candidates[0].written_on == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)


def test_captions_of_instagram_come_in():
    posts = [
        {"media": [{"uri": "a.jpg", "creation_timestamp": 1, "title": "Five words under it."}]}
    ]
    found = read("posts_1.json", io.BytesIO(json.dumps(posts).encode()))
    assert [(c.kind, c.text) for c in found.candidates] == [
        ("instagram-post", "Five words under it.")
    ]
