"""X's archive (data/tweets.js and its parts, note-tweet.js), or one of those files by itself.

Threads are joined, long posts (notes) take the place of their cut form; posts of others that were
passed on and replies to others are left out. The files are JavaScript that assigns JSON: it is
parsed, never run.
"""

import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from voicetune.examples.intake import Refusal
from voicetune.importers.archive import Archive, MemberError, walk
from voicetune.importers.candidate import Candidate
from voicetune.importers.dates import utc
from voicetune.importers.json_items import items, list_at, mapping, text_at
from voicetune.importers.threads import Post, join

_TWEETS = re.compile(r"(?:^|/)tweets?(?:-part\d+)?\.js$")
_NOTES = re.compile(r"(?:^|/)note-tweet(?:-part\d+)?\.js$")
_ACCOUNT = re.compile(r"(?:^|/)account\.js$")
_SAMPLE = re.compile(r"\s*window\.YTD\.(?:tweets?|note_tweet)\.part\d+\s*=|\s*\[\s*\{\s*\"tweet\"")
_ESCAPES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))
_SHORT_LINK = re.compile(r"\s*https://t\.co/\w+$")
_KEY_LENGTH = 60


def is_archive(archive: Archive) -> bool:
    """Tells whether these are the files of an X archive."""
    return any(_TWEETS.search(member.name) for member in archive.members)


def is_file(name: str, sample: str) -> bool:
    """Tells whether a single file is one of tweets or notes."""
    return bool(_SAMPLE.match(sample))


def read(
    archive: Archive, *, refuse: frozenset[str] = frozenset()
) -> Iterator[Candidate | Refusal]:
    """Yields posts, threads and notes of an archive."""
    account: dict[str, Any] = {}
    for _, _, value in _values(archive, _ACCOUNT):
        account = account or mapping(value, "account")
    handle = text_at(account, "username")
    notes = _Notes()
    for base, number, value in _values(archive, _NOTES):
        if isinstance(value, Refusal):
            yield value
        else:
            notes.add(value, f"{base}, item {number}")
    posts: list[Post] = []
    for base, number, value in _values(archive, _TWEETS):
        if isinstance(value, Refusal):
            yield value
        elif post := _post(value, f"{base}, item {number}", handle, notes):
            posts.append(post)
    posts += notes.unused()
    yield from join(posts, kind="tweet", thread="thread", refuse=refuse)


def read_file(
    name: str, source: BinaryIO, *, refuse: frozenset[str] = frozenset()
) -> Iterator[Candidate | Refusal]:
    """Yields the posts and threads, or the notes, of a single file."""
    notes = _Notes()
    posts: list[Post] = []
    for number, value in enumerate(items(source), start=1):
        where = f"{name}, item {number}"
        if isinstance(value, Refusal):
            yield value
        elif post := _post(value, where, "", notes):
            posts.append(post)
        else:
            notes.add(value, where)
    posts += notes.unused()
    yield from join(posts, kind="tweet", thread="thread", refuse=refuse)


def _values(archive: Archive, name: re.Pattern[str]) -> Iterator[tuple[str, int, Any]]:
    for member in walk(archive, name):
        try:
            with archive.open(member) as stream:
                for number, value in enumerate(items(stream), start=1):
                    yield member.base, number, value
        except MemberError as error:
            yield member.base, 0, Refusal(1, "member", str(error), member.name)


class _Notes:
    """Posts of more than 280 characters, which tweets.js has only cut off."""

    def __init__(self) -> None:
        self._posts: dict[str, Post] = {}

    def add(self, value: Any, where: str) -> None:
        note = mapping(value, "noteTweet")
        text = text_at(note, "core", "text")
        for url in list_at(note, "core", "urls"):
            if text_at(url, "shortUrl") and text_at(url, "expandedUrl"):
                text = text.replace(url["shortUrl"], url["expandedUrl"])
        if text.strip():
            identity = f"note {text_at(note, 'noteTweetId')} {len(self._posts)}"
            post = Post(identity, text, where, utc(note.get("createdAt")))
            self._posts.setdefault(_key(text), post)

    def whole(self, cut: str) -> str:
        """Returns the whole text of a post that was cut off, or an empty text."""
        if len(cut) < _KEY_LENGTH or not self._posts:
            return ""
        post = self._posts.get(_key(cut))
        start = "".join(_SHORT_LINK.sub("", cut).rstrip("… ").split())
        if not post or not "".join(post.text.split()).startswith(start):
            return ""
        self._posts.pop(_key(cut))
        return post.text

    def unused(self) -> list[Post]:
        return list(self._posts.values())


def _key(text: str) -> str:
    return "".join(text.split())[:_KEY_LENGTH]


def _post(value: Any, where: str, handle: str, notes: _Notes) -> Post | None:
    tweet = mapping(value, "tweet") or (value if "full_text" in mapping(value) else {})
    text = text_at(tweet, "full_text") or text_at(tweet, "text")
    identity = text_at(tweet, "id_str") or text_at(tweet, "id")
    if not tweet or not identity:
        return None
    retweet = text.startswith("RT @")
    for escape, character in _ESCAPES:
        text = text.replace(escape, character)
    text = notes.whole(text) or _with_links(text, tweet)
    if handle:
        text = re.sub(rf"^@{re.escape(handle)}\b\s*", "", text, flags=re.IGNORECASE)
    return Post(
        identity,
        text,
        where,
        utc(tweet.get("created_at")),
        text_at(tweet, "in_reply_to_status_id_str") or text_at(tweet, "in_reply_to_status_id"),
        f"https://x.com/{handle or 'i'}/status/{identity}" if identity.isdecimal() else "",
        "retweet" if retweet else None if text.strip() else "no-text",
    )


def _with_links(text: str, tweet: dict[str, Any]) -> str:
    """The text with the addresses that its short links stand for, those of pictures taken out."""
    for url in list_at(tweet, "entities", "urls"):
        short, whole = text_at(url, "url"), text_at(url, "expanded_url")
        if short and whole:
            text = text.replace(short, whole)
    for media in [
        *list_at(tweet, "entities", "media"),
        *list_at(tweet, "extended_entities", "media"),
    ]:
        if short := text_at(media, "url"):
            text = text.replace(short, "")
    return text.strip()
