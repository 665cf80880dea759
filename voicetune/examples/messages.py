"""A message in OpenAI's chat format: its roles and keys, its content, what was meant by it."""

import difflib
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from voicetune.examples.characters import VISIBLE
from voicetune.examples.example import text_of

ROLES = frozenset({"system", "user", "assistant", "tool", "function"})
"""The roles of a training example; `function` is the older name of `tool`."""

CALL_KEYS = ("tool_calls", "function_call")
MESSAGE_KEYS = frozenset(
    {"role", "content", "name", "weight", "refusal", "audio", "tool_call_id", *CALL_KEYS}
)
"""The keys a message may have."""
TEXT_KEYS = ("text", "value", "message", "body")
"""Keys under which other formats keep the text that belongs in `content`."""

_OTHER_NAMES = {
    "assistant": (
        "ai answer bot character chatbot chatgpt claude completion gemini gpt gpt-3.5 gpt-4 llm "
        "machine model output reply response"
    ),
    "user": "client customer human me input person prompt prompter question questioner usr you",
    "system": "context developer instruction instructions sys sysprompt system_prompt",
    "tool": "tool_call tool_response tool_result observation",
}
_MEANT = {name: role for role, names in _OTHER_NAMES.items() for name in names.split()}
_LONGEST_ROLE = 40


@lru_cache(maxsize=1024)
def _meant(role: str) -> str | None:
    plain = role.strip().strip(":<>|[]#* ").casefold()
    if plain in ROLES:
        return plain
    if plain in _MEANT:
        return _MEANT[plain]
    close = difflib.get_close_matches(plain, ROLES, n=1, cutoff=0.7)
    return close[0] if close else None


def meant_role(message: Mapping[str, Any]) -> str | None:
    """Returns the role the message has or was meant to have; None where nobody can tell."""
    role = message.get("role")
    if not isinstance(role, str):
        return None
    if role in ROLES:
        return role
    return _meant(role) if len(role) <= _LONGEST_ROLE else None


def is_repeated(first: Any, second: Any) -> bool:
    """Tells whether two neighbouring messages are of one speaker (tool results may repeat)."""
    if not isinstance(first, dict) or not isinstance(second, dict):
        return False
    role = meant_role(first)
    return role in ("system", "user", "assistant") and role == meant_role(second)


def is_image(part: Any) -> bool:
    """Tells whether a content part is an image."""
    return isinstance(part, dict) and part.get("type") in ("image_url", "image", "input_image")


def has_content(message: Mapping[str, Any]) -> bool:
    """Tells whether the message says anything: visible text, an image, a tool call, a refusal."""
    if any(message.get(key) for key in (*CALL_KEYS, "refusal", "audio")):
        return True
    content = message.get("content")
    if isinstance(content, list):
        return any(not isinstance(p, dict) or p.get("type") != "text" for p in content) or bool(
            VISIBLE.search(text_of(message))
        )
    return bool(VISIBLE.search(content)) if isinstance(content, str) else content is not None


def content_is_text(content: Any) -> bool:
    """Tells whether content has a form the format knows: text, or parts of text and images."""
    if isinstance(content, list):
        return all(
            isinstance(part, dict)
            and (
                (part.get("type") == "text" and isinstance(part.get("text"), str))
                or (part.get("type") == "refusal" and isinstance(part.get("refusal"), str))
                or is_image(part)
            )
            for part in content
        )
    return isinstance(content, str)


def plain_text(content: Any) -> str | None:
    """Returns content of an odd shape as text, or None where there is no text in it."""
    match content:
        case bool() | None:
            return None
        case str() as text:
            return text
        case int() | float():
            return str(content)
        case {"text": str(text)} | {"value": str(text)} | {"content": str(text)}:
            return text
        case list() as parts:
            texts = [plain_text(part) for part in parts]
            return None if None in texts or not texts else "\n".join(t for t in texts if t)
    return None


def is_weight(value: Any) -> bool:
    """Tells whether a weight is the number 0 or 1 (true and false are not numbers in JSON)."""
    return not isinstance(value, bool) and isinstance(value, int | float) and value in (0, 1)
