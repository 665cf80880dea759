"""Tables of posts: Excel workbooks, and any table whose columns a person has named."""

import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from voicetune.examples.intake import Refusal, Table
from voicetune.examples.tables import Sheet, as_table
from voicetune.importers.archive import Archive, Member, MemberError
from voicetune.importers.candidate import Candidate
from voicetune.importers.dates import utc
from voicetune.importers.making import make
from voicetune.importers.xml_events import XmlError, events

_WORKBOOK = "xl/workbook.xml"
_LINKS = "xl/_rels/workbook.xml.rels"
_STRINGS = "xl/sharedStrings.xml"
_MOST_COLUMNS = 200
_MOST_ROWS = 1_048_576
_LARGEST = 2**28
_LETTERS = re.compile(r"[A-Z]{1,3}")
_SERIAL = re.compile(r"[1-9]\d{4}(?:\.\d+)?")
_DAY_ZERO = datetime(1899, 12, 30, tzinfo=UTC)
_QUESTIONS = frozenset(
    {"question", "prompt", "user", "instruction", "query", "request", "q", "topic", "title"}
    | {"subject", "input"}
)


def is_archive(archive: Archive) -> bool:
    """Tells whether the archive is an Excel workbook."""
    return any(member.name == _WORKBOOK for member in archive.members)


def read(
    archive: Archive, *, refuse: frozenset[str] = frozenset()
) -> Iterator[Candidate | Refusal]:
    """Yields the rows of the first sheet with text, by its column names as far as they tell."""
    try:
        table = read_workbook(archive)
    except (MemberError, XmlError) as error:
        yield Refusal(1, "workbook", f"{archive.name}: {error}", "")
        return
    if table is None or table.guess.answer is None:
        reason = f"There is no column of texts in {archive.name or 'this workbook'}."
        yield Refusal(1, "workbook", reason, "")
        return
    yield from from_table(
        table,
        table.guess.answer,
        question=named_question(table),
        written_on=table.guess.written_on,
        refuse=refuse,
    )


def named_question(table: Table) -> str | None:
    """Returns the column that has the questions, where its name says so, or None."""
    guess = table.guess.question
    return guess if guess and " ".join(guess.lower().split()) in _QUESTIONS else None


def from_table(
    table: Table,
    text: str,
    *,
    question: str | None = None,
    written_on: str | None = None,
    refuse: frozenset[str] = frozenset(),
) -> Iterator[Candidate]:
    """Yields a candidate a row, given the columns that a person confirmed."""
    places = {column: place for place, column in enumerate(table.columns)}

    def cell(row: list[str], column: str | None) -> str:
        place = places.get(column or "", len(row))
        return row[place] if place < len(row) else ""

    for row, line in zip(table.rows, table.lines, strict=True):
        original = cell(row, text)
        yield make(
            original,
            where=f"{table.name}, row {line}",
            kind="table-row",
            refuse=refuse,
            written_on=_moment(cell(row, written_on)),
            question=cell(row, question).strip(),
            left_out=None if original.strip() else "no-text",
        )


def _moment(cell: str) -> datetime | None:
    """A date as text, or as the days since 1900 by which Excel keeps it."""
    try:
        days = float(cell)
    except ValueError:
        return utc(cell)
    return _DAY_ZERO + timedelta(days=days) if 1 <= days < 100_000 else utc(cell)


def read_workbook(archive: Archive) -> Table | None:
    """Returns the first sheet with rows, or None; MemberError or XmlError where it is broken."""
    members = {member.name: member for member in archive.members}
    strings = _strings(archive, members.get(_STRINGS))
    for target in _sheets(archive, members):
        rows: list[list[str]] = []
        lines: list[int] = []
        for number, row in _rows(archive, members[target], strings):
            if any(cell.strip() for cell in row) and len(rows) < _MOST_ROWS:
                rows.append(row)
                lines.append(number)
        if rows:
            return _dated(as_table(Sheet(rows, lines, [], ","), archive.name or "workbook"))
    return None


def _dated(table: Table) -> Table:
    """The table with the days that Excel counts from 1900 written out, in the column for them."""
    if table.guess.written_on is None:
        return table
    place = table.columns.index(table.guess.written_on)
    for row in table.rows:
        if place < len(row) and _SERIAL.fullmatch(row[place]) and (day := _moment(row[place])):
            row[place] = f"{day:%Y-%m-%d %H:%M}"
    return table


def _stream(archive: Archive, member: Member) -> io.BytesIO:
    return io.BytesIO(archive.read(member, _LARGEST))


def _strings(archive: Archive, member: Member | None) -> list[str]:
    found: list[str] = []
    if member is None:
        return found
    parts: list[str] = []
    inside = phonetic = False
    for event in events(_stream(archive, member)):
        if event.start == "si":
            parts = []
        elif event.start in ("t", "rPh"):
            inside, phonetic = event.start == "t", phonetic or event.start == "rPh"
        elif event.end == "rPh":
            phonetic = False
        elif event.end == "t":
            inside = False
        elif event.text and inside and not phonetic:
            parts.append(event.text)
        elif event.end == "si":
            found.append("".join(parts))
    return found


def _sheets(archive: Archive, members: dict[str, Member]) -> list[str]:
    """The members that hold the sheets, in the order of the workbook."""
    targets: dict[str, str] = {}
    if _LINKS in members:
        for event in events(_stream(archive, members[_LINKS])):
            if event.start == "Relationship":
                target = event.attributes.get("Target", "").lstrip("/")
                name = target if target.startswith("xl/") else f"xl/{target}"
                targets[event.attributes.get("Id", "")] = name
    order = [
        targets.get(event.attributes.get("id", ""), "")
        for event in events(_stream(archive, members[_WORKBOOK]))
        if event.start == "sheet"
    ]
    found = [name for name in order if name in members]
    return found or sorted(name for name in members if name.startswith("xl/worksheets/sheet"))


def _rows(archive: Archive, member: Member, strings: list[str]) -> Iterator[tuple[int, list[str]]]:
    row: list[str] = []
    number = place = 0
    kind = ""
    parts: list[str] = []
    inside = False
    for event in events(_stream(archive, member)):
        if event.start == "row":
            told = event.attributes.get("r", "")
            number = int(told) if told.isdecimal() and len(told) < 9 else number + 1
            row, place = [], 0
        elif event.start == "c":
            letters = _LETTERS.match(event.attributes.get("r", ""))
            place = _column(letters.group()) if letters else place + 1
            kind, parts = event.attributes.get("t", ""), []
        elif event.start in ("v", "t"):
            inside = True
        elif event.end in ("v", "t"):
            inside = False
        elif event.text and inside:
            parts.append(event.text)
        elif event.end == "c" and 1 <= place <= _MOST_COLUMNS:
            row += [""] * (place - len(row))
            row[place - 1] = _cell("".join(parts), kind, strings)
        elif event.end == "row":
            yield number, row


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _cell(text: str, kind: str, strings: list[str]) -> str:
    if kind == "s":
        place = int(text) if text.strip().isdecimal() and len(text) < 9 else -1
        return strings[place] if 0 <= place < len(strings) else ""
    if kind == "b":
        return "TRUE" if text.strip() == "1" else "FALSE"
    return text.replace("_x000D_", "")
