"""Tokens as OpenAI's current models count them (o200k_base), offline, chat format included."""

import json
import os
import re
import threading
from collections.abc import Callable, Iterable, Sequence
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

_GAP = re.compile(rf"(\s{{{_LONGEST_GAP}}})")
_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class Length:
    """One example in tokens: all that is trained on, what asks, and the last answer alone."""

    total: int
    prompt: int
    answer: int


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
    known: dict[str, int] = {}
    encode = encoding().encode_ordinary

    # One thread: texts of this size are encoded in 10 to 30 microseconds, and handing each one to
    # a pool (encode_ordinary_batch) took two to three times as long.
    def count(text: str) -> int:
        tokens = known.get(text)
        if tokens is None:
            short = len(text) <= _LONGEST_GAP
            tokens = known[text] = len(encode(text)) if short else count_text(text)
        return tokens

    return [_length(example, count) for example in examples]


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
    return Length(sum(costs) + extra, sum(costs[:asked]) + extra, answer)


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
