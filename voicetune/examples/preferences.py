"""Preference pairs: one conversation, the answer that is preferred and the one that is not.

OpenAI's preference format (its guide to direct preference optimisation): {"input": {"messages":
[...], "tools": [...]}, "preferred_output": [message], "non_preferred_output": [message]}.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from voicetune.examples.example import REJECTED, Example, Message, role_of, text_of
from voicetune.examples.example_checks import check_example
from voicetune.examples.finding import Severity

_OUTPUTS = ("preferred_output", "non_preferred_output")


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
    for key in _OUTPUTS:
        output = value.get(key)
        if not isinstance(output, list) or len(output) != 1 or role_of(output[0]) != "assistant":
            return f'"{key}" must be a list of one assistant message.'
        answers.append(output[0])
    tools = value["input"].get("tools")
    preferred, rejected = answers
    pair = PreferencePair(messages, preferred, rejected, tools if isinstance(tools, list) else None)
    return problem_of(pair) or pair


def problem_of(pair: PreferencePair) -> str | None:
    """Says in a sentence why nothing can be learned from a pair; None where something can."""
    for name, answer in (("preferred", pair.preferred), ("rejected", pair.rejected)):
        conversation = Example([*pair.messages, answer])
        errors = [f for f in check_example(conversation) if f.severity is Severity.ERROR]
        if errors:
            return f"With the {name} answer: {errors[0].message}"
    if text_of(pair.preferred) == text_of(pair.rejected):
        return "Both answers are the same, so nothing can be learned from them."
    return None


def pair_in(example: Example) -> PreferencePair | None:
    """Returns the pair that an example is, where a rejected answer is kept beside its own."""
    rejected = example.extra.get(REJECTED)
    ends_well = bool(example.messages) and role_of(example.messages[-1]) == "assistant"
    if not (isinstance(rejected, list) and len(rejected) == 1 and ends_well):
        return None
    *asked, preferred = example.messages
    return PreferencePair(asked, preferred, rejected[0], example.extra.get("tools"))


def both_answers(pair: PreferencePair) -> tuple[Example, Example]:
    """Returns the pair as two conversations, the preferred one first."""
    extra = {} if pair.tools is None else {"tools": pair.tools}
    preferred, rejected = (
        Example([*pair.messages, answer], extra=extra) for answer in (pair.preferred, pair.rejected)
    )
    return preferred, rejected


def sound_pairs(examples: Sequence[Example]) -> list[Example]:
    """Returns the included examples that are preference pairs from which something is learned."""
    return [
        example
        for example in examples
        if example.include and (pair := pair_in(example)) and problem_of(pair) is None
    ]


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
