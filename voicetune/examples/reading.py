"""Files and pasted text in, examples out: every piece comes in, or is refused with a reason.

JSON objects with a list of messages are examples even where a message is wrong: the checks point
at what is wrong. Refused are only pieces that are no example at all, with these codes: not-json,
not-object, no-messages, row (of a table) and pair (of pasted text).
"""

import json
import re
from collections import Counter
from dataclasses import replace
from pathlib import PurePath

from voicetune.examples import dialects, pairs, tables
from voicetune.examples.conversion import (
    CONVERTIBLE,
    convert,
    convert_instruction,
    convert_preference,
    convert_prompt_completion,
    convert_sharegpt,
)
from voicetune.examples.decoding import Decoded, advice_for, decode, name_of_binary
from voicetune.examples.diagnosis import MARKER, suggest_repair
from voicetune.examples.example import Example
from voicetune.examples.finding import Finding, Severity
from voicetune.examples.intake import Guess, Reading, Refusal, Table, counted, listed
from voicetune.examples.lines import example_of, read_line, repeated_names
from voicetune.examples.mapping import map_columns
from voicetune.examples.records import Record, scan

__all__ = [
    "CONVERTIBLE",
    "Guess",
    "Reading",
    "Refusal",
    "Table",
    "convert",
    "convert_instruction",
    "convert_preference",
    "convert_prompt_completion",
    "convert_sharegpt",
    "map_columns",
    "read_file",
    "read_line",
    "read_pairs",
    "suggest_repair",
]

_JSON_NAMES = (".jsonl", ".json", ".ndjson")
_TABLE_NAMES = (".csv", ".tsv", ".tab")
_JSON_START = re.compile(r"\s*(?:\[\s*)*(?:\{\s*[\"“”„'}]|\{\s*\w+\s*:|\[\s*\])")
_JSON_LINE = re.compile(r"^[ \t]*\{", re.MULTILINE)
_MARKUP = re.compile(r"\s*<(?:!doctype html|html|\?xml|head|body)\b", re.IGNORECASE)
_PLAIN = "Paste it as question and answer pairs, or drop a JSONL, CSV or TSV file."
_SHAPES = {
    "prompt-completion": (
        "This is the older prompt/completion format{}. Convert it to chat examples?"
    ),
    "sharegpt": (
        "These are conversations in another layout, such as ShareGPT's or Gemini's{}. Convert them "
        "to chat examples?"
    ),
    "rendered": (
        "These are conversations written out as one text by a model's template{}. Convert them to "
        "chat examples?"
    ),
    "instruction": "This is the instruction/input/output format{}. Convert it to chat examples?",
    "preference": (
        "This is a preference file{}: each line has a preferred and a rejected answer, which is "
        "another kind of training. Keep the preferred answers as examples? The rejected ones stay "
        "beside them."
    ),
}


def read_file(name: str, data: bytes) -> Reading:
    """Reads a dropped file: JSONL, a JSON array, CSV, TSV or labelled text; never raises.

    A file that is something else is named in `explanation`. A table comes back as `table`, without
    examples, for `map_columns`.
    """
    if not data.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0"):
        return _unknown("The file is empty.")
    binary = name_of_binary(data)
    if binary:
        return _unknown(f"This is {binary}. {advice_for(binary)}")
    decoded = decode(data)
    text = decoded.text.lstrip("\ufeff")
    suffix = PurePath(name).suffix.lower()
    named_json = suffix in _JSON_NAMES
    json_lines = len(_JSON_LINE.findall(text))
    if (
        _JSON_START.match(text)
        or (json_lines and named_json)
        or json_lines * 2 > text.count("\n") + 1
    ):
        return _read_records(text, decoded, name)
    if _MARKUP.match(text):
        advice = "Copy its words and paste them as question and answer pairs."
        return _unknown(f"This is a web page or other markup. {advice}", decoded)
    if suffix not in _TABLE_NAMES and pairs.is_labelled(text):
        return _with_pairs(pairs.labelled_pairs(text), name, "its labels (Q:, A:)", decoded)
    sheet = tables.read_sheet(text, certain=suffix in _TABLE_NAMES)
    if sheet:
        return _with_table(sheet, decoded, name)
    if named_json:
        return _read_records(text, decoded, name)
    return _unknown(f"This is plain text. {_PLAIN}", decoded)


