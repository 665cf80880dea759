"""Shapes of training data other than chat, and turning them into chat examples.

Sources: OpenAI's fine-tuning guides (chat, preference, the older prompt/completion), the ShareGPT
and Alpaca layouts as public data sets use them, TRL's preference columns.
"""

from collections.abc import Callable
from typing import Any

from voicetune.examples.example import Message

SHAPES = ("chat", "preference", "sharegpt", "instruction", "prompt-completion")

_PAIRS = (
    ("prompt", "completion"),
    ("prompt", "response"),
    ("question", "answer"),
    ("input", "output"),
    ("user", "assistant"),
)
_PREFERENCES = (
    ("preferred_output", "non_preferred_output"),
    ("chosen", "rejected"),
    ("chosen_messages", "rejected_messages"),
)
_ROLES = {
    "human": "user",
    "user": "user",
    "gpt": "assistant",
    "chatgpt": "assistant",
    "bot": "assistant",
    "assistant": "assistant",
    "model": "assistant",
    "system": "system",
}


def shape_of(value: Any) -> str:
    """Returns the shape of one record: one of SHAPES, or "unknown"."""
    if not isinstance(value, dict):
        return "unknown"
    if isinstance(value.get("messages"), list):
        return "chat"
    record = _lowered(value)
    if any(chosen in record and rejected in record for chosen, rejected in _PREFERENCES):
        return "preference"
    if _turns_of(record) is not None:
        return "sharegpt"
    if "instruction" in record and ("output" in record or "response" in record):
        return "instruction"
    if any(prompt in record and completion in record for prompt, completion in _PAIRS):
        return "prompt-completion"
    return "unknown"


def pair_to_messages(value: dict[str, Any]) -> list[Message] | None:
    """Returns a prompt/completion record as messages, or None where it does not fit."""
    record = _lowered(value)
    for prompt_key, completion_key in _PAIRS:
        if prompt_key in record and completion_key in record:
            prompt = _as_messages(record[prompt_key], "user")
            completion = _as_messages(record[completion_key], "assistant")
            if prompt and completion:
                return [*_system_of(record), *prompt, *completion]
    return None


def sharegpt_to_messages(value: dict[str, Any]) -> list[Message] | None:
    """Returns a ShareGPT conversation (from, value) as messages, or None where it does not fit.

    Speakers that are no chat role are kept as they are, so that the checks point at them.
    """
    record = _lowered(value)
    turns = _turns_of(record)
    if not turns:
        return None
    messages: list[Message] = []
    for turn in turns:
        speaker = turn.get("from", turn.get("role"))
        role = _ROLES.get(speaker.strip().lower(), speaker) if isinstance(speaker, str) else speaker
        content = turn.get("value", turn.get("content"))
        weight = {"weight": turn["weight"]} if "weight" in turn else {}
        messages.append({"role": role, "content": content, **weight})
    has_system = any(message["role"] == "system" for message in messages)
    return messages if has_system else [*_system_of(record), *messages]


def instruction_to_messages(value: dict[str, Any]) -> list[Message] | None:
    """Returns an instruction/input/output record (and its history) as messages, or None."""
    record = _lowered(value)
    question = record.get("instruction")
    answer = record.get("output", record.get("response"))
    if not isinstance(question, str) or not isinstance(answer, str):
        return None
    if isinstance(record.get("input"), str) and record["input"].strip():
        question = f"{question}\n\n{record['input']}"
    earlier: list[Message] = []
    for pair in record.get("history") or []:
        if not (isinstance(pair, list) and len(pair) == 2):
            return None
        earlier += [_message("user", pair[0]), _message("assistant", pair[1])]
    turns = [*earlier, _message("user", question), _message("assistant", answer)]
    return [*_system_of(record), *turns]


