"""Folding text so that a search finds it however it was typed."""

import unicodedata
from typing import Any

from voicetune.examples.example import role_of, text_of


def fold(text: str) -> str:
    """Returns text without differences of case, width or lettering: "𝗪𝗛𝗬", "Why" and "why" match.

    What PostgreSQL cannot hold in text (NUL, lone surrogates) becomes a question mark.
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return folded.replace("\0", "?").encode("utf-8", "replace").decode("utf-8")


def folded_messages(messages: list[Any]) -> str:
    """Returns the folded text of a conversation, without the system message that all share."""
    return fold("\n".join(text_of(m) for m in messages if role_of(m) != "system"))
