"""Tokens as OpenAI's current models count them (o200k_base), offline, chat format included."""

import json
import os
import re
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from statistics import median
from typing import TYPE_CHECKING, Any

from voicetune.examples.example import Example, role_of, text_of
from voicetune.home import DATA

if TYPE_CHECKING:
    import tiktoken

VOCABULARY = DATA / "vocabulary"
"""The folder that tiktoken takes for its download cache; its one file ships with VoiceTune."""

PER_MESSAGE = 3
PER_NAME = 1
PER_REPLY = 3
"""What the chat format itself costs: as in OpenAI's cookbook, "Chat_finetuning_data_prep"."""

_LONGEST_GAP = 100_000
"""tiktoken's pattern overflows its stack on a run of white space some times longer than this."""

_BETWEEN = "<|endoftext|>"
"""Stands between texts that are encoded in one call: a special token, so it changes no other."""

_TEXTS_AT_ONCE = 250

_GAP = re.compile(rf"(\s{{{_LONGEST_GAP}}})")
_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class Length:
    """One example in tokens: all that is trained on, what asks, and the last answer alone.

    `system` is the system message's part of what asks, where the count tells it apart.
    """

    total: int
    prompt: int
    answer: int
    system: int = 0

    @property
    def shown(self) -> int:
        """Its tokens as one of the examples in a prompt, which has its system message once."""
        return max(0, self.total - self.system - PER_REPLY)


@cache
def encoding() -> "tiktoken.Encoding":
    """Returns o200k_base, read from the shipped vocabulary; no network, the environment as it was.

    FileNotFoundError where the vocabulary is missing: tiktoken would try to download it.
    """
    import tiktoken

    if not any(VOCABULARY.iterdir()):
        raise FileNotFoundError(f"The token vocabulary is missing from {VOCABULARY}.")
    with _lock:
        before = os.environ.get("TIKTOKEN_CACHE_DIR")
        os.environ["TIKTOKEN_CACHE_DIR"] = str(VOCABULARY)
        try:
            return tiktoken.get_encoding("o200k_base")
        finally:
            if before is None:
                del os.environ["TIKTOKEN_CACHE_DIR"]
            else:
                os.environ["TIKTOKEN_CACHE_DIR"] = before


def count_text(text: str) -> int:
    """Counts a text's tokens; "<|endoftext|>" and the like are text like any other."""
    encode = encoding().encode_ordinary
    if len(text) > _LONGEST_GAP:
        return sum(len(encode(part)) for part in _GAP.split(text))
    return len(encode(text))


def count_example(example: Example) -> int:
    """Counts all tokens of an example, those of the chat format among them."""
    return lengths([example])[0].total


def count_examples(examples: Sequence[Example]) -> list[int]:
    """Counts every example; texts that come again, such as the system message, are counted once."""
    return [length.total for length in lengths(examples)]


def lengths(examples: Sequence[Example]) -> list[Length]:
    """Measures every example; never raises, whatever its messages are.

    Tools and tool calls count as their JSON, which is close but not exact: OpenAI does not publish
    how it writes them. Images count nothing.
    """
    known = _count_all({text_of(message) for e in examples for message in e.messages})

    def count(text: str) -> int:
        tokens = known.get(text)
        if tokens is None:
            tokens = known[text] = count_text(text)
        return tokens

    return [_length(example, count) for example in examples]


def _count_all(texts: set[str]) -> dict[str, int]:
    """Counts the tokens of many texts, on all cores where there are enough to share.

    Each call encodes a few hundred texts, so that threads seldom wait for each other: one call a
    text, from two threads, took longer than from one.
    """
    apart = {text for text in texts if len(text) > _LONGEST_GAP or _BETWEEN in text}
    together = list(texts - apart)
    starts = range(0, len(together), _TEXTS_AT_ONCE)
    parts = [together[start : start + _TEXTS_AT_ONCE] for start in starts]
    known = {text: count_text(text) for text in apart}
    if len(parts) == 1:
        known |= _count_together(parts[0])
    elif parts:
        with ThreadPoolExecutor(os.cpu_count()) as threads:
            for counts in threads.map(_count_together, parts):
                known |= counts
    return known


def _count_together(texts: list[str]) -> dict[str, int]:
    import numpy as np

    whole = "".join(text + _BETWEEN for text in texts)
    try:
        tokens = encoding().encode_to_numpy(
            whole, allowed_special={_BETWEEN}, disallowed_special=()
        )
    except UnicodeEncodeError:  # half a surrogate pair, which encode_ordinary replaces
        return {text: count_text(text) for text in texts}
    ends = np.flatnonzero(tokens == encoding().eot_token)
    counts = np.diff(ends, prepend=-1) - 1
    return dict(zip(texts, counts.tolist(), strict=True))


def median_lengths(measured: Iterable[Length]) -> tuple[int, int]:
    """Returns the median tokens of (what asks, the answer); (0, 0) for no examples."""
    measured = list(measured)
    if not measured:
        return 0, 0
    return (
        round(median(length.prompt for length in measured)),
        round(median(length.answer for length in measured)),
    )


def billed(totals: Iterable[int], limit: int | None = None) -> int:
    """Adds up examples as they are trained on: cut at the model's limit, where it has one."""
    return sum(totals) if limit is None else sum(min(total, limit) for total in totals)


def _length(example: Example, count: Callable[[str], int]) -> Length:
    costs = [_message(message, count) for message in example.messages]
    tools = example.extra.get("tools")
    extra = PER_REPLY + (count(json.dumps(tools, ensure_ascii=False)) if tools else 0)
    last = last_answer(example)
    asked = len(costs) if last is None else last
    answer = 0 if last is None else count(text_of(example.messages[last]))
    system = sum(
        cost
        for message, cost in zip(example.messages, costs, strict=True)
        if role_of(message) == "system"
    )
    return Length(sum(costs) + extra, sum(costs[:asked]) + extra, answer, system)


def _message(message: Any, count: Callable[[str], int]) -> int:
    role = role_of(message)
    cost = PER_MESSAGE + count(text_of(message)) + (count(role) if isinstance(role, str) else 0)
    if isinstance(message, dict) and len(message) > 2:
        if isinstance(name := message.get("name"), str):
            cost += PER_NAME + count(name)
        for key in ("tool_calls", "function_call"):
            if message.get(key):
                cost += count(json.dumps(message[key], ensure_ascii=False))
    return cost


def last_answer(example: Example) -> int | None:
    """Returns the position of the last assistant message, or None where there is none."""
    for position in range(len(example.messages) - 1, -1, -1):
        if role_of(example.messages[position]) == "assistant":
            return position
    return None
