"""A training file's lines as tokens: conversations, or preference pairs."""

import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from voicetune.engine.dpo import EncodedPair
from voicetune.engine.failures import EngineError
from voicetune.engine.masking import Encoded, encode
from voicetune.engine.protocol import Send
from voicetune.engine.rendering import TemplateRefusedError
from voicetune.examples.example import Message, role_of
from voicetune.examples.preferences import pair_of

Row = TypeVar("Row", Encoded, EncodedPair)

_NAMED = 5


def read_rows(path: Path, tokenizer: Any, limit: int, send: Send, param: str) -> list[Encoded]:
    """Returns the file's conversations as tokens, saying which were cut or left out.

    Raises EngineError where nothing is left to learn.
    """

    def row_of(line: Any) -> Encoded:
        return encode(tokenizer, line["messages"], tools=line.get("tools"), limit=limit)

    return _read(path, row_of, lambda row: [row], limit, send, param)


def read_pairs(path: Path, tokenizer: Any, limit: int, send: Send, param: str) -> list[EncodedPair]:
    """Returns the file's preference pairs as tokens, saying which were cut or left out.

    Only the last answer counts. Raises EngineError where nothing is left to learn.
    """

    def row_of(line: Any) -> EncodedPair:
        pair = pair_of(line)
        if isinstance(pair, str):
            raise EngineError(f"invalid_{param}", pair, param)
        asked = [_unlearned(message) for message in pair.messages]
        chosen, rejected = (
            encode(tokenizer, [*asked, {**answer, "weight": 1}], tools=pair.tools, limit=limit)
            for answer in (pair.preferred, pair.rejected)
        )
        return EncodedPair(chosen, rejected)

    return _read(path, row_of, lambda pair: [pair.chosen, pair.rejected], limit, send, param)


def _unlearned(message: Message) -> Message:
    return {**message, "weight": 0} if role_of(message) == "assistant" else message


def _read(
    path: Path,
    row_of: Callable[[Any], Row],
    sides: Callable[[Row], Sequence[Encoded]],
    limit: int,
    send: Send,
    param: str,
) -> list[Row]:
    rows: list[Row] = []
    said: dict[str, list[int]] = defaultdict(list)
    with path.open(encoding="utf-8-sig") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                row = row_of(json.loads(line))
            except TemplateRefusedError:
                said["left out: this model's chat template does not take it"].append(number)
                continue
            if all(side.learned for side in sides(row)):
                rows.append(row)
            else:
                said["left out: nothing in it is learned"].append(number)
            if any(side.cut for side in sides(row)):
                what = f"longer than the {limit:,} tokens this model reads: cut at the end"
                said[what].append(number)
    for what, numbers in said.items():
        _say(send, numbers, what)
    if not rows:
        raise EngineError(
            "no_examples",
            "No example is left to learn from. Check the roles and weights of the examples.",
            param,
        )
    return rows


def _say(send: Send, numbers: list[int], what: str) -> None:
    shown = ", ".join(map(str, numbers[:_NAMED])) + (", …" if len(numbers) > _NAMED else "")
    lines = "line" if len(numbers) == 1 else f"{len(numbers)} lines"
    send("message", level="warn", message=f"{lines} {shown}: {what}")
