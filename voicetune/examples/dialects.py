"""Shapes of training data other than chat, and turning them into chat examples.

Sources: OpenAI's fine-tuning guides (chat, preference, the older prompt/completion), the ShareGPT,
Alpaca, UltraChat and XTuner layouts as public data sets use them, TRL's preference and KTO columns,
Gemini's contents and Cohere's chat history.
"""

from collections.abc import Callable
from typing import Any

from voicetune.examples import rendered
from voicetune.examples.example import Message

SHAPES = ("chat", "preference", "sharegpt", "instruction", "prompt-completion", "rendered")

_PAIRS = (
    ("prompt", "completion"),
    ("prompt", "response"),
    ("question", "answer"),
    ("input", "output"),
    ("user", "assistant"),
    ("question", "response"),
    ("prompt", "answer"),
    ("prompt", "output"),
    ("query", "response"),
    ("query", "answer"),
    ("human", "assistant"),
    ("human", "gpt"),
    ("inputs", "targets"),
    ("input_text", "output_text"),
    ("text_input", "output"),
    ("user", "bot"),
    ("q", "a"),
)
_PREFERENCES = (
    ("preferred_output", "non_preferred_output"),
    ("chosen", "rejected"),
    ("chosen_messages", "rejected_messages"),
)
_ROLES = {
    "human": "user",
    "user": "user",
    "prompter": "user",
    "gpt": "assistant",
    "chatgpt": "assistant",
    "bot": "assistant",
    "assistant": "assistant",
    "model": "assistant",
    "system": "system",
}
_OUTPUTS = ("output", "response", "completion", "answer")
_TURNS = ("conversations", "conversation", "dialogue", "dialog", "turns", "chat", "contents")
_SPEAKERS = ("from", "role", "speaker", "sender", "author")
_CONTENTS = ("value", "content", "text", "message", "utterance", "parts")


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
    if "instruction" in record and any(name in record for name in _OUTPUTS):
        return "instruction"
    if "message" in record and isinstance(record.get("chat_history"), list):
        return "sharegpt"
    if any(prompt in record and completion in record for prompt, completion in _PAIRS):
        return "prompt-completion"
    if isinstance(record.get("text"), str) and rendered.messages_of(record["text"]):
        return "rendered"
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


def is_rejected(value: dict[str, Any]) -> bool:
    """Tells whether the record is an answer that was judged bad (KTO's "label": false)."""
    return shape_of(value) == "prompt-completion" and _lowered(value).get("label") is False


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
        speaker = _first(turn, _SPEAKERS)
        role = _ROLES.get(speaker.strip().lower(), speaker) if isinstance(speaker, str) else speaker
        content = _joined(_first(turn, _CONTENTS))
        weight = {"weight": turn["weight"]} if "weight" in turn else {}
        messages.append({"role": role, "content": content, **weight})
    has_system = any(message["role"] == "system" for message in messages)
    return messages if has_system else [*_system_of(record), *messages]


def instruction_to_messages(value: dict[str, Any]) -> list[Message] | None:
    """Returns an instruction/input/output record (and its history) as messages, or None."""
    record = _lowered(value)
    question = record.get("instruction")
    answer = _first(record, _OUTPUTS)
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
    return _side_of(value, 0)


def rejected_of(value: dict[str, Any]) -> list[Message]:
    """Returns what a preference record has in place of the preferred answer, where it has both."""
    preferred, rejected = _side_of(value, 0), _side_of(value, 1)
    if not preferred or not rejected:
        return []
    same = 0
    while same < min(len(preferred), len(rejected)) and preferred[same] == rejected[same]:
        same += 1
    return rejected[same:]


