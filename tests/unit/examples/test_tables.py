"""CSV and TSV: found, read, guessed and mapped."""

from datetime import date

import pytest

from voicetune.examples.reading import Reading, Table, map_columns, read_file


def table_of(text: str, name: str = "posts.csv", codec: str = "utf-8") -> Table:
    reading = read_file(name, text.encode(codec))
    assert reading.kind == "table"
    assert reading.examples == []
    assert reading.table is not None
    return reading.table


def pairs_of(reading: Reading) -> list[tuple[str, str]]:
    return [(example.question, example.answer) for example in reading.examples]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-8"])
def test_cells_with_line_breaks_quotes_and_any_script_are_read(delimiter: str, codec: str):
    rows = [["Question", "Answer"], ["¿Qué? 🌱", 'He said ""hi""\n\n春'], ["שלום", "é"]]
    text = "\r\n".join(delimiter.join(f'"{cell}"' for cell in row) for row in rows)
    table = table_of(text, codec=codec)
    assert table.columns == ["Question", "Answer"]
    assert table.rows == [["¿Qué? 🌱", 'He said "hi"\n\n春'], ["שלום", "é"]]
    assert table.lines == [2, 5]


def test_a_table_is_told_without_its_name_by_even_rows_under_known_names():
    assert table_of("prompt,completion\na,b\nc,d\n", "data.txt").guess.answer == "completion"


def test_excel_s_separator_line_is_no_row():
    table = table_of("sep=;\nQuestion;Answer\na;b, c\n")
    assert (table.rows, table.lines) == ([["a", "b, c"]], [3])


def test_columns_are_guessed_by_name_then_by_length():
    guess = table_of("Date,Title,Post,System\n2024-01-02,a,b,s\n").guess
    assert (guess.question, guess.answer, guess.system) == ("Title", "Post", "System")
    assert guess.written_on == "Date"
    guess = table_of("id,foo,bar\n1,short one,a much longer text that is the answer\n").guess
    assert (guess.question, guess.answer) == ("foo", "bar")


def test_a_table_without_a_header_keeps_its_first_row():
    table = table_of("How do I start?,With one line.\nAnd then?,With another.\n")
    assert table.columns == ["Column 1", "Column 2"]
    assert len(table.rows) == 2


def test_columns_of_one_name_are_told_apart():
    assert table_of("text,text,\na,b,c\n").columns == ["text", "text (2)", "Column 3"]


def test_a_quote_that_never_closes_costs_only_its_row():
    reading = read_file("v.csv", b'question,answer\na,b\nc,"open\ne,f\ng,"h"i\nj,k\n')
    assert reading.table is not None
    assert pairs_of(map_columns(reading.table, "question", "answer")) == [
        ("a", "b"),
        ("e", "f"),
        ("j", "k"),
    ]
    assert [(r.line, r.code, r.text) for r in reading.refusals] == [
        (3, "row", 'c,"open'),
        (5, "row", 'g,"h"i'),
    ]


def test_rows_become_examples_with_their_line_and_day():
    table = table_of("q,a,s,when\nWhy?,So.,Be brief.,2024-05-06 10:00\nHow?,Thus.,,soon\n")
    reading = map_columns(table, "q", "a", "s", written_on="when")
    first, second = reading.examples
    assert (first.system, first.written_on) == ("Be brief.", date(2024, 5, 6))
    assert (second.system, second.written_on) == (None, None)
    assert (first.origin, reading.lines) == ("posts.csv line 2", [2, 3])
    assert reading.explanation == "2 examples from 2 rows."


def test_a_row_with_a_stray_comma_is_refused_with_all_its_text():
    reading = map_columns(table_of("q,a\nWhy?,Well, yes\nHow?,So\n"), "q", "a")
    assert pairs_of(reading) == [("How?", "So")]
    refusal = reading.refusals[0]
    assert (refusal.line, refusal.code, refusal.text) == (2, "row", "Q: Why?\nA: Well, yes")


def test_a_row_with_one_cell_missing_is_an_example_for_the_checks():
    reading = map_columns(table_of("q,a,x\nWhy?\n,Because.\n,,z\n"), "q", "a")
    assert pairs_of(reading) == [("Why?", ""), ("", "Because.")]
    assert [refusal.line for refusal in reading.refusals] == [4]
