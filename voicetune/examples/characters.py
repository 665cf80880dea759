"""Characters that cannot be seen and should not be trained on: finding and removing them."""

import re
import unicodedata

HIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
"""Control characters but tab and line ends, half surrogates and what Unicode calls noncharacters.

Marks that steer the writing direction and joiners (emoji families, Persian, Hindi) are text.
"""

REFUSED = re.compile("[\x00\ud800-\udfff]")
"""What cannot be stored at all: NUL stops databases, half surrogates have no UTF-8 form."""

VISIBLE = re.compile("[^\\s\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
"""A character that a reader sees; a text without one is empty."""


def name_of(character: str) -> str:
    """Returns a short name a person can look up: NUL, U+0007 or "half of a character"."""
    if character == "\x00":
        return "NUL"
    if "\ud800" <= character <= "\udfff":
        return "half of a character"
    return f"U+{ord(character):04X}"


def _replacement(match: re.Match[str]) -> str:
    character = match.group()
    if character in "\x0b\x0c\x85":  # word processors write soft line ends this way
        return "\n"
    if "\x80" <= character <= "\x9f":
        # A Windows-1252 file read as Latin-1 puts its quotes and dashes here.
        return bytes([ord(character)]).decode("cp1252", errors="ignore")
    return ""


def without_hidden(text: str) -> str:
    """Returns the text without hidden characters; those that stood for another become it."""
    return HIDDEN.sub(_replacement, text)


def composed(text: str) -> str:
    """Returns the text in Unicode's form NFC, in which each accented letter is one character."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def same_text(text: str) -> str:
    """Returns the form in which two texts are compared: composed, spaces as one."""
    return composed(" ".join(text.split()))


def quotation(text: str, longest: int = 60) -> str:
    """Returns the start of a text fit to stand in a sentence: one line, nothing hidden in it."""
    text = " ".join(HIDDEN.sub("", text).split())
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"