def _side_of(value: dict[str, Any], side: int) -> list[Message] | None:
    """The question with the preferred answer (side 0) or the rejected one (side 1)."""
    record = _lowered(value)
    for keys in _PREFERENCES:
        if all(key in record for key in keys):
            answer = _transcript(record[keys[side]]) or _as_messages(
                record[keys[side]], "assistant"
            )
            if not answer:
                return None
            if any(message.get("role") == "user" for message in answer):
                return answer
            given = record.get("input")
            prompt = given.get("messages") if isinstance(given, dict) else record.get("prompt")
            asked = _as_messages(record.get("question") if prompt is None else prompt, "user")
            return [*_system_of(record), *asked, *answer] if asked else None
    return None


_CONVERSIONS: dict[str, Callable[[dict[str, Any]], list[Message] | None]] = {
    "prompt-completion": pair_to_messages,
    "sharegpt": sharegpt_to_messages,
    "instruction": instruction_to_messages,
    "preference": preferred_to_messages,
    "rendered": lambda value: rendered.messages_of(_lowered(value)["text"]),
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
    for key in _TURNS:
        turns = record.get(key)
        if not isinstance(turns, list) or not turns:
            continue
        if all(isinstance(turn, dict) for turn in turns):
            if all(any(name in turn for name in _SPEAKERS) for turn in turns):
                return turns
            if all("input" in turn and "output" in turn for turn in turns):
                return [part for turn in turns for part in _both(turn)]
    history = record.get("chat_history")
    if isinstance(history, list) and "message" in record and not record.get("contents"):
        return _cohere(history, record)
    return _alternating(record.get("data"))


def _both(turn: dict[str, Any]) -> list[dict[str, Any]]:
    """One turn of XTuner's layout: the system message, what was asked and what was answered."""
    system = turn.get("system")
    start = [{"from": "system", "value": system}] if isinstance(system, str) and system else []
    pair = [{"from": "human", "value": turn["input"]}, {"from": "gpt", "value": turn["output"]}]
    return [*start, *pair]


def _cohere(history: list[Any], record: dict[str, Any]) -> list[dict[str, Any]] | None:
    """Cohere's layout: the turns so far, the last message by itself, the answer beside it."""
    answer = _first(record, ("response", "answer", "completion"))
    if not isinstance(answer, str) or not all(isinstance(turn, dict) for turn in history):
        return None
    turns = [*history, {"role": "user", "message": record["message"]}]
    return [*turns, {"role": "assistant", "message": answer}]


def _alternating(texts: Any) -> list[dict[str, Any]] | None:
    """UltraChat's layout: a list of texts, the person's and the model's in turn."""
    if not isinstance(texts, list) or len(texts) < 2 or not all(isinstance(t, str) for t in texts):
        return None
    return [
        {"from": "gpt" if place % 2 else "human", "value": text} for place, text in enumerate(texts)
    ]


def _first(record: dict[str, Any], names: tuple[str, ...]) -> Any:
    return next((record[name] for name in names if name in record), None)


def _joined(content: Any) -> Any:
    """Gemini's parts as one text; everything else as it is."""
    if isinstance(content, list) and content and all(isinstance(p, dict) for p in content):
        texts = [part.get("text") for part in content if set(part) == {"text"}]
        if len(texts) == len(content) and all(isinstance(text, str) for text in texts):
            return "\n".join(str(text) for text in texts)
    return content


def _transcript(value: Any) -> list[Message] | None:
    """A whole conversation in one text, as HH-RLHF writes it."""
    return rendered.messages_of(value) if isinstance(value, str) else None


def _as_messages(value: Any, role: str) -> list[Message] | None:
    if isinstance(value, str):
        return [_message(role, value)]
    if isinstance(value, dict) and "role" in value:
        return [value]
    if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
        return list(value) if all("role" in item for item in value) else None
    return None


def _system_of(record: dict[str, Any]) -> list[Message]:
    names = ("system", "system_prompt", "systeminstruction", "system_instruction", "preamble")
    system = _first(record, names)
    if isinstance(system, dict):  # Gemini: {"parts": [{"text": …}]}
        system = _joined(system.get("parts"))
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
