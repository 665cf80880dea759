"""A dropped file of any kind: an archive or document of texts, or a file of training data."""

from typing import BinaryIO

from voicetune.examples.intake import Reading, counted
from voicetune.examples.reading import read_file
from voicetune.importers import spreadsheet
from voicetune.importers.archive import Archive, MemberError
from voicetune.importers.recognition import Found, read, recognise
from voicetune.importers.shelf import Shelf
from voicetune.importers.xml_events import XmlError


def open_file(
    name: str, source: BinaryIO, *, refuse: frozenset[str] = frozenset()
) -> Found | Reading:
    """Returns the texts of an archive or document, or else what the file is as training data.

    `refuse` are codes of mends not to make. Raises ArchiveError for an archive that is not to be
    trusted.
    """
    kind = recognise(name, source)
    source.seek(0)
    if kind and kind.code == "workbook" and (reading := _of_workbook(name, source)):
        return reading
    if kind:
        source.seek(0)
        return read(name, source, refuse=refuse)
    source.seek(0)
    return read_file(name, source.read())


def _of_workbook(name: str, source: BinaryIO) -> Reading | None:
    """The first sheet with rows as a table, whose columns a person confirms; None without one."""
    try:
        table = spreadsheet.read_workbook(Archive(source, name))
    except (MemberError, XmlError):
        return None
    if table is None:
        return None
    explanation = (
        f"This is an Excel workbook with {counted(len(table.columns), 'column')} and "
        f"{counted(len(table.rows), 'row')}. Say which column has the questions and which the "
        "answers."
    )
    return Reading("table", [], [], [], [], "utf-8", explanation, table)


def texts_of_table(
    reading: Reading,
    column: str,
    *,
    written_on: str | None = None,
    refuse: frozenset[str] = frozenset(),
) -> Found:
    """Returns the texts in one column of a table that has no questions."""
    assert reading.table is not None  # noqa: S101
    rows = spreadsheet.from_table(reading.table, column, written_on=written_on, refuse=refuse)
    return Found("table", reading.explanation, Shelf(rows), reading.refusals)
