"""Examples out again: JSONL as training takes it, CSV as spreadsheets do."""

import csv
import io
import re
from collections.abc import Iterable

from voicetune.examples.example import Example, to_line
from voicetune.examples.preferences import pair_in, pair_line
from voicetune.examples.tables import CSV_COLUMNS, row_messages

_FORMULA = re.compile(r"'*\s*[=+\-@＝＋－＠]|'*[\t\r\n]")


def to_jsonl(examples: Iterable[Example], *, everything: bool = False) -> bytes:
    """Returns the included examples (or everything) as JSONL in UTF-8, one line an example.

    Non-ASCII text is kept as it is. Raises ValueError for NaN or Infinity.
    """
    lines = (to_line(example) for example in examples if everything or example.include)
    return "".join(f"{line}\n" for line in lines).encode()


def to_pairs(examples: Iterable[Example]) -> bytes:
    """Returns the included examples that are preference pairs as JSONL in OpenAI's format."""
    pairs = (pair for e in examples if e.include and (pair := pair_in(e)))
    return "".join(f"{pair_line(pair)}\n" for pair in pairs).encode()


def to_csv(examples: Iterable[Example], *, everything: bool = False) -> bytes:
    """Returns the included examples (or everything) as CSV in UTF-8 with a byte order mark.

    The columns are CSV_COLUMNS. An example that is more than one question and one answer has its
    whole JSON line in the messages column besides. A text that a spreadsheet would run as a formula
    (it begins with = + - @ or a control character) gets an apostrophe in front, which `map_columns`
    takes off again.
    """
    page = io.StringIO(newline="")
    writer = csv.writer(page, quoting=csv.QUOTE_ALL)
    writer.writerow(CSV_COLUMNS)
    for example in examples:
        if everything or example.include:
            day = example.written_on.isoformat() if example.written_on else ""
            cells = (
                example.question,
                example.answer,
                example.system or "",
                example.split,
                day,
                _whole(example),
            )
            writer.writerow([_guarded(cell) for cell in cells])
    return page.getvalue().encode("utf-8-sig")


def _whole(example: Example) -> str:
    """The example's JSON line where question, answer and system message are not all of it."""
    simple = row_messages(example.question, example.answer, example.system or "")
    return "" if example.messages == simple and not example.extra else to_line(example)


def _guarded(cell: str) -> str:
    return f"'{cell}" if _FORMULA.match(cell) else cell
