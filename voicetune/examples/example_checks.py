"""The checks of one example against OpenAI's chat format for fine-tuning, and for good sense."""

from collections.abc import Callable, Sequence
from typing import Any

from voicetune.examples.characters import HIDDEN, REFUSED, VISIBLE, name_of, quotation
from voicetune.examples.codes import CODES
from voicetune.examples.example import Example, text_of
from voicetune.examples.finding import Finding, Severity
from voicetune.examples.length import what_is_cut
from voicetune.examples.mends import mend_label
from voicetune.examples.messages import (
    CALL_KEYS,
    MESSAGE_KEYS,
    ROLES,
    TEXT_KEYS,
    content_is_text,
    has_content,
    is_image,
    is_repeated,
    is_weight,
    meant_role,
)
from voicetune.examples.phrases import ai_leftover, template_slot

Found = dict[str, list[int]]
"""Code -> positions of the messages it is about."""

_USUAL_ORDERS = {("system", "user", "assistant"), ("user", "assistant")}
_PLAIN_KEYS = frozenset({"role", "content"})
_TOOL_ROLES = ("tool", "function")
_UNCOUNTABLE = ("message-not-object", "content-not-text")


def check_example(
    example: Example, *, limit: int | None = None, count: Callable[[Example], int] | None = None
) -> list[Finding]:
    """Returns everything worth saying about one example, in the order of `CODES`.

    One finding a code, naming its messages. `limit` is the longest example the model takes, in
    tokens as `count` counts them; without both the length is not checked.
    """
    messages = example.messages
    if not isinstance(messages, list) or not messages:
        return [_finding(example, "no-messages", [])]
    found: Found = {}
    roles = _check_messages(messages, found)
    if roles not in _USUAL_ORDERS:
        _check_order(messages, roles, found)
    _check_words(messages, found)
    if "tools" in example.extra or "functions" in example.extra:
        found.setdefault("tool-calls", [])
    too_long = None
    if limit is not None and count is not None and not any(c in found for c in _UNCOUNTABLE):
        tokens = count(example)
        if tokens > limit:
            found["too-long"] = []
            too_long = what_is_cut(example, tokens, limit, count)
    if not found:
        return []
    return [_finding(example, code, found[code], too_long) for code in CODES if code in found]


def _check_messages(messages: list[Any], found: Found) -> tuple[str | None, ...]:
    """Checks each message by itself; returns the roles as they were meant."""
    roles: list[str | None] = []
    for position, message in enumerate(messages):
        if not isinstance(message, dict):
            found.setdefault("message-not-object", []).append(position)
            roles.append(None)
            continue
        role = message.get("role")
        if not isinstance(role, str) or role not in ROLES:
            found.setdefault("unknown-role", []).append(position)
            role = meant_role(message)
        roles.append(role)
        content = message.get("content")
        if not (isinstance(content, str) and VISIBLE.search(content)):
            _check_content(message, role, position, found)
        if message.keys() != _PLAIN_KEYS:
            _check_keys(message, role, position, found)
    return tuple(roles)


def _check_content(message: dict[str, Any], role: str | None, at: int, found: Found) -> None:
    content = message.get("content")
    if content is None:
        said = role == "assistant" and any(message.get(k) for k in (*CALL_KEYS, "refusal", "audio"))
        code = None if said else "missing-content"
    elif not content_is_text(content):
        code = "content-not-text"
    else:
        code = None if has_content(message) else "empty-content"
    if code:
        found.setdefault(code, []).append(at)
    if isinstance(content, list) and any(is_image(part) for part in content):
        found.setdefault("image", []).append(at)


def _check_keys(message: dict[str, Any], role: str | None, at: int, found: Found) -> None:
    if not message.keys() <= MESSAGE_KEYS:
        found.setdefault("unknown-key", []).append(at)
    if "weight" in message:
        if role not in ("assistant", None):
            found.setdefault("weight-role", []).append(at)
        elif not is_weight(message["weight"]):
            found.setdefault("weight-value", []).append(at)
    if any(message.get(key) for key in CALL_KEYS):
        found.setdefault("tool-calls", []).append(at)


def _check_order(messages: list[Any], roles: Sequence[str | None], found: Found) -> None:
    known = None not in roles  # with a role that nobody can tell, the order cannot be judged
    if "assistant" not in roles:
        if known:
            found["no-assistant"] = []
    elif roles[-1] not in ("assistant", None):
        found["last-not-assistant"] = [len(roles) - 1]
    if known and "user" not in roles:
        found["no-user"] = []
    begun = False
    for position, role in enumerate(roles):
        begun = begun or role != "system"
        if begun and role == "system":
            found.setdefault("system-not-first", []).append(position)
        if role in _TOOL_ROLES:
            found.setdefault("tool-calls", []).append(position)
        if position and is_repeated(messages[position - 1], messages[position]):
            pair = found.setdefault("repeated-role", [])
            pair.extend(p for p in (position - 1, position) if p not in pair)


def _check_words(messages: list[Any], found: Found) -> None:
    texts = [text_of(message) for message in messages]
    whole = "\n".join(texts)
    if HIDDEN.search(whole):
        found["control-character"] = [i for i, text in enumerate(texts) if HIDDEN.search(text)]
    if template_slot(whole) and (slots := [i for i, t in enumerate(texts) if template_slot(t)]):
        found["template-slot"] = slots
    answers = [
        i for i, m in enumerate(messages) if isinstance(m, dict) and meant_role(m) == "assistant"
    ]
    if leftovers := [i for i in answers if ai_leftover(texts[i])]:
        found["ai-leftover"] = leftovers
    weights = [messages[i].get("weight", 1) for i in answers]
    if weights and all(is_weight(weight) and weight == 0 for weight in weights):
        found["weight-all-zero"] = []


