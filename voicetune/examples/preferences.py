"""Preference pairs: one conversation, the answer that is preferred and the one that is not.

OpenAI's preference format (its guide to direct preference optimisation): {"input": {"messages":
[...], "tools": [...]}, "preferred_output": [message], "non_preferred_output": [message]}.
"""

import json
from dataclasses import dataclass
from typing import Any

from voicetune.examples.example import REJECTED, Example, Message, role_of, text_of
from voicetune.examples.example_checks import check_example
from voicetune.examples.finding import Severity

_OUTPUTS = {"preferred_output": "preferred", "non_preferred_output": "rejected"}


@dataclass(frozen=True, slots=True)
class PreferencePair:
    """A conversation up to the question, with two answers to it; `tools` as the chat format has."""

    messages: list[Message]
    preferred: Message
    rejected: Message
    tools: list[Any] | None = None


def pair_of(value: Any) -> PreferencePair | str:
    """Returns the pair in a line's JSON value, or a sentence that says what is wrong with it."""
    if not isinstance(value, dict) or not isinstance(value.get("input"), dict):
        return 'This is not a preference pair: it needs "input" with "messages" in it.'
    messages = value["input"].get("messages")
    if not isinstance(messages, list) or not messages:
        return 'There are no "messages" in "input".'
    if role_of(messages[-1]) == "assistant":
        return 'The last message of "input" is an answer; it must be the question.'
    answers = []
    for key, name in _OUTPUTS.items():
        output = value.get(key)
        if not isinstance(output, list) or len(output) != 1 or role_of(output[0]) != "assistant":
            return f'"{key}" must be a list of one assistant message.'
        problem = _problem([*messages, output[0]])
        if problem:
            return f"With the {name} answer: {problem}"
        answers.append(output[0])
    if text_of(answers[0]) == text_of(answers[1]):
        return "Both answers are the same, so nothing can be learned from them."
    tools = value["input"].get("tools")
    preferred, rejected = answers
    return PreferencePair(messages, preferred, rejected, tools if isinstance(tools, list) else None)


def pair_in(example: Example) -> PreferencePair | None:
    """Returns the pair that an example is, where a rejected answer is kept beside its own."""
    rejected = example.extra.get(REJECTED)
    ends_well = bool(example.messages) and role_of(example.messages[-1]) == "assistant"
    if not (isinstance(rejected, list) and len(rejected) == 1 and ends_well):
        return None
    *asked, preferred = example.messages
    return PreferencePair(asked, preferred, rejected[0], example.extra.get("tools"))


def pair_line(pair: PreferencePair) -> str:
    """Returns the pair as one JSON line, without a line end."""
    asked: dict[str, Any] = {"messages": pair.messages}
    if pair.tools is not None:
        asked["tools"] = pair.tools
    line = {
        "input": asked,
        "preferred_output": [pair.preferred],
        "non_preferred_output": [pair.rejected],
    }
    return json.dumps(line, ensure_ascii=False, allow_nan=False)


def _problem(messages: list[Message]) -> str | None:
    errors = [f for f in check_example(Example(messages)) if f.severity is Severity.ERROR]
    return errors[0].message if errors else None
