"""ChatGPT's and Claude's exports: what the person wrote, which is mostly requests, not prose.

Only the person's own turns are read. They are left out unless they are long prose, as a pasted
draft is: a voice is not learned from how somebody talks to a machine.
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
from voicetune.importers.screening import words

FEWEST_IN_PROSE = 120
"""Words from which a turn is taken for a draft of one's own, when it reads as prose."""

_CONVERSATIONS = re.compile(r"(?:^|/)conversations(?:-\d+)?\.json$")
_CODE = re.compile(
    r"```|^\s*(?:def |class |import |from \w+ import|#include|function |SELECT |<\?|\{|\}|\$ )"
    r"|[;{]\s*$|=>|</\w+>",
    re.MULTILINE,
)
_SENTENCE_END = re.compile(r"[.!?…。！？](?=\s|$|[\"”’)])")


def is_archive(archive: Archive) -> bool:
    """Tells whether these are the files of a ChatGPT or Claude export."""
    return any(_CONVERSATIONS.search(member.name) for member in archive.members)


def is_file(name: str, sample: str) -> bool:
    """Tells whether a single file has conversations with a chat assistant."""
    return sample.lstrip()[:1] in ("[", "{") and (
        '"chat_messages"' in sample or ('"mapping"' in sample and '"create_time"' in sample)
    )


def read(
    archive: Archive, *, refuse: frozenset[str] = frozenset()
) -> Iterator[Candidate | Refusal]:
    """Yields the person's turns of an archive."""
    yield from from_members(archive, _CONVERSATIONS, partial(read_file, refuse=refuse))


def read_file(
    name: str, source: BinaryIO, *, refuse: frozenset[str] = frozenset()
) -> Iterator[Candidate | Refusal]:
    """Yields the person's turns of a file of conversations."""
    for number, value in enumerate(items(source, "conversations"), start=1):
        if isinstance(value, Refusal):
            yield value
            continue
        claude = bool(list_at(value, "chat_messages"))
        turns = _claude(value) if claude else _chatgpt(value)
        for turn, (text, moment) in enumerate(turns, start=1):
            if text.strip():
                yield make(
                    text,
                    where=f"{name}, conversation {number}, turn {turn}",
                    kind="claude-turn" if claude else "chatgpt-turn",
                    refuse=refuse,
                    written_on=utc(moment),
                    title=text_at(value, "name") or text_at(value, "title"),
                    left_out=None if is_prose(text) else "prompt",
                )


def is_prose(text: str) -> bool:
    """Tells whether a turn is long and made of sentences: no code, no list of orders."""
    number = words(text)
    if number < FEWEST_IN_PROSE or len(_CODE.findall(text)) > number / 100:
        return False
    sentences = len(_SENTENCE_END.findall(text))
    return number / 60 <= sentences <= number / 3


def _claude(conversation: Any) -> Iterator[tuple[str, Any]]:
    for message in list_at(conversation, "chat_messages"):
        if text_at(message, "sender") == "human":
            parts = [text_at(part, "text") for part in list_at(message, "content")]
            text = "\n\n".join(part for part in parts if part) or text_at(message, "text")
            yield text, message.get("created_at")


def _chatgpt(conversation: Any) -> Iterator[tuple[str, Any]]:
    """The turns on the path that ends at the current one; edited versions beside it are not."""
    nodes = mapping(conversation, "mapping")
    path: list[dict[str, Any]] = []
    at = text_at(conversation, "current_node") or next(reversed(nodes), "")
    seen: set[str] = set()
    while at and at in nodes and at not in seen:
        seen.add(at)
        path.append(mapping(nodes[at], "message"))
        at = text_at(nodes[at], "parent")
    for message in reversed(path):
        hidden = mapping(message, "metadata").get("is_visually_hidden_from_conversation")
        if text_at(message, "author", "role") == "user" and not hidden:
            parts = [part for part in list_at(message, "content", "parts") if isinstance(part, str)]
            yield "\n\n".join(part for part in parts if part), message.get("create_time")
