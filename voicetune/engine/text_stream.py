"""Tokens as text that can be shown: whole characters only, and nothing of a stop text."""

from typing import Any

from tokenizers.decoders import DecodeStream

HALF = "\ufffd"
"""What a decoder writes for bytes that are no character."""


class TextStream:
    """Turns the tokens of one answer into text as they come.

    Text that may turn out to be the beginning of a stop text is held back until that is known.
    """

    def __init__(self, tokenizer: Any, stop: list[str]) -> None:
        self.stopped = False
        self._tokenizer = tokenizer.backend_tokenizer
        self._decoder = DecodeStream(skip_special_tokens=True)
        self._stop = [text for text in stop if text]
        self._held = ""

    def push(self, token: int) -> str:
        """Returns the text that is certain now; sets `stopped` when a stop text is complete."""
        fresh = self._decoder.step(self._tokenizer, token)
        if not fresh:
            return ""
        text = self._held + fresh.replace(HALF, "")
        ends = [text.find(stop) for stop in self._stop if stop in text]
        if ends:
            self.stopped, self._held = True, ""
            return text[: min(ends)]
        keep = max((_overlap(text, stop) for stop in self._stop), default=0)
        self._held = text[len(text) - keep :]
        return text[: len(text) - keep]

    def rest(self) -> str:
        """Returns what was held back, once no further token comes."""
        held, self._held = self._held, ""
        return held


def _overlap(text: str, stop: str) -> int:
    """Returns how many characters at the text's end begin the stop text."""
    longest = min(len(text), len(stop) - 1)
    return next((size for size in range(longest, 0, -1) if text.endswith(stop[:size])), 0)
