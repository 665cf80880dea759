"""A dropped file of any kind: an archive or document of texts, or a file of training data."""

from typing import BinaryIO

from voicetune.examples.intake import Reading
from voicetune.examples.reading import read_file
from voicetune.importers import spreadsheet
from voicetune.importers.recognition import Found, read, recognise
from voicetune.importers.shelf import Shelf


def open_file(
    name: str, source: BinaryIO, *, refuse: frozenset[str] = frozenset()
) -> Found | Reading:
    """Returns the texts of an archive or document, or else what the file is as training data.

    `refuse` are codes of mends not to make. Raises ArchiveError for an archive that is not to be
    trusted.
    """
    if recognise(name, source):
        source.seek(0)
        return read(name, source, refuse=refuse)
    source.seek(0)
    return read_file(name, source.read())


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