def preferred_to_messages(value: dict[str, Any]) -> list[Message] | None:
    """Returns the question and the preferred answer of a preference record, or None."""
    record = _lowered(value)
    for chosen_key, rejected_key in _PREFERENCES:
        if chosen_key in record and rejected_key in record:
            chosen = _as_messages(record[chosen_key], "assistant")
            if not chosen:
                return None
            if any(message.get("role") == "user" for message in chosen):
                return chosen
            given = record.get("input")
            prompt = given.get("messages") if isinstance(given, dict) else record.get("prompt")
            asked = _as_messages(record.get("question") if prompt is None else prompt, "user")
            return [*_system_of(record), *asked, *chosen] if asked else None
    return None


_CONVERSIONS: dict[str, Callable[[dict[str, Any]], list[Message] | None]] = {
    "prompt-completion": pair_to_messages,
    "sharegpt": sharegpt_to_messages,
    "instruction": instruction_to_messages,
    "preference": preferred_to_messages,
}


def to_messages(value: dict[str, Any]) -> list[Message] | None:
    """Returns a record of any shape but chat as messages, or None where a part is missing."""
    conversion = _CONVERSIONS.get(shape_of(value))
    return conversion(value) if conversion else None


def text_pair(value: Any) -> tuple[str, str] | None:
    """Returns the prompt and the completion of a record that has both as plain text."""
    if shape_of(value) != "prompt-completion":
        return None
    record = _lowered(value)
    for prompt_key, completion_key in _PAIRS:
        prompt, completion = record.get(prompt_key), record.get(completion_key)
        if isinstance(prompt, str) and isinstance(completion, str):
            return prompt, completion
    return None


def what_else(value: Any) -> str:
    """Returns why a record that is in no known shape cannot be an example, as a sentence."""
    how = 'An example is {"messages": [ … ]}.'
    if isinstance(value, list):
        return f"This is a list without a name. {how}"
    if not isinstance(value, dict):
        return f"This is a lone {_name_of(value)}, not an example. {how}"
    if "messages" in value:
        return f'"messages" is {_article(value["messages"])} here; it must be a list of messages.'
    near = next((key for key in value if key.strip().lower() in ("messages", "message")), None)
    if near is not None:
        return f'The name is spelt "{near}" here; it must be "messages".'
    if "role" in value and "content" in value:
        return (
            "This is one message by itself. Put the messages of one conversation together: "
            '{"messages": [ this one, the answer ]}.'
        )
    names = ", ".join(str(key)[:30] for key in list(value)[:4])
    found = f"It has: {names}." if names else "It is empty."
    return f'There is no "messages" list in it. {found}'


def _lowered(value: dict[str, Any]) -> dict[str, Any]:
    """The record by its names in small letters: Prompt and prompt are the same column."""
    return {key.strip().lower(): item for key, item in value.items()}


def _turns_of(record: dict[str, Any]) -> list[dict[str, Any]] | None:
    for key in ("conversations", "conversation"):
        turns = record.get(key)
        if isinstance(turns, list) and turns and all(isinstance(turn, dict) for turn in turns):
            speaking = [turn for turn in turns if "from" in turn or "role" in turn]
            return turns if len(speaking) == len(turns) else None
    return None


def _as_messages(value: Any, role: str) -> list[Message] | None:
    if isinstance(value, str):
        return [_message(role, value)]
    if isinstance(value, dict) and "role" in value:
        return [value]
    if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
        return list(value) if all("role" in item for item in value) else None
    return None


def _system_of(record: dict[str, Any]) -> list[Message]:
    system = record.get("system", record.get("system_prompt"))
    return [_message("system", system)] if isinstance(system, str) and system.strip() else []


def _message(role: str, content: Any) -> Message:
    return {"role": role, "content": content}


def _name_of(value: Any) -> str:
    if value is None:
        return "null"
    return {bool: "true or false", str: "text", list: "list", dict: "object"}.get(
        type(value), "number"
    )


def _article(value: Any) -> str:
    name = _name_of(value)
    return (
        name if name in ("null", "true or false") else f"a {name}".replace("a object", "an object")
    )