def _finding(example: Example, code: str, at: list[int], sentence: str | None = None) -> Finding:
    messages = [example.messages[position] for position in at]
    severity = CODES[code].severity
    if code == "image" and any(meant_role(message) == "assistant" for message in messages):
        severity = Severity.ERROR
    if code == "control-character" and any(REFUSED.search(text_of(m)) for m in messages):
        severity = Severity.ERROR
    said = sentence if code == "too-long" and sentence else _say(example, code, at)
    return Finding(code, severity, said, mend=mend_label(example, code))


def _say(example: Example, code: str, at: list[int]) -> str:
    where, are = _where(at), "is" if len(at) == 1 else "are"
    first = example.messages[at[0]] if at else {}
    match code:
        case "no-messages":
            return "There are no messages. Write a question and an answer, or delete the example."
        case "message-not-object":
            return f"{where} {are} not a role with a text. Write it again, or delete the example."
        case "unknown-role":
            return _say_role(where, [example.messages[i] for i in at])
        case "unknown-key":
            keys = sorted({k for i in at for k in example.messages[i].keys() - MESSAGE_KEYS})
            names = ", ".join(f"“{quotation(str(key))}”" for key in keys[:4])
            if any(key in TEXT_KEYS for key in keys):
                return f"{where}: the format has no {names}. The text belongs in “content”."
            return f"{where}: the format has no {names}. Remove it; a place may refuse the file."
        case "missing-content":
            return f"{where} {_has(at)} no content. Write the text, or drop the message."
        case "empty-content":
            return f"{where} {are} empty. Write the text, or drop the message."
        case "content-not-text":
            kind = _kind(first["content"])
            return f"{where}: the content is {kind}, not text. Write it as text."
        case "no-user":
            return "Nobody asks anything: there is no user message. Add what this answers."
        case "no-assistant":
            return "There is no assistant message, so nothing to learn. Write the answer."
        case "last-not-assistant":
            return (
                f"The last message is from {_speaker(first)}. An example ends on the answer: "
                "write it, or drop what comes after the last answer."
            )
        case "system-not-first":
            return f"The system message is {_lower(where)}. Move it first, where models expect it."
        case "repeated-role":
            return f"{where} come from the same role. Join them, or add the turn between them."
        case "weight-value":
            weight = quotation(repr(first["weight"]))
            return (
                f"{where}: the weight is {weight}. Use 1 (learn this answer) or 0 (do not), or "
                "remove it."
            )
        case "weight-role":
            return f"{where} {_has(at)} a weight, which only answers can have. Remove it."
        case "weight-all-zero":
            return (
                "Every answer has weight 0, so nothing is learned. Give one the weight 1, or leave "
                "the example out."
            )
        case "tool-calls":
            return (
                "The example calls tools. A voice needs none, and not every place trains on them: "
                "leave it out unless you mean it."
            )
        case "image":
            if any(meant_role(example.messages[i]) == "assistant" for i in at):
                return (
                    f"{where}: an answer holds an image, and answers can only be text. Remove it."
                )
            return f"{where} {_has(at)} an image, which few models learn from. Keep the text only."
        case "control-character":
            hidden = {c for i in at for c in HIDDEN.findall(text_of(example.messages[i]))}
            names = ", ".join(sorted({name_of(c) for c in hidden})[:4])
            return f"{where} {_has(at)} characters that cannot be seen ({names}). Remove them."
        case "template-slot":
            slot = quotation(template_slot(text_of(first)) or "")
            return f"{where}: the slot {slot} of a template was never filled in. Fill it in."
        case "ai-leftover":
            phrase = quotation(ai_leftover(text_of(first)) or "")
            return f"{where}: “{phrase}” sounds like an AI chat, not like you. Take it out."
    raise KeyError(code)


def _say_role(where: str, messages: Sequence[dict[str, Any]]) -> str:
    several = len(messages) > 1
    meant = [meant_role(message) for message in messages]
    known = list(dict.fromkeys(role for role in meant if role))
    if known and None not in meant:
        advice = f"Rename {'them' if several else 'it'} to {_listed(known)}."
    else:
        advice = "Say who speaks: system, user or assistant."
    roles = [message.get("role") for message in messages]
    if all(role is None for role in roles):
        return f"{where} {'have' if several else 'has'} no role. {advice}"
    names = [f"“{quotation(r)}”" if isinstance(r, str) else _kind(r) for r in roles]
    names = list(dict.fromkeys(names))
    said = f"role {names[0]} is" if len(names) == 1 else f"roles {_listed(names)} are"
    return f"{where}: the {said} unknown. {advice}"


def _where(positions: Sequence[int]) -> str:
    """Returns "Message 2", "Messages 2 and 3" or "Messages 2, 3 and 5" for positions from 0."""
    numbers = [str(position + 1) for position in positions]
    return f"Message{'s' if len(numbers) > 1 else ''} {_listed(numbers)}"


def _listed(items: Sequence[str]) -> str:
    return " and ".join([*[", ".join(items[:-1])][: len(items) > 1], *items[-1:]])


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _has(positions: Sequence[int]) -> str:
    return "has" if len(positions) == 1 else "have"


def _speaker(message: Any) -> str:
    role = meant_role(message) if isinstance(message, dict) else None
    return {"user": "the user", "system": "the system"}.get(role or "", "a tool")


def _kind(value: Any) -> str:
    names = {bool: "true or false", int: "a number", float: "a number", list: "a list"}
    return names.get(type(value), "an object")
