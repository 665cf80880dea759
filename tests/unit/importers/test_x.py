"""X's archive: links, threads, long posts, what others wrote."""

import io
import json
from datetime import UTC, datetime
from typing import Any

from tests.unit.importers.zips import zipped
from voicetune.importers.candidate import Candidate
from voicetune.importers.recognition import read

LONG = "A long post that does not fit into two hundred and eighty characters. " * 6


def tweet(number: int, text: str, *, parent: str = "", **more: Any) -> dict[str, Any]:
    """One tweet with the fields of a real archive that matter here, and some that do not."""
    reply = {"in_reply_to_status_id_str": parent} if parent else {}
    return {
        "tweet": {
            "edit_info": {"initial": {"editTweetIds": [str(number)]}},
            "retweeted": False,
            "entities": {"hashtags": [], "urls": []},
            "favorite_count": "3",
            "id_str": str(number),
            "full_text": text,
            "lang": "en",
            "created_at": f"Wed Oct 10 20:{number % 60:02}:24 +0000 2018",
            **reply,
            **more,
        }
    }


def script(name: str, values: list[Any]) -> str:
    return f"window.YTD.{name}.part0 = " + json.dumps(values, indent=2, ensure_ascii=False)


def archive(*tweets: dict[str, Any], **files: str) -> list[Candidate]:
    half = len(tweets) // 2
    account = [{"account": {"username": "maya_o", "accountId": "7"}}]
    source = zipped(
        {
            "Your archive.html": "<html></html>",
            "data/account.js": script("account", account),
            "data/direct-messages.js": "window.YTD.direct_messages.part0 = [ ]",
            "data/tweets.js": script("tweets", list(tweets[half:])),
            "data/tweets-part1.js": script("tweets", list(tweets[:half])),
            **{f"data/{name}.js": text for name, text in files.items()},
        }
    )
    found = read("twitter-2024.zip", source)
    assert (found.kind, found.refusals) == ("x", [])
    return found.candidates


def test_a_post_has_its_words_its_moment_and_its_address():
    urls = [{"url": "https://t.co/abc", "expanded_url": "https://a.org/x?utm_source=tw"}]
    media = [{"url": "https://t.co/pic", "type": "photo"}]
    entities = {"urls": urls, "media": media}
    text = "Slow hiring &amp; the reason why 3 &lt; 4 https://t.co/abc https://t.co/pic"
    (found,) = archive(tweet(12, text, entities=entities))
    assert found.text == "Slow hiring & the reason why 3 < 4 https://a.org/x"
    assert (found.kind, found.left_out) == ("tweet", None)
    assert found.written_on == datetime(2018, 10, 10, 20, 12, 24, tzinfo=UTC)
    assert found.url == "https://x.com/maya_o/status/12"
    assert [mend.code for mend in found.mends] == ["tracking"]


def test_threads_are_joined_in_their_order_from_all_parts():
    found = archive(
        tweet(3, "@maya_o Third part of it all.", parent="2"),
        tweet(1, "First part of the thread."),
        tweet(2, "Second part of the thread.", parent="1"),
        tweet(4, "A post by itself, not in it."),
    )
    assert {(c.kind, c.text) for c in found} == {
        (
            "thread",
            "First part of the thread.\n\nSecond part of the thread.\n\nThird part of it all.",
        ),
        ("tweet", "A post by itself, not in it."),
    }


def test_what_others_wrote_and_replies_to_them_are_left_out():
    found = archive(
        tweet(1, "RT @bo: Somebody else's words, passed on"),
        tweet(2, "@bo That is not how I see it, and here is why", parent="99"),
        tweet(3, "And a second thought on my own reply", parent="2"),
        tweet(4, "https://t.co/x", entities={"media": [{"url": "https://t.co/x"}]}),
    )
    assert {(c.kind, c.left_out) for c in found} == {
        ("thread", "reply"),
        ("tweet", "no-text"),
        ("tweet", "retweet"),
    }


def test_a_long_post_takes_the_place_of_its_cut_form():
    note = {"noteTweetId": "5", "createdAt": "2023-05-01T10:00:00.000Z", "core": {"text": LONG}}
    lone = {"noteTweetId": "6", "core": {"text": "Another long one without its cut form. " * 9}}
    notes = script("note_tweet", [{"noteTweet": note}, {"noteTweet": lone}])
    cut = tweet(1, LONG[:270].strip() + "… https://t.co/abcdef")
    found = archive(cut, **{"note-tweet": notes})
    assert [c.text for c in found] == [LONG.strip(), lone["core"]["text"].strip()]  # type: ignore[index]


def test_a_loop_of_replies_ends():
    found = archive(tweet(1, "One is two's parent", parent="2"), tweet(2, "And so on", parent="1"))
    assert len(found) == 1


def test_a_single_file_is_enough_also_an_older_one():
    for name, values in (("tweets", [tweet(1, "Some words of mine")]),
                         ("tweet", [tweet(1, "Some words of mine")["tweet"]])):  # fmt: skip
        found = read("tweet.js", io.BytesIO(script(name, values).encode()))
        assert (found.kind, [c.text for c in found.candidates]) == (
            "x-file",
            ["Some words of mine"],
        )


def test_the_files_are_data_and_never_run():
    data = "window.YTD.tweets.part0 = [alert(1)]"
    found = read("tweets.js", io.BytesIO(data.encode()))
    assert (found.candidates, [r.code for r in found.refusals]) == ([], ["not-json"])
