"""One-click mends: each takes an example and gives back a better one, or None if it cannot."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from voicetune.examples.characters import VISIBLE, without_hidden
from voicetune.examples.example import Example, Message, text_of
from voicetune.examples.finding import Finding
from voicetune.examples.messages import (
    MESSAGE_KEYS,
    TEXT_KEYS,
    content_is_text,
    has_content,
    is_image,
    is_repeated,
    is_weight,
    meant_role,
    plain_text,
)


def _each(messages: list[Message], change: Callable[[Message], Message]) -> list[Message]:
    return [change(m) if isinstance(m, dict) else m for m in messages]


def _without(message: Message, key: str) -> Message:
    return {k: v for k, v in message.items() if k != key}


def _teaches(messages: list[Message]) -> bool:
    roles = [meant_role(m) for m in messages if isinstance(m, dict) and has_content(m)]
    return "user" in roles and "assistant" in roles


def _rename_roles(messages: list[Message]) -> list[Message]:
    return _each(messages, lambda m: {**m, "role": role} if (role := meant_role(m)) else m)


def _known_keys(messages: list[Message]) -> list[Message] | None:
    if not all(has_content(m) for m in messages if isinstance(m, dict)):
        return None  # the unknown key may hold the text that is missing
    return _each(messages, lambda m: {k: v for k, v in m.items() if k in MESSAGE_KEYS})


def _drop_empty(messages: list[Message]) -> list[Message] | None:
    kept = [m for m in messages if not isinstance(m, dict) or has_content(m)]
    return kept if _teaches(kept) else None


def _move_text(messages: list[Message]) -> list[Message] | None:
    """A message whose text stands under another key gets it back; others without any go."""

    def moved(message: Message) -> Message:
        if message.get("content") is not None:
            return message
        for key in TEXT_KEYS:
            if isinstance(text := message.get(key), str) and VISIBLE.search(text):
                return {**_without(message, key), "content": text}
        return message

    return _drop_empty(_each(messages, moved))


def _write_as_text(messages: list[Message]) -> list[Message] | None:
    mended = []
    for message in messages:
        content = message.get("content") if isinstance(message, dict) else None
        if content is not None and not content_is_text(content):
            text = plain_text(content)
            if text is None:
                return None
            message = {**message, "content": text}
        mended.append(message)
    return mended


def _drop_trailing(messages: list[Message]) -> list[Message] | None:
    kept = list(messages)
    while kept and not (isinstance(kept[-1], dict) and meant_role(kept[-1]) == "assistant"):
        kept.pop()
    return kept if _teaches(kept) else None


def _system_first(messages: list[Message]) -> list[Message]:
    def is_system(message: Message) -> bool:
        return isinstance(message, dict) and meant_role(message) == "system"

    return sorted(messages, key=lambda m: not is_system(m))  # stable: the rest keeps its order


def _join_repeated(messages: list[Message]) -> list[Message] | None:
    joined: list[Message] = []
    for message in messages:
        last = joined[-1] if joined else None
        if last is None or not is_repeated(last, message):
            joined.append(message)
            continue
        texts = last.get("content"), message.get("content")
        if not all(isinstance(text, str) for text in texts):
            return None
        if _without(last, "content") != _without(message, "content"):
            return None
        joined[-1] = {**last, "content": "\n\n".join(text for text in texts if text)}
    return joined


def _mend_weights(messages: list[Message]) -> list[Message]:
    def mended(message: Message) -> Message:
        if "weight" not in message or is_weight(message["weight"]):
            return message
        weight = message["weight"]
        if isinstance(weight, bool) or str(weight).strip() in ("0", "1"):
            return {**message, "weight": int(weight)}
        return _without(message, "weight")

    return _each(messages, mended)


def _weights_on_answers(messages: list[Message]) -> list[Message]:
    return _each(messages, lambda m: m if meant_role(m) == "assistant" else _without(m, "weight"))


def _learn_last_answer(messages: list[Message]) -> list[Message] | None:
    for i in reversed(range(len(messages))):
        if isinstance(messages[i], dict) and meant_role(messages[i]) == "assistant":
            return [*messages[:i], _without(messages[i], "weight"), *messages[i + 1 :]]
    return None


def _without_images(messages: list[Message]) -> list[Message] | None:
    def mended(message: Message) -> Message:
        content = message.get("content")
        if not isinstance(content, list) or not any(is_image(part) for part in content):
            return message
        return {**message, "content": text_of(message)}

    kept = _each(messages, mended)
    return kept if _teaches(kept) else None


def _without_hidden(messages: list[Message]) -> list[Message]:
    def cleaned(message: Message) -> Message:
        content = message.get("content")
        if isinstance(content, str):
            return {**message, "content": without_hidden(content)}
        if isinstance(content, list):
            return {**message, "content": [cleaned_part(part) for part in content]}
        return message

    def cleaned_part(part: Any) -> Any:
        if isinstance(part, dict) and isinstance(part.get("text"), str):
            return {**part, "text": without_hidden(part["text"])}
        return part

    return _each(messages, cleaned)


_MENDS: dict[str, Callable[[list[Message]], list[Message] | None]] = {
    "unknown-role": _rename_roles,
    "unknown-key": _known_keys,
    "missing-content": _move_text,
    "empty-content": _drop_empty,
    "content-not-text": _write_as_text,
    "last-not-assistant": _drop_trailing,
    "system-not-first": _system_first,
    "repeated-role": _join_repeated,
    "weight-value": _mend_weights,
    "weight-role": _weights_on_answers,
    "weight-all-zero": _learn_last_answer,
    "image": _without_images,
    "control-character": _without_hidden,
}

MENDABLE: dict[str, str] = {
    "unknown-role": "Rename the role",
    "unknown-key": "Remove the unknown key",
    "missing-content": "Drop the empty message",
    "empty-content": "Drop the empty message",
    "content-not-text": "Write it as text",
    "last-not-assistant": "Drop the last question",
    "system-not-first": "Move the system message first",
    "repeated-role": "Join the messages",
    "weight-value": "Mend the weight",
    "weight-role": "Remove the weight",
    "weight-all-zero": "Learn from the last answer",
    "image": "Keep the text only",
    "control-character": "Remove hidden characters",
    "exact-duplicate": "Keep the first, leave out the rest",
    "system-differs": "Use the same system message",
}
"""The codes with a mend, each with its button's label."""


