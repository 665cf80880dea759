"""A post as plain sentences: without links, handles, emoji, list marks and hashtags."""

import re
import unicodedata
from dataclasses import dataclass

from voicetune.examples.characters import HIDDEN

_LINK = re.compile(
    r"(?:https?://|www\.)\S+?(?=[.,;:!?)]{0,9}(?:\s|$))"
    r"|(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}"
)
_HANDLE = re.compile(r"(?<!\w)@\w+(?:[.-]\w+)*")
_HASHTAG = re.compile(r"(?<![\w&])#([^\W\d_]\w*)")
_MARK = re.compile(r"^\s*(?:[-–—•*·>→▪◦]+|\d{1,2}[.):/]|[a-z]\)|#{1,6})\s+")
_TAGS_AT_END = re.compile(r"(?:(?<=[.!?…\"”)])\s*|\s+(?=#\w+\W+#))(?:#\w+\W*)+$")
_TAGS_ALONE = re.compile(r"^\W*(?:#\w+\W*)+$")
_SENTENCE = re.compile(r"\S.*?(?:[.!?…]+[\"”'’)]*(?=\s|$)|$)")
_HUMPS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_LONGEST = 20_000  # characters of a post that are read


@dataclass(frozen=True, slots=True)
class Prose:
    """The sentences of a post in their order, and its hashtags as they are written, without #."""

    sentences: tuple[str, ...]
    hashtags: tuple[str, ...]

    @property
    def hook(self) -> str:
        """The first sentence, or an empty text."""
        return self.sentences[0] if self.sentences else ""


def prose_of(text: str) -> Prose:
    """Reads a post's text; a line's end ends a sentence, as it does in posts."""
    text = _LINK.sub(" ", unicodedata.normalize("NFKC", text[:_LONGEST]))
    sentences: list[str] = []
    hashtags: list[str] = []
    for line in text.splitlines():
        line = " ".join(line.split())
        hashtags += _HASHTAG.findall(line)
        if _TAGS_ALONE.match(line):
            continue
        line = _TAGS_AT_END.sub("", line)
        line = _HASHTAG.sub(r"\1", _HANDLE.sub(" ", line))
        line = " ".join(_MARK.sub("", without_pictures(line)).split())
        sentences += [s for s in _SENTENCE.findall(line) if any(map(str.isalnum, s))]
    return Prose(tuple(sentences), tuple(dict.fromkeys(hashtags)))


def without_pictures(text: str) -> str:
    """Returns the text without emoji, other symbols and characters that cannot be seen."""
    if text.isascii():
        return HIDDEN.sub(" ", text)
    kept = (" " if unicodedata.category(c) in ("So", "Sk", "Co", "Cn") else c for c in text)
    return HIDDEN.sub(" ", "".join(kept)).replace("\ufe0f", "").replace("\u200d", "")


def humps(hashtag: str) -> list[str]:
    """Returns the words of a hashtag in capitals and small letters: CareerAdvice, AIatWork."""
    return [word if word.isupper() else word.lower() for word in _HUMPS.findall(hashtag)]
