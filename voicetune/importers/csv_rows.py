"""Rows of the CSV files in archives, streamed; a row that is broken costs only itself."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from voicetune.examples.intake import Refusal

_LONGEST_LINE = 8 * 2**20
_LONGEST_CELL = 10_000_000
_LONGEST_GROUP = 16 * 2**20
_DATED = re.compile(
    r'"?\d{4}-\d\d-\d\d[ T]\d\d:\d\d[^,;\t"]{0,12}"?[,;\t]"?(?:https?:|urn|[,;\t]|$)'
)
_DATE_CELL = re.compile(r"\s*\d{4}-\d\d-\d\d[ T]")


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number as a spreadsheet shows it, its cells by the header in small letters.

    `cells` are all cells as they stand, for a row that is wider than the header.
    """

    number: int
    named: dict[str, str]
    cells: list[str]


def text_lines(stream: BinaryIO) -> Iterator[str]:
    """Yields lines with their ends; UTF-16 by its mark, UTF-8, and Windows-1252 where it is not."""
    start = stream.readline(_LONGEST_LINE)
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        whole = io.BytesIO(start + stream.read())
        yield from io.TextIOWrapper(whole, encoding="utf-16", errors="replace", newline="")
        return
    line = start.removeprefix(b"\xef\xbb\xbf")
    while line:
        yield decoded(line)
        line = stream.readline(_LONGEST_LINE)


def decoded(data: bytes) -> str:
    """Returns bytes as text: UTF-8, or else Windows-1252, or else UTF-8 with its faults marked."""
    for codec in ("utf-8", "cp1252"):
        try:
            return data.decode(codec)
        except UnicodeDecodeError:
            continue
    return data.decode("utf-8", errors="replace")


def in_any_encoding(data: bytes) -> str:
    """Returns the start of a file as text: UTF-16 by its mark, or what `decoded` makes of it."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    return decoded(data.removeprefix(b"\xef\xbb\xbf"))


def rows(
    stream: BinaryIO, columns: tuple[str, ...], *, backslash: bool = False
) -> Iterator[Row | Refusal]:
    """Yields the rows under a file's header, or under `columns` where it has none.

    Where the first column is a date, a new row begins at each line that starts with one and a
    link, so that a quote which never closes spoils no further row. With `backslash`, quotes inside
    a cell may be written \\" instead of "".
    """
    csv.field_size_limit(_LONGEST_CELL)
    lines = _without_preface(text_lines(stream), columns)
    first = next(lines, "")
    if not first.strip():
        return
    delimiter = max(",;\t", key=first.count)
    header = _cells(first, delimiter) or [first]
    names = [" ".join(name.lower().split()) for name in header]
    groups = _groups(lines)
    number = 1
    if _DATE_CELL.match(names[0]):
        names = list(columns)
        groups = _groups(_chained(first, lines))
        number = 0
    width = len(names)
    for group in groups:
        for cells in _rows_of(group, delimiter, width, backslash):
            number += 1
            if cells is None:
                reason = "This row cannot be read as CSV: a cell in it is too long."
                yield Refusal(number, "row", reason, group[:_LONGEST_CELL])
            elif any(cell.strip() for cell in cells):
                filled = [*cells, *[""] * (width - len(cells))]
                yield Row(number, dict(zip(names, filled, strict=False)), cells)


def _without_preface(lines: Iterator[str], columns: tuple[str, ...]) -> Iterator[str]:
    """Skips blank lines and notes before the header, where a header follows soon."""
    waiting: list[str] = []
    for line in lines:
        waiting.append(line)
        cells = line.lower().replace('"', "")
        if cells.startswith(columns[0]) or _DATE_CELL.match(cells) or len(waiting) > 5:
            break
    start = next((at for at, line in enumerate(waiting) if _begins(line, columns)), 0)
    yield from (line for line in waiting[start:] if line.strip() or start)
    yield from lines


def _begins(line: str, columns: tuple[str, ...]) -> bool:
    return line.lower().lstrip('" ').startswith(columns[0])


def _chained(first: str, lines: Iterator[str]) -> Iterator[str]:
    yield first
    yield from lines


def _groups(lines: Iterator[str]) -> Iterator[str]:
    """Yields the text of one row, or of several where they do not begin with a date and a link."""
    group: list[str] = []
    size = 0
    for line in lines:
        if group and (_DATED.match(line) or size > _LONGEST_GROUP):
            yield "".join(group)
            group, size = [], 0
        group.append(line)
        size += len(line)
    if group:
        yield "".join(group)


def _rows_of(text: str, delimiter: str, width: int, backslash: bool) -> Iterator[list[str] | None]:
    if backslash and '\\"' in text:
        strict = _cells(text, delimiter)
        if strict is None or len(strict) != width:
            yield from _read(text, delimiter, escape="\\")
            return
    yield from _read(text, delimiter)


def _cells(text: str, delimiter: str) -> list[str] | None:
    """The cells of one faultless row, or None."""
    try:
        found = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        return None
    return found[0] if len(found) == 1 else None


def _read(text: str, delimiter: str, escape: str | None = None) -> Iterator[list[str] | None]:
    """Yields rows as forgivingly as the csv module can; None for one that it cannot read."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, escapechar=escape)
    while True:
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield None
