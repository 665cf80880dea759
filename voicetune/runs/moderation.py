"""Passing examples by a place's own moderation before they are trained on.

Places reject a whole file for a few examples without saying which. What was answered is kept by a
hash of the text, so that each text is sent once.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from voicetune.examples.example import Example, text_of
from voicetune.providers.client import Place, client_for
from voicetune.workspace.database import Workspace
from voicetune.workspace.kept import keep_results, kept_results

BATCH = 32
"""Examples in one request."""


@dataclass(frozen=True, slots=True)
class Flagged:
    """An example that the place's moderation objects to, and for what ("harassment")."""

    example: Example
    categories: tuple[str, ...]


def texts_of(example: Example) -> list[str]:
    """Returns the text of each message that has one."""
    return [text for message in example.messages if (text := text_of(message)).strip()]


def moderated(
    ws: Workspace, place: Place, examples: Sequence[Example]
) -> tuple[list[Flagged], list[Example]]:
    """Returns what was flagged among the examples, and those that were not passed by it yet."""
    keys = [_key(place, example) for example in examples]
    known = kept_results(ws, _kind(place), set(keys))
    flagged, unknown = [], []
    for example, key in zip(examples, keys, strict=True):
        if key not in known:
            unknown.append(example)
        elif known[key]:
            flagged.append(Flagged(example, tuple(known[key])))
    return flagged, unknown


def moderate(
    ws: Workspace,
    place: Place,
    examples: Sequence[Example],
    said: Callable[[int], object] = lambda done: None,
) -> None:
    """Sends the examples to the place's moderation and keeps its answers, batch by batch.

    `said` is told how many are done. Errors are the SDK's; what was answered before is kept.
    """
    client, model = client_for(place), place.profile.moderation_model
    assert model is not None  # noqa: S101
    done = 0
    for batch in _batches(examples):
        answer = client.moderations.create(model=model, input=[_text(each) for each in batch])
        found = [_categories(result.to_dict(warnings=False)) for result in answer.results]
        keys = [_key(place, example) for example in batch]
        keep_results(ws, _kind(place), dict(zip(keys, found, strict=True)))
        done += len(batch)
        said(done)


def _batches(examples: Sequence[Example]) -> Iterator[Sequence[Example]]:
    for start in range(0, len(examples), BATCH):
        yield examples[start : start + BATCH]


def _categories(result: dict[str, Any]) -> list[str]:
    if not result.get("flagged"):
        return []
    named = [str(name) for name, hit in (result.get("categories") or {}).items() if hit]
    return sorted(set(named)) or ["not said"]


def _text(example: Example) -> str:
    return "\n\n".join(texts_of(example)) or " "


def _key(place: Place, example: Example) -> str:
    asked = f"{place.profile.moderation_model}\n{_text(example)}"
    return hashlib.sha256(asked.encode("utf-8", "surrogatepass")).hexdigest()


def _kind(place: Place) -> str:
    return f"moderation:{place.profile.id}"
