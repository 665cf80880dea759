"""A good question and answer, and every way an example can be wrong: name -> code, messages."""

from typing import Any

SYSTEM = {"role": "system", "content": "You are a community builder."}
ASK = {"role": "user", "content": "How do I start?"}
ANSWER = {"role": "assistant", "content": "With one true line a day."}

BAD: dict[str, tuple[str, list[Any]]] = {
    "no messages": ("no-messages", []),
    "a message that is a text": ("message-not-object", [ASK, "hello", ANSWER]),
    "a role in capitals": ("unknown-role", [ASK, {**ANSWER, "role": "ASSISTANT"}]),
    "no role": ("unknown-role", [{"content": "How?"}, ANSWER]),
    "a role that is a number": ("unknown-role", [{**ASK, "role": 1}, ANSWER]),
    "a role that is a list": ("unknown-role", [{**ASK, "role": ["user"]}, ANSWER]),
    "another key": ("unknown-key", [ASK, {**ANSWER, "loss_weight": 1}]),
    "no content": ("missing-content", [{"role": "user"}, ANSWER]),
    "content null": ("missing-content", [ASK, {**ANSWER, "content": None}]),
    "empty content": ("empty-content", [{**ASK, "content": ""}, ANSWER]),
    "blank content": ("empty-content", [{**ASK, "content": " \n\u3000"}, ANSWER]),
    "invisible content": ("empty-content", [ASK, {**ANSWER, "content": "\u200b\ufeff\u2060"}]),
    "an empty list": ("empty-content", [{**ASK, "content": []}, ANSWER]),
    "a number": ("content-not-text", [{**ASK, "content": 5}, ANSWER]),
    "an object": ("content-not-text", [ASK, {**ANSWER, "content": {"text": "x"}}]),
    "parts of another dialect": (
        "content-not-text",
        [{**ASK, "content": [{"type": "text", "value": "x"}]}, ANSWER],
    ),
    "no question": ("no-user", [SYSTEM, ANSWER]),
    "no answer": ("no-assistant", [SYSTEM, ASK]),
    "a question at the end": ("last-not-assistant", [ASK, ANSWER, ASK]),
    "system in the middle": ("system-not-first", [ASK, SYSTEM, ANSWER]),
    "two questions": ("repeated-role", [ASK, ASK, ANSWER]),
    "two system messages": ("repeated-role", [SYSTEM, SYSTEM, ASK, ANSWER]),
    "half a weight": ("weight-value", [ASK, {**ANSWER, "weight": 0.5}]),
    "a weight that is text": ("weight-value", [ASK, {**ANSWER, "weight": "1"}]),
    "a weight that is true": ("weight-value", [ASK, {**ANSWER, "weight": True}]),
    "a weight that is null": ("weight-value", [ASK, {**ANSWER, "weight": None}]),
    "a weight on a question": ("weight-role", [{**ASK, "weight": 0}, ANSWER]),
    "only zero weights": ("weight-all-zero", [ASK, {**ANSWER, "weight": 0}]),
    "a tool call": (
        "tool-calls",
        [ASK, {"role": "assistant", "content": None, "tool_calls": [{"id": "1"}]}],
    ),
    "an older function call": ("tool-calls", [ASK, {**ANSWER, "function_call": {"name": "f"}}]),
    "an image": (
        "image",
        [
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": "What is it?"},
                    {"type": "image_url", "image_url": {"url": "https://a.example/a.png"}},
                ],
            },
            ANSWER,
        ],
    ),
    "NUL": ("control-character", [ASK, {**ANSWER, "content": "a\x00b"}]),
    "half a character": ("control-character", [ASK, {**ANSWER, "content": "a\ud83d"}]),
    "a bell in a text part": (
        "control-character",
        [{"role": "user", "content": [{"type": "text", "text": "a\x07"}]}, ANSWER],
    ),
    "a slot": ("template-slot", [{**ASK, "content": "Post for {{company}}"}, ANSWER]),
    "an AI": ("ai-leftover", [ASK, {**ANSWER, "content": "As an AI language model, I cannot."}]),
}
