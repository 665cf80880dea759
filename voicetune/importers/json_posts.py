"""JSON or JSONL whose records are texts without questions: {"text": …, "date": …}."""

import io
import json
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from voicetune.examples.dialects import shape_of
from voicetune.examples.intake import Refusal
from voicetune.importers.candidate import Candidate
from voicetune.importers.dates import utc
from voicetune.importers.json_items import items, mapping
from voicetune.importers.making import make

_NAME = re.compile(r"\.(?:jsonl|json|ndjson)$", re.IGNORECASE)
_LISTS = ("posts", "data", "items", "entries", "articles", "texts")
_TEXTS = ("text", "content", "body", "post", "full_text", "caption", "message", "commentary")
_OF_TRAINING = frozenset(
    {"role", "messages", "prompt", "completion", "instruction", "question", "answer", "chosen"}
)
_DATES = ("date", "written_on", "created_at", "published", "published_at", "timestamp", "time")


def is_file(name: str, sample: str) -> bool:
    """Tells whether the first record is a text without a question, and no training data."""
    if not _NAME.search(name):
        return False
    first = next(items(io.BytesIO(sample.encode("utf-8", errors="replace")), *_LISTS), None)
    if not isinstance(first, dict) or shape_of(first) != "unknown" or not _text(first):
        return False
    return not _OF_TRAINING.intersection(key.lower() for key in first)


def read_file(
    name: str, source: BinaryIO, *, refuse: frozenset[str] = frozenset()
) -> Iterator[Candidate | Refusal]:
    """Yields the text of each record."""
    for number, value in enumerate(items(source, *_LISTS), start=1):
        if isinstance(value, Refusal):
            yield value
            continue
        record = {key.lower(): item for key, item in mapping(value).items()}
        if text := _text(record):
            yield make(
                text,
                where=f"{name}, item {number}",
                kind="text",
                refuse=refuse,
                written_on=utc(next((record[key] for key in _DATES if key in record), None)),
                title=_field(record, ("title", "headline")),
                url=_field(record, ("url", "link", "permalink")),
            )
        else:
            reason = f"Item {number} has no text under a name such as text, content or post."
            yield Refusal(number, "no-text", reason, json.dumps(value, ensure_ascii=False))


def _text(record: dict[str, Any]) -> str:
    return _field(record, _TEXTS)


def _field(record: dict[str, Any], names: tuple[str, ...]) -> str:
    lowered = {key.lower(): item for key, item in record.items()}
    found = (lowered[name] for name in names if isinstance(lowered.get(name), str))
    return next((text for text in found if text.strip()), "")
