"""One JSON record as an example, or refused with a reason; one mended line read again."""

from dataclasses import replace
from typing import Any

from voicetune.examples import dialects, pairs
from voicetune.examples.example import Example
from voicetune.examples.finding import Finding, Severity
from voicetune.examples.intake import Refusal
from voicetune.examples.records import Record, parse
from voicetune.examples.tables import iso_date, row_messages

_DATE_KEYS = ("written_on", "date", "created_at")
_SHAPE_REASONS = {
    "prompt-completion": "This is in the older prompt/completion format. It can be converted.",
    "sharegpt": "This is a conversation in another layout (ShareGPT, Gemini). It can be converted.",
    "instruction": "This is in the instruction/input/output format. It can be converted.",
    "rendered": (
        "This is a conversation written out as one text by a model's template. It can be converted."
    ),
    "preference": (
        "This is a preference pair: a preferred and a rejected answer. The preferred one can be "
        "kept as an example."
    ),
}


def read_line(text: str, line: int) -> Example | Refusal:
    """Reads one mended line: JSON, or a pair written as Q: … and A: … on lines of their own."""
    if not text.lstrip().startswith(("{", "[")) and pairs.is_labelled(text):
        found = pairs.labelled_pairs(text)
        if len(found) != 1:
            return Refusal(line, "pair", "Write one question (Q:) and one answer (A:).", text)
        pair = found[0]
        if pair.problem:
            return Refusal(line, "pair", pair.problem, text)
        messages = row_messages(pair.question, pair.answer, pair.system)
        return Example(messages, origin=f"line {line}")
    return example_of(replace(parse(text), line=line, text=text), f"line {line}")


def example_of(record: Record, origin: str) -> Example | Refusal:
    """Returns a record as an example if it is an object with a list of messages."""
    value = record.value
    if record.problem:
        return Refusal(record.line, "not-json", record.problem, record.text)
    if not isinstance(value, dict):
        return Refusal(record.line, "not-object", dialects.what_else(value), record.text)
    if not isinstance(value.get("messages"), list):
        reason = _SHAPE_REASONS.get(dialects.shape_of(value)) or dialects.what_else(value)
        return Refusal(record.line, "no-messages", reason, record.text)
    extra = {key: item for key, item in value.items() if key != "messages"}
    return Example(value["messages"], origin=origin, extra=extra, written_on=_day_of(value))


def repeated_names(record: Record, position: int) -> list[Finding]:
    """Returns the finding about names that stand twice in the example at `position`, if any."""
    if not record.repeated:
        return []
    names = ", ".join(f'"{name}"' for name in sorted(set(record.repeated)))
    message = (
        f"{names} stands more than once in the same brackets. Only the last one counts; if it is "
        "not the one you want, put the text right here."
    )
    return [Finding("duplicate-key", Severity.WARNING, message, (position,))]


def _day_of(value: dict[str, Any]) -> Any:
    return next((day for key in _DATE_KEYS if (day := iso_date(value.get(key)))), None)
