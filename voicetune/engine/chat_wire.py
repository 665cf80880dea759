"""Which chat requests this engine can meet, and the messages in the form that the generator takes.

What would change the answer's meaning is refused by name; what only steers a hosted service (user,
store, service_tier, cache keys) has no effect here and is passed over.
"""

from collections.abc import Mapping
from typing import Any

from voicetune.engine.errors import invalid
from voicetune.engine.wire import ChatRequest, parse

NO_EFFECT = frozenset(
    {
        "user",
        "safety_identifier",
        "store",
        "metadata",
        "service_tier",
        "prompt_cache_key",
        "prompt_cache_retention",
        "prompt_cache_options",
        "parallel_tool_calls",
    }
)
ONLY_AS: Mapping[str, tuple[Any, ...]] = {
    "tools": ([],),
    "tool_choice": ("none", "auto"),
    "functions": ([],),
    "function_call": ("none", "auto"),
    "logprobs": (False,),
    "top_logprobs": (0,),
    "logit_bias": ({},),
    "response_format": ({"type": "text"},),
    "modalities": (["text"],),
    "audio": (),
    "prediction": (),
    "web_search_options": (),
    "moderation": (),
    "reasoning_effort": ("none",),
    "verbosity": ("medium",),
}
"""Parameters this engine lacks, with the values (besides null) that ask for nothing."""

ROLES = {"system": "system", "developer": "system", "user": "user", "assistant": "assistant"}


def parse_chat(body: dict[str, Any]) -> ChatRequest:
    """Returns the request; raises a 400 with the parameter for what cannot be met."""
    for name, values in ONLY_AS.items():
        if body.get(name) is not None and body[name] not in values:
            raise invalid(
                f"This engine does not support '{name}'. Leave it out.",
                param=name,
                code="unsupported_parameter",
            )
    known = ChatRequest.model_fields.keys() | NO_EFFECT | ONLY_AS.keys()
    for name in body:
        if name not in known:
            raise invalid(f"This engine does not know '{name}'.", param=name)
    request = parse(ChatRequest, body)
    if request.max_tokens is not None and request.max_completion_tokens is not None:
        raise invalid(
            "Give 'max_completion_tokens' or the older 'max_tokens', not both.", param="max_tokens"
        )
    if request.stream_options is not None and not request.stream:
        raise invalid("'stream_options' needs 'stream': true.", param="stream_options")
    return request


def plain_messages(messages: list[dict[str, Any]]) -> list[dict[str, str]]:
    """Returns role and text of every message; text parts are joined by line breaks."""
    return [_plain(message, f"messages[{index}]") for index, message in enumerate(messages)]


def _plain(message: dict[str, Any], param: str) -> dict[str, str]:
    role = message.get("role")
    if not isinstance(role, str) or role not in ROLES:
        raise invalid(
            f"'{param}.role' must be system, developer, user or assistant.", param=f"{param}.role"
        )
    if message.get("tool_calls") or message.get("function_call"):
        raise invalid("This engine does not support tool calls.", param=f"{param}.tool_calls")
    content = _joined(message.get("content"))
    if content is None:
        raise invalid(
            f"'{param}.content' must be text; this engine takes no images, sounds or files.",
            param=f"{param}.content",
        )
    return {"role": ROLES[role], "content": content}


def _joined(content: Any) -> str | None:
    """Returns text as it is and text parts joined; None for all else, half characters included."""
    parts = content if isinstance(content, list) else [{"type": "text", "text": content}]
    texts = []
    for part in parts:
        if not isinstance(part, dict) or part.get("type") != "text":
            return None
        text = part.get("text")
        if not isinstance(text, str) or any("\ud800" <= char <= "\udfff" for char in text):
            return None
        texts.append(text)
    return "\n".join(texts)
