"""Refused lines in another known format, converted into chat examples."""

import re
from dataclasses import replace
from typing import Any

from voicetune.examples import dialects
from voicetune.examples.example import REJECTED, Example
from voicetune.examples.intake import Reading, Refusal, counted
from voicetune.examples.lines import repeated_names
from voicetune.examples.records import Record, parse

CONVERTIBLE: dict[str, str] = {
    "prompt-completion": "Convert to chat examples",
    "sharegpt": "Convert to chat examples",
    "instruction": "Convert to chat examples",
    "preference": "Keep the preferred answers as examples",
    "rendered": "Convert to chat examples",
}
"""The kinds that `convert` knows, with the label of the button that offers it."""

_PROMPT_END = re.compile(r"\s*(?:#{2,}|-+>|=+>)\s*$")
_COMPLETION_END = re.compile(r"\s*(?:#{2,}|\bEND|<\|endoftext\|>)\s*$")


def convert_prompt_completion(reading: Reading) -> Reading:
    """Converts the older prompt/completion lines that `reading` refused.

    Marks that all prompts (###, ->) or all completions (###, END) end with are taken off, and the
    blank that each completion began with: in chat the roles do their work.
    """
    return _convert(reading, {"prompt-completion"})


def convert_sharegpt(reading: Reading) -> Reading:
    """Converts the ShareGPT conversations that `reading` refused."""
    return _convert(reading, {"sharegpt"})


def convert_instruction(reading: Reading) -> Reading:
    """Converts the instruction/input/output lines that `reading` refused."""
    return _convert(reading, {"instruction"})


def convert_preference(reading: Reading) -> Reading:
    """Makes examples of the preferred answers among what `reading` refused.

    The rejected ones are kept in them, for training on preferences.
    """
    return _convert(reading, {"preference"})


def convert(reading: Reading) -> Reading:
    """Converts every refused line that is in one of the CONVERTIBLE kinds."""
    return _convert(reading, set(CONVERTIBLE))


def _convert(reading: Reading, shapes: set[str]) -> Reading:
    """Returns `reading` with lines of these shapes as examples, after the ones it already has."""
    waiting: list[tuple[Refusal, Record]] = []
    refusals: list[Refusal] = []
    for refusal in reading.refusals:
        record = parse(refusal.text) if refusal.code == "no-messages" else None
        if record is not None and dialects.shape_of(record.value) in shapes:
            waiting.append((refusal, record))
        else:
            refusals.append(refusal)
    marks = _Marks([record.value for _, record in waiting])
    examples, lines, findings = [*reading.examples], [*reading.lines], [*reading.findings]
    pairs = 0
    for refusal, record in waiting:
        bad = dialects.is_rejected(record.value)
        messages = None if bad else dialects.to_messages(marks.taken_off(record.value))
        if messages is None:
            why = _JUDGED_BAD if bad else _PARTS_MISSING
            refusals.append(replace(refusal, reason=f"{refusal.reason} {why}"))
            continue
        tools = record.value.get("tools")
        extra = {"tools": tools} if isinstance(tools, list) and tools else {}
        if rejected := dialects.rejected_of(record.value):
            extra[REJECTED] = rejected
            pairs += 1
        findings += repeated_names(record, len(examples))
        examples.append(
            Example(
                messages,
                origin=f"line {refusal.line}, converted",
                extra=extra,
            )
        )
        lines.append(refusal.line)
    made = len(examples) - len(reading.examples)
    kept = f" {counted(pairs, 'rejected answer')} kept beside the preferred." if pairs else ""
    left = f" {counted(len(refusals), 'line')} did not come in." if refusals else ""
    return replace(
        reading,
        kind="chat" if examples else reading.kind,
        examples=examples,
        lines=lines,
        refusals=sorted(refusals, key=lambda refusal: refusal.line),
        findings=findings,
        explanation=f"{counted(made, 'line')} converted to chat examples.{kept}{left}",
    )


_JUDGED_BAD = "This one was judged bad, though, and is not an example to learn from."
_PARTS_MISSING = "Here, though, a part of it is missing or is no text."


class _Marks:
    """The ends that the older format puts on prompts and completions, when all of them have one."""

    def __init__(self, values: list[Any]) -> None:
        pairs = [pair for value in values if (pair := dialects.text_pair(value))]
        self.prompts = bool(pairs) and all(_PROMPT_END.search(prompt) for prompt, _ in pairs)
        self.completions = bool(pairs) and all(_COMPLETION_END.search(end) for _, end in pairs)

    def taken_off(self, value: dict[str, Any]) -> dict[str, Any]:
        """Returns a prompt/completion record without them; any other record as it is."""
        pair = dialects.text_pair(value)
        if not pair:
            return value
        prompt, completion = pair
        if self.prompts:
            prompt = _PROMPT_END.sub("", prompt)
        if self.completions:
            completion = _COMPLETION_END.sub("", completion)
        system = {key: item for key, item in value.items() if key.lower().startswith("system")}
        return {**system, "prompt": prompt.strip(), "completion": completion.strip()}
