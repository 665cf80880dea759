"""Files for places whose training is not driven from here, each as its own guide asks for it.

Together: docs.together.ai/docs/fine-tuning/data-preparation. Fireworks:
docs.fireworks.ai/fine-tuning/fine-tuning-models. Tinker: `FromConversationFileBuilder` of
tinker-cookbook. All read on 2026-11-26. All three take chat JSONL in UTF-8 without a byte order
mark; they differ in which messages, which keys and how few examples they take.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

from voicetune.examples.example import Example, role_of, text_of
from voicetune.examples.messages import is_weight

Format = Literal["together", "fireworks", "tinker"]

_SPEAKERS = ("user", "assistant")
_WEIGHS: dict[Format, bool] = {"together": True, "fireworks": True, "tinker": False}


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An example that a place would refuse: its position among those given, and why."""

    position: int
    reason: str


@dataclass(frozen=True, slots=True)
class Export:
    """A file for a place, how many examples are in it, and those that are not."""

    content: bytes
    examples: int
    left_out: tuple[LeftOut, ...]


def export_for(form: Format, examples: Sequence[Example]) -> Export:
    """Writes examples for a place; those it would refuse are left out, and told with the reason.

    Only role, content and weight are written: Together refuses a line that could be read in two
    ways. Where one message of a Together file has a weight, its other messages are trained on too
    unless they have one, so then every message gets one.
    """
    weighed = _WEIGHS[form] and any(_has_weight(example) for example in examples)
    lines, left_out = [], []
    for position, example in enumerate(examples):
        reason = _refusal(form, example)
        if reason:
            left_out.append(LeftOut(position, reason))
            continue
        every = weighed and form == "together"
        messages = [_message(m, weighed=weighed, every=every) for m in example.messages]
        lines.append(json.dumps({"messages": messages}, ensure_ascii=False))
    return Export("".join(f"{line}\n" for line in lines).encode(), len(lines), tuple(left_out))


def _refusal(form: Format, example: Example) -> str:
    """Why a place would not take an example; "" where it would."""
    roles = [role_of(message) for message in example.messages]
    spoken = roles[1:] if roles[:1] == ["system"] else roles
    if any(role not in _SPEAKERS for role in spoken):
        return "it has messages that are neither a question nor an answer"
    if any(not isinstance(message.get("content"), str) for message in example.messages):
        return "it has something other than text"
    if any(not text_of(message).strip() for message in example.messages):
        return "one of its messages is empty"
    if spoken[-1:] != ["assistant"]:
        return "it does not end with an answer"
    if spoken[0] != "user" or any(a == b for a, b in pairwise(spoken)):
        return "its questions and answers do not take turns"
    if not _WEIGHS[form] and _has_weight(example):
        return "some of its answers are not to be learned, which the file cannot say"
    return ""


def _has_weight(example: Example) -> bool:
    return any(role_of(m) == "assistant" and _weight(m) == 0 for m in example.messages)


def _weight(message: Any) -> int:
    value = message.get("weight", 1)
    return int(value) if is_weight(value) else 1


def _message(message: dict[str, Any], *, weighed: bool, every: bool) -> dict[str, Any]:
    written = {"role": message["role"], "content": message["content"]}
    is_answer = message["role"] == "assistant"
    if every or (weighed and is_answer):
        written["weight"] = _weight(message) if is_answer else 0
    return written
