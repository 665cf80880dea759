"""Reading under any input: it never raises, and what it lets in can be written again."""

import json
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from voicetune.examples.diagnosis import suggest_repair
from voicetune.examples.example import Example
from voicetune.examples.reading import (
    convert,
    map_columns,
    read_file,
    read_line,
    read_pairs,
)
from voicetune.examples.writing import to_csv, to_jsonl

GOOD = '{"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}'
NAMES = st.sampled_from(["v.jsonl", "v.json", "v.csv", "v.tsv", "v.txt", "v", ""])
PIECES = st.sampled_from(
    [GOOD, "{", "}", "[", "]", ",", '"', "“", "\\", "\\ud800", "\n", "\r\n", "\t", " ", ":", "Q: ",
     "A: ", "messages", "<<<<<<<", "NaN", "1e999", "\0", "\ufeff", "sep=", "🌱", ";", "|",
     "---\n", "null"]
)  # fmt: skip
SOUP = st.lists(PIECES, max_size=30).map("".join)
KEYS = [
    *["messages", "role", "content", "prompt", "completion", "chosen", "rejected", "date"],
    *["conversations", "from", "value", "instruction", "output", "input", "history"],
]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(KEYS),
            inner,
            max_size=3,
        )
    ),
    max_leaves=12,
)


def read_everything(name: str, data: bytes) -> None:
    reading = read_file(name, data)
    assert len(reading.examples) == len(reading.lines)
    assert all(0 <= row < len(reading.examples) for f in reading.findings for row in f.rows)
    assert reading.explanation
    converted = convert(reading)
    to_jsonl(converted.examples)
    to_csv(converted.examples)
    for refusal in reading.refusals:
        assert refusal.reason
        read_line(refusal.text, refusal.line)
        suggest_repair(refusal.text)
    if reading.table:
        columns = reading.table.columns
        to_jsonl(map_columns(reading.table, columns[0], columns[-1]).examples)


@settings(deadline=None)
@given(NAMES, st.binary(max_size=300))
@example("v.jsonl", b"\xff\xfe\x00\xd8")
@example("v.jsonl", b"\xff\xfe\x00\x00\xff")
def test_any_bytes_are_read_without_an_error(name: str, data: bytes):
    read_everything(name, data)


@settings(deadline=None)
@given(NAMES, SOUP)
def test_any_mix_of_json_tables_and_labels_is_read_without_an_error(name: str, text: str):
    read_everything(name, text.encode("utf-8", errors="replace"))
    read_pairs(text)


@settings(deadline=None)
@given(st.lists(JSON, min_size=1, max_size=4))
def test_any_json_is_read_without_an_error(values: list[Any]):
    lines = "\n".join(json.dumps(value) for value in values)
    read_everything("v.jsonl", lines.encode())
    read_everything("v.json", json.dumps(values, indent=1).encode())


@settings(deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])), st.text(alphabet='ab {}[]",'))
def test_good_lines_always_come_in_whatever_stands_between(words: str, junk: str):
    good = json.dumps({"messages": [{"role": "user", "content": words}]}, ensure_ascii=False)
    junk = junk.replace("{", "").replace("[", "")
    reading = read_file("v.jsonl", f"{good}\n{junk}\n{good}\n".encode())
    assert [found.messages[0]["content"] for found in reading.examples] == [words, words]


@settings(deadline=None)
@given(st.lists(st.tuples(st.text(), st.text(min_size=1)), min_size=1, max_size=5))
def test_what_is_written_as_jsonl_is_read_back_the_same(pairs: list[tuple[str, str]]):
    examples = [
        Example([{"role": "user", "content": q}, {"role": "assistant", "content": a}])
        for q, a in pairs
    ]
    back = read_file("v.jsonl", to_jsonl(examples)).examples
    assert [found.messages for found in back] == [made.messages for made in examples]
