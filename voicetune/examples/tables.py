"""Tables (CSV, TSV, cells copied from a spreadsheet): found, read, and mapped to examples."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from voicetune.examples.example import Message
from voicetune.examples.intake import Guess, Refusal, Table

CSV_COLUMNS = ("question", "answer", "system", "split", "written_on", "messages")
"""The columns that `to_csv` writes."""

_DELIMITERS = ("\t", ",", ";", "|")
_LONGEST_CELL = 10_000_000
_SAMPLE_ROWS = 200
_NAMES: dict[str, tuple[str, ...]] = {
    "question": ("question", "prompt", "user", "input", "instruction", "query", "request", "q",
                 "topic", "title", "subject"),
    "answer": ("answer", "completion", "response", "assistant", "output", "reply", "a", "post",
               "sharecommentary", "text", "content", "body", "message"),
    "system": ("system", "system message", "system prompt", "persona"),
    "written_on": ("written_on", "written on", "date", "published", "posted", "created",
                   "created_at", "posting time", "timestamp"),
}  # fmt: skip
_TWO_QUOTES = (
    'Write two quotes ("") for one inside a cell, or write the example here as Q: … and, on the '
    "next line, A: …"
)
_FAULTS = (
    ("unexpected end", f"A quote opens a cell here and never closes. {_TWO_QUOTES}"),
    ("expected after", f"A quoted cell goes on after its closing quote. {_TWO_QUOTES}"),
    ("", "This row cannot be read. Write it here as Q: … and, on the next line, A: …"),
)
_GUARDED = re.compile(r"'+\s*[=+\-@＝＋－＠\t\r\n]|'[\t\r\n]")


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows with the line each starts on, and the rows whose quotes do not close."""

    rows: list[list[str]]
    lines: list[int]
    refusals: list[Refusal]
    delimiter: str


def read_sheet(text: str, *, certain: bool) -> Sheet | None:
    """Returns `text` as rows of cells, or None where it is no table.

    With `certain` (the file's name says so, or cells were copied from a spreadsheet) any text with
    a delimiter is one; without it, every row must have the same number of cells, at least two, and
    commas count only below a header that names a known column, since prose has commas too.
    """
    text = text.lstrip("\ufeff")
    told = re.match(r"sep=([^\w\s\"']|\t)(?:\r\n|\r|\n)", text)
    delimiters = (told.group(1),) if told else _DELIMITERS
    delimiter = ""
    evenness = 0.0
    for candidate in delimiters:
        sample = [row for row, _, _ in _rows(text, candidate, _SAMPLE_ROWS) if any(row)]
        sample = sample[1:] if told else sample
        widths = [len(row) for row in sample]
        usual = max(set(widths), key=widths.count, default=0)
        if usual < 2 or not (certain or _is_surely_a_table(sample, widths, candidate)):
            continue
        if widths.count(usual) / len(widths) > evenness:
            delimiter, evenness = candidate, widths.count(usual) / len(widths)
    if not delimiter:
        return None
    rows: list[list[str]] = []
    lines: list[int] = []
    refusals: list[Refusal] = []
    for row, line, problem in _rows(text, delimiter):
        if told and line == 1:
            continue
        if problem:
            refusals.append(Refusal(line, "row", problem, delimiter.join(row)))
        elif any(cell.strip() for cell in row):
            rows.append(row)
            lines.append(line)
    return Sheet(rows, lines, refusals, delimiter) if rows else None


def _is_surely_a_table(sample: list[list[str]], widths: list[int], delimiter: str) -> bool:
    named = delimiter != "," or any(_meaning(cell) for cell in sample[0])
    return named and len(widths) > 1 and len(set(widths)) == 1