def read_pairs(text: str) -> Reading:
    """Reads pasted question and answer pairs.

    JSON is read as a file. Else labels (Q: and A:, Question: and Answer:, User: and Assistant:, and
    their like in other languages) come first; then cells copied from a spreadsheet (question, tab,
    answer); then what `pairs.paragraph_pairs` describes. `explanation` says which it was.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip("\ufeff")
    decoded = Decoded(text, "utf-8")
    if not text.strip():
        return _unknown("There is no text here yet.")
    if _JSON_START.match(text):
        return _read_records(text, decoded, "pasted")
    if pairs.is_labelled(text):
        return _with_pairs(pairs.labelled_pairs(text), "pasted", "its labels (Q:, A:)", decoded)
    sheet = tables.read_sheet(text, certain=True) if "\t" in text else None
    if (
        sheet
        and sheet.delimiter == "\t"
        and sum(len(r) > 1 for r in sheet.rows) * 2 > len(sheet.rows)
    ):
        table = tables.as_table(sheet, "pasted")
        guess = table.guess
        if guess.question and guess.answer:
            mapped = map_columns(table, guess.question, guess.answer, guess.system)
            refusals = [*sheet.refusals, *mapped.refusals]
            return replace(mapped, kind="pairs", refusals=_in_order(refusals))
    found, how = pairs.paragraph_pairs(text)
    return _with_pairs(found, "pasted", how, decoded)


def _read_records(text: str, decoded: Decoded, name: str) -> Reading:
    examples: list[Example] = []
    lines: list[int] = []
    refusals: list[Refusal] = []
    findings = _encoding_findings(decoded)
    shapes: Counter[str] = Counter()
    broken = set(decoded.broken)
    last_line = 0
    for number, record in enumerate(_unwrapped(list(scan(text))), start=1):
        place = f"item {number}" if record.line == last_line else f"line {record.line}"
        last_line = record.line
        if record.line in broken and not record.problem:
            record = replace(record, problem="Some letters are broken; � stands for each.")
        if not record.problem:
            shapes[dialects.shape_of(record.value)] += 1
        made = example_of(record, f"{PurePath(name).name} {place}")
        if isinstance(made, Refusal):
            refusals.append(made)
            continue
        findings += repeated_names(record, len(examples))
        examples.append(made)
        lines.append(record.line)
    kind = _kind(shapes)
    explanation = _explain(kind, shapes, examples, refusals, decoded)
    return Reading(kind, examples, lines, refusals, findings, decoded.encoding, explanation)


def _unwrapped(records: list[Record]) -> list[Record]:
    """Returns the items of {"data": [ … ]} where that is all there is in the file."""
    only = records[0].value if len(records) == 1 else None
    if not isinstance(only, dict) or dialects.shape_of(only) != "unknown":
        return records
    lists = [item for item in only.values() if isinstance(item, list) and item]
    if len(lists) != 1 or not all(dialects.shape_of(item) != "unknown" for item in lists[0]):
        return records
    return [
        Record(records[0].line, json.dumps(item, ensure_ascii=False), item) for item in lists[0]
    ]


def _kind(shapes: Counter[str]) -> str:
    known = {shape: shapes[shape] for shape in dialects.SHAPES if shapes[shape]}
    return max(known, key=lambda shape: known[shape]) if known else "unknown"


def _explain(
    kind: str,
    shapes: Counter[str],
    examples: list[Example],
    refusals: list[Refusal],
    decoded: Decoded,
) -> str:
    sentences: list[str] = []
    if kind in _SHAPES:
        sentences.append(_SHAPES[kind].format(f" ({counted(shapes[kind], 'line')})"))
    elif kind == "unknown" and not sum(shapes.values()):
        sentences.append("Nothing in this file could be read as JSON.")
    elif kind == "unknown":
        sentences.append(f"This is JSON, but not training examples. {refusals[0].reason}")
    if examples or kind == "chat":
        sentences.append(f"{counted(len(examples), 'example')} in the chat format.")
    others = [shape for shape in _SHAPES if shape != kind and shapes[shape]]
    sentences += [_SHAPES[shape].format(f" ({counted(shapes[shape], 'line')})") for shape in others]
    left = [r for r in refusals if kind == "chat" or r.code != "no-messages"]
    if left and kind != "unknown":
        listing = "it is" if len(left) == 1 else "they are"
        sentences.append(
            f"{counted(len(left), 'line')} did not come in: {listing} listed below with the reason."
        )
    curly = [r.line for r in refusals if "curly quotes" in r.reason]
    if curly:
        sentences.append(f"There are curly quotes from a word processor in {listed(curly)}.")
    marks = [r.line for r in refusals if MARKER.match(r.text)]
    if marks:
        sentences.append(
            f"git left its marks of clashing versions in {listed(marks)}: both versions came in."
        )
    return " ".join(sentences)


def _with_table(sheet: tables.Sheet, decoded: Decoded, name: str) -> Reading:
    table = tables.as_table(sheet, PurePath(name).name)
    explanation = (
        f"This is a table with {counted(len(table.columns), 'column')} and "
        f"{counted(len(table.rows), 'row')}. Say which column has the questions and which the "
        "answers."
    )
    if sheet.refusals:
        explanation += f" {counted(len(sheet.refusals), 'row')} could not be read."
    findings = _encoding_findings(decoded)
    return Reading("table", [], [], sheet.refusals, findings, decoded.encoding, explanation, table)


def _with_pairs(found: list[pairs.Pair], name: str, how: str, decoded: Decoded) -> Reading:
    good = [pair for pair in found if not pair.problem]
    examples = [
        Example(
            tables.row_messages(pair.question, pair.answer, pair.system),
            origin="pasted" if name == "pasted" else f"{PurePath(name).name} line {pair.line}",
        )
        for pair in good
    ]
    refusals = [Refusal(p.line, "pair", p.problem, p.text) for p in found if p.problem]
    explanation = f"{counted(len(good), 'pair')} of question and answer, told apart by {how}."
    if refusals:
        explanation += f" {counted(len(refusals), 'piece')} did not come in."
    findings = _encoding_findings(decoded)
    lines = [pair.line for pair in good]
    return Reading("pairs", examples, lines, refusals, findings, decoded.encoding, explanation)


def _in_order(refusals: list[Refusal]) -> list[Refusal]:
    return sorted(refusals, key=lambda refusal: refusal.line)


def _encoding_findings(decoded: Decoded) -> list[Finding]:
    if decoded.encoding == "cp1252":
        message = (
            "This file is not UTF-8. It was read as Windows-1252, the older Windows encoding: look "
            "at a letter with an accent before you go on."
        )
    elif decoded.guessed:
        message = (
            f"Not all of this file is UTF-8: {listed(list(decoded.guessed))} was read as "
            "Windows-1252. Look at the letters with accents there."
        )
    elif decoded.broken:
        message = f"There are broken letters in {listed(list(decoded.broken))}, shown as �."
    else:
        return []
    return [Finding("encoding", Severity.WARNING, message)]


def _unknown(explanation: str, decoded: Decoded | None = None) -> Reading:
    encoding = decoded.encoding if decoded else ""
    return Reading("unknown", [], [], [], [], encoding, explanation)
