"""What a model would not read of an example that is longer than its limit."""

from collections.abc import Callable
from dataclasses import replace

from voicetune.examples.characters import HIDDEN
from voicetune.examples.example import Example, text_of

_SHOWN = 60  # characters of the last words that the sentence quotes
_LONGEST_WORD = 30  # characters; longer runs are text without spaces, such as Chinese


def what_is_cut(example: Example, tokens: int, limit: int, count: Callable[[Example], int]) -> str:
    """Returns a sentence: how many tokens too many, and what of the text would be cut.

    Places cut an example that is too long at its end. `count` is asked some fifteen times.
    """
    cut = HIDDEN.sub("", _cut_text(example, limit, count))
    words = cut.split()
    plain = " ".join(words)
    if len(plain) > len(words) * _LONGEST_WORD:
        size = f"{len(plain):,} characters"
    else:
        size = "word" if len(words) == 1 else f"{len(words):,} words"
    end = plain if len(plain) <= _SHOWN else "… " + _last_words(plain)
    return (
        f"{tokens:,} tokens are {tokens - limit:,} over the limit of {limit:,}: the last {size} "
        f"would be cut (“{end}”). Shorten it, or split it in two."
    )


def _last_words(text: str) -> str:
    end = text[-_SHOWN:]
    start = end.find(" ") + 1
    return end[start:] if start <= _LONGEST_WORD else end


def _cut_text(example: Example, limit: int, count: Callable[[Example], int]) -> str:
    """Returns the end of the conversation's text that does not fit, from a whole word on."""
    texts = [text_of(message) for message in example.messages]
    whole = "".join(texts)

    def fits(length: int) -> bool:
        kept, left = [], length
        for message, text in zip(example.messages, texts, strict=True):
            kept.append({**message, "content": text[:left]})
            left = max(0, left - len(text))
        return count(replace(example, messages=kept)) <= limit

    low, high = 0, len(whole)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if fits(middle) else (low, middle)
    start = low
    while start and low - start < _LONGEST_WORD and not whole[start - 1].isspace():
        start -= 1
    if start and not whole[start - 1].isspace():
        start = low
    # Texts are joined by a line end so that the last word of one is not glued to the next.
    parts, passed = [], 0
    for text in texts:
        parts.append(text[max(0, start - passed) :])
        passed += len(text)
    return "\n".join(part for part in parts if part)