def mend(example: Example, code: str) -> Example | None:
    """Returns the example with what `code` is about mended; None where a person must decide.

    An exact duplicate is left out of training, never deleted. "system-differs" needs the whole
    set: see `mend_rows`.
    """
    if code == "exact-duplicate":
        return replace(example, include=False) if example.include else None
    change = _MENDS.get(code)
    messages = change(example.messages) if change else None
    if messages is None or repr(messages) == repr(example.messages):  # 1 == True, but not in JSON
        return None
    return replace(example, messages=messages)


def mend_label(example: Example, code: str) -> str | None:
    """Returns the label of the mend that would help this very example, or None."""
    mended = mend(example, code)
    if mended is None:
        return None
    if code == "unknown-role":
        pairs = zip(example.messages, mended.messages, strict=True)
        roles = {new["role"] for old, new in pairs if old != new}
        return f"Rename the role to {roles.pop()}" if len(roles) == 1 else "Rename the roles"
    if code == "missing-content" and len(mended.messages) == len(example.messages):
        return "Move the text into content"
    return MENDABLE[code]


def align_system(example: Example, system: str | None) -> Example:
    """Returns the example with this one system message, first; with none where it is None."""
    others = [m for m in example.messages if not isinstance(m, dict) or meant_role(m) != "system"]
    first: list[Message] = [] if system is None else [{"role": "system", "content": system}]
    return replace(example, messages=[*first, *others])


def usual_system(examples: Iterable[Example]) -> str | None:
    """Returns the system message that most included examples have (None: most have none)."""
    counts = Counter(e.system for e in examples if e.include and e.messages)
    return counts.most_common(1)[0][0] if counts else None


def mend_rows(examples: Sequence[Example], finding: Finding) -> dict[int, Example]:
    """Returns what the mend of a set's finding changes: position -> mended example.

    `finding` is one that `check_set` gave for these examples. Rows that need no change are left
    out: of duplicates the first stays as it is.
    """
    if finding.code == "system-differs":
        system = usual_system(examples)
        return {row: align_system(examples[row], system) for row in finding.rows}
    rows = finding.rows[1:] if finding.code == "exact-duplicate" else finding.rows
    mended = {row: mend(examples[row], finding.code) for row in rows}
    return {row: example for row, example in mended.items() if example is not None}
