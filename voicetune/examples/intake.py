"""What comes out of reading a file or pasted text: examples, refused pieces, a table."""

from dataclasses import dataclass, field

from voicetune.examples.example import Example
from voicetune.examples.finding import Finding


@dataclass(frozen=True, slots=True)
class Refusal:
    """One piece of a file that did not come in.

    `line` counts from 1, `code` is stable, `reason` is a sentence for a person, and `text` is the
    piece itself, so that it can be mended in place and read again with `read_line`.
    """

    line: int
    code: str
    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class Guess:
    """Which column most likely holds what; None where no column fits."""

    question: str | None = None
    answer: str | None = None
    system: str | None = None
    written_on: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of a CSV or TSV file, which need a person to say which column is which.

    `columns` are unique names; `rows` are the cells as they stand (a row may be shorter or longer
    than `columns`); `lines` has the line on which each row starts. `guarded` is True for a table
    that `to_csv` wrote, whose cells carry its apostrophe before a leading = + - @.
    """

    columns: list[str]
    rows: list[list[str]]
    lines: list[int]
    guess: Guess = field(default_factory=Guess)
    name: str = "table"
    guarded: bool = False
    delimiter: str = ","


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file or a pasted text turned out to be.

    `kind` is one of dialects.SHAPES ("chat" among them), "table", "pairs" or "unknown". `lines` has
    the line number of each example. `findings` are about the file; their rows are positions in
    `examples`. `explanation` is for a person.
    """

    kind: str
    examples: list[Example]
    lines: list[int]
    refusals: list[Refusal]
    findings: list[Finding]
    encoding: str
    explanation: str
    table: Table | None = None


def counted(number: int, noun: str) -> str:
    """Returns "1 line", "1,200 lines": the number with its noun."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def listed(lines: list[int]) -> str:
    """Returns "line 3", "lines 3 and 5", "lines 1, 2, 3 and 40 more"."""
    shown = [str(line) for line in lines[:3]]
    if len(lines) > 4:
        return f"lines {', '.join(shown)} and {len(lines) - 3:,} more"
    shown = [str(line) for line in lines]
    if len(shown) == 1:
        return f"line {shown[0]}"
    return f"lines {', '.join(shown[:-1])} and {shown[-1]}"