def _rows(
    text: str, delimiter: str, most: int | None = None
) -> Iterator[tuple[list[str], int, str | None]]:
    """Yields (cells, line, None), or ([the line], line, reason) where a row's quotes are wrong."""
    csv.field_size_limit(_LONGEST_CELL)
    lines = io.StringIO(text, newline="").readlines()
    start = 0
    yielded = 0
    while start < len(lines):
        # a generator: a slice would copy all the lines again at every bad row
        reader = csv.reader(
            (lines[at] for at in range(start, len(lines))), delimiter=delimiter, strict=True
        )
        row_start = start
        try:
            for row in reader:
                yield row, row_start + 1, None
                row_start = start + reader.line_num
                yielded += 1
                if most is not None and yielded >= most:
                    return
            return
        except csv.Error as error:
            reason = next((why for sign, why in _FAULTS if sign in str(error)), _FAULTS[-1][1])
            yield [lines[row_start].rstrip("\r\n")], row_start + 1, reason
            start = row_start + 1


def as_table(sheet: Sheet, name: str) -> Table:
    """Returns a sheet with its header told from its rows, and a guess of what each column holds."""
    first = sheet.rows[0]
    headed = _is_header(first, len(sheet.rows))
    width = len(first) if headed else max(len(row) for row in sheet.rows)
    names = first if headed else [""] * width
    columns: list[str] = []
    for place, label in enumerate(names, start=1):
        column = " ".join(label.split()) or f"Column {place}"
        columns.append(column if column not in columns else f"{column} ({place})")
    rows = sheet.rows[headed:]
    return Table(
        columns,
        rows,
        sheet.lines[headed:],
        guess_columns(columns, rows),
        name,
        guarded=set(CSV_COLUMNS) <= set(columns),
        delimiter=sheet.delimiter,
    )


def _is_header(row: list[str], rows: int) -> bool:
    if any(_meaning(cell) for cell in row):
        return True
    plain = [cell.strip() for cell in row]
    short = all(cell and len(cell) <= 40 and "\n" not in cell for cell in plain)
    return (
        rows > 1 and short and not any(cell.endswith(("?", ".", "!", "？", "。")) for cell in plain)
    )


def _meaning(label: str) -> str | None:
    name = " ".join(label.lower().split())
    return next((meaning for meaning, names in _NAMES.items() if name in names), None)


def guess_columns(columns: list[str], rows: list[list[str]]) -> Guess:
    """Guesses the columns by their names, then by how long their texts are."""
    found: dict[str, str] = {}
    known = {" ".join(column.lower().split()): column for column in reversed(columns)}
    for meaning, names in _NAMES.items():
        name = next((name for name in names if name in known), None)
        if name is not None:
            found[meaning] = known[name]
    length = {
        column: sum(len(row[place]) for row in rows[:_SAMPLE_ROWS] if place < len(row))
        for place, column in enumerate(columns)
    }
    free = [column for column in columns if column not in found.values() and length[column]]
    if "answer" not in found and free:
        found["answer"] = max(free, key=lambda column: length[column])
        free.remove(found["answer"])
    if "question" not in found and free:
        before = [c for c in free if columns.index(c) < columns.index(found.get("answer", c))]
        found["question"] = (before or free)[-1 if before else 0]
    return Guess(**found)


def unguarded(cell: str) -> str:
    """Returns a cell without the apostrophe that `to_csv` puts before a leading = + - or @."""
    return cell[1:] if _GUARDED.match(cell) else cell


def row_messages(question: str, answer: str, system: str) -> list[Message]:
    """Returns one row as messages; a system message only where there is text for one."""
    start = [{"role": "system", "content": system}] if system.strip() else []
    return [
        *start,
        {"role": "user", "content": question},
        {"role": "assistant", "content": answer},
    ]


def iso_date(text: object) -> date | None:
    """Returns the day that a text such as 2024-03-01 or 2024-03-01T10:00:00Z begins with."""
    if not isinstance(text, str) or not re.match(r"\s*\d{4}-\d\d-\d\d(?!\d)", text):
        return None
    try:
        return date.fromisoformat(text.strip()[:10])
    except ValueError:
        return None
