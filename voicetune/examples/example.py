"""A training example: one conversation that shows the model how to answer."""

import json
from dataclasses import dataclass, field
from datetime import date
from typing import Any

Message = dict[str, Any]
"""One turn as it stands in the file: role, content, weight and whatever else came with it."""

SPLITS = ("training", "validation")
REJECTED = "non_preferred_output"
"""The key in an example's `extra` under which the answer stands that its own was preferred to."""


@dataclass(frozen=True, slots=True)
class Example:
    """One example of a data set.

    `messages` are kept as they came, even when wrong, so that a check can point at what is wrong
    and nothing is lost. `extra` holds the line's other keys (such as tools).
    """

    messages: list[Message]
    id: int = 0
    include: bool = True
    split: str = "training"
    split_pinned: bool = False
    origin: str = ""
    extra: dict[str, Any] = field(default_factory=dict)
    written_on: date | None = None

    @property
    def question(self) -> str:
        """The text of the first user turn, or an empty text."""
        return next((text_of(m) for m in self.messages if role_of(m) == "user"), "")

    @property
    def answer(self) -> str:
        """The text of the last assistant turn, or an empty text."""
        return next((text_of(m) for m in reversed(self.messages) if role_of(m) == "assistant"), "")

    @property
    def system(self) -> str | None:
        """The text of the first system message, or None where there is none."""
        for message in self.messages:  # asked of every example after every edit
            if role_of(message) == "system":
                return text_of(message)
        return None

    @property
    def rejected(self) -> str:
        """The text of the answer that this one was preferred to, or an empty text."""
        turns = self.extra.get(REJECTED)
        return text_of(turns[-1]) if isinstance(turns, list) and turns else ""

    @property
    def turns(self) -> int:
        """How many user and assistant turns there are."""
        return sum(role_of(m) in ("user", "assistant") for m in self.messages)


def role_of(message: Any) -> Any:
    """Returns the message's role, or None where there is none."""
    return message.get("role") if isinstance(message, dict) else None


def text_of(message: Any) -> str:
    """Returns the message's text: a string as it is, text parts joined, all else empty."""
    content = message.get("content") if isinstance(message, dict) else None
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        parts = [part.get("text") for part in content if isinstance(part, dict)]
        return "\n".join(part for part in parts if isinstance(part, str))
    return ""


def to_line(example: Example) -> str:
    """Returns the example as one JSON line (OpenAI's chat format), without a line end.

    A rejected answer stays behind: the chat format has no place for it.
    """
    extra = {key: value for key, value in example.extra.items() if key != REJECTED}
    line = {"messages": example.messages, **extra}
    return json.dumps(line, ensure_ascii=False, allow_nan=False)
