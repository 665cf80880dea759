"""Examples out: JSONL for training, CSV for spreadsheets, and back."""

import csv
import io
import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voicetune.examples.example import Example
from voicetune.examples.reading import map_columns, read_file
from voicetune.examples.writing import to_csv, to_jsonl


def example_of(question: str = "Why?", answer: str = "Because.", system: str = "") -> Example:
    messages = [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]
    if system:
        messages.insert(0, {"role": "system", "content": system})
    return Example(messages)


def back(data: bytes) -> list[Example]:
    table = read_file("voice.csv", data).table
    assert table is not None
    return map_columns(table, "question", "answer", "system", written_on="written_on").examples


def test_jsonl_is_one_line_an_example_with_every_script_kept():
    data = to_jsonl([example_of("🌱 春\nשלום"), example_of("e\u0301", "a\u2028b")])
    lines = data.decode().split("\n")
    assert len(lines) == 3
    assert lines[2] == ""
    assert "🌱 春\\nשלום" in lines[0]
    assert json.loads(lines[1])["messages"][0]["content"] == "e\u0301"


def test_only_included_examples_are_written_unless_told():
    examples = [example_of("in"), replace(example_of("out"), include=False)]
    assert b"out" not in to_jsonl(examples) + to_csv(examples)
    assert b"out" in to_jsonl(examples, everything=True)
    assert b"out" in to_csv(examples, everything=True)


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_numbers_that_json_does_not_know_are_never_written(number: float):
    with pytest.raises(ValueError, match="JSON"):
        to_jsonl([replace(example_of(), extra={"score": number})])


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "＝1", "'=1", "''-x"]
)
def test_a_text_never_starts_a_formula_in_a_spreadsheet(text: str):
    data = to_csv([example_of(text, text, text)])
    row = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))[1]
    assert row[:3] == [f"'{text}"] * 3
    assert back(data)[0].question == text


def test_an_apostrophe_in_someone_else_s_table_is_left_alone():
    table = read_file("v.csv", b"question,answer\n'-tis,'@home\n").table
    assert table is not None
    assert map_columns(table, "question", "answer").examples[0].answer == "'@home"


def test_a_whole_example_comes_back_from_csv():
    turns = Example(
        [
            {"role": "user", "content": "a"},
            {"role": "assistant", "content": "b", "weight": 0},
            {"role": "user", "content": "c"},
            {"role": "assistant", "content": "d"},
        ],
        split="validation",
        written_on=date(2024, 2, 29),
        extra={"tools": []},
    )
    simple = example_of("q", "a", "Be kind. 🌱")
    found = [replace(example, origin="") for example in back(to_csv([turns, simple]))]
    assert found == [turns, simple]


def test_a_row_changed_beside_its_conversation_is_refused_not_lost():
    turns = example_of("first", "last")
    turns.messages[1:1] = [
        {"role": "assistant", "content": "middle"},
        {"role": "user", "content": "more"},
    ]
    rows = list(csv.reader(io.StringIO(to_csv([turns]).decode("utf-8-sig"), newline="")))
    rows[1][1] = "changed"
    page = io.StringIO()
    csv.writer(page).writerows(rows)
    table = read_file("voice.csv", page.getvalue().encode()).table
    assert table is not None
    reading = map_columns(table, "question", "answer", "system")
    assert reading.examples == []
    assert "was changed" in reading.refusals[0].reason


TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\t\r\n"))


@settings(deadline=None)
@given(st.lists(st.tuples(TEXT, TEXT, TEXT), min_size=1, max_size=4))
def test_any_text_comes_back_from_csv(rows: list[tuple[str, str, str]]):
    examples = [example_of(*row) for row in rows if row[0].strip() or row[1].strip()]
    found = back(to_csv(examples)) if examples else []
    assert [e.messages for e in found] == [e.messages for e in examples]
