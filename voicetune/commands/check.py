"""`check FILE`: what is wrong with a training file, one line a finding."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from voicetune.examples.characters import HIDDEN
from voicetune.examples.checks import check_set
from voicetune.examples.example import Example, text_of
from voicetune.examples.finding import Finding, Severity
from voicetune.examples.reading import Reading, map_columns, read_file

LIMIT = 65_536
"""Tokens an example may have at OpenAI; what is longer is cut at its end."""

CLEAN, ERRORS, UNREADABLE = 0, 1, 2
_LINES_SHOWN = 10


@dataclass(frozen=True, slots=True)
class LineFinding:
    """A finding as it is printed: with lines of the file, from 1, in place of positions."""

    code: str
    severity: Severity
    lines: tuple[int, ...]
    message: str
    mend: str | None = None


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=LIMIT,
    show_default=True,
    help="The tokens an example may have at most.",
)
def command(file: Path, as_json: bool, limit: int) -> None:
    """Check a training file (JSONL, a JSON array, CSV, TSV) before any place refuses it.

    Exit status: 0 nothing wrong or warnings only, 1 errors, 2 not a file that can be read.
    """
    reading = open_file(file)
    findings = find(reading, limit)
    unreadable = say_what_it_is(reading, quiet=as_json)
    click.echo(as_data(reading, findings) if as_json else as_text(reading, findings))
    click.get_current_context().exit(status_of(findings, unreadable))


def open_file(file: Path) -> Reading:
    """Reads a training file; a table by the columns that its header names."""
    try:
        reading = read_file(file.name, file.read_bytes())
    except OSError as error:
        raise click.ClickException(f"{file}: {error.strerror}") from error
    if reading.table and (guess := reading.table.guess).question and guess.answer:
        return map_columns(reading.table, guess.question, guess.answer, guess.system)
    return reading


def say_what_it_is(reading: Reading, *, quiet: bool) -> bool:
    """Prints what a file is unless that is plain, and returns whether nothing can be read of it.

    `quiet` prints it only for such a file, to the error stream.
    """
    unreadable = not reading.examples and reading.kind in ("unknown", "table")
    if unreadable or (reading.kind != "chat" and not quiet):
        click.echo(HIDDEN.sub("", reading.explanation), err=unreadable)
    return unreadable


def status_of(findings: list[LineFinding], unreadable: bool) -> int:
    """Returns the exit status."""
    errors = any(finding.severity is Severity.ERROR for finding in findings)
    return UNREADABLE if unreadable else ERRORS if errors else CLEAN


def find(reading: Reading, limit: int) -> list[LineFinding]:
    """Returns all findings about a file: those of single lines in their order, then the rest."""
    refused = [
        LineFinding(refusal.code, Severity.ERROR, (refusal.line,), refusal.reason)
        for refusal in reading.refusals
    ]
    if not reading.examples and not refused:
        return []
    checked = check_set(reading.examples, limit=limit, count=tokens_if_near(limit))
    found = [*refused, *(with_lines(f, reading) for f in [*reading.findings, *checked])]
    alone = [finding for finding in found if len(finding.lines) == 1]
    others = [finding for finding in found if len(finding.lines) != 1]
    return [*sorted(alone, key=lambda finding: finding.lines), *others]


def tokens_if_near(limit: int) -> Callable[[Example], int]:
    """Returns a count that loads the vocabulary only for an example that may be over the limit."""

    def count(example: Example) -> int:
        size = sum(len(text_of(m).encode(errors="replace")) + 20 for m in example.messages)
        if size <= limit and not example.extra:  # a token is at least a byte
            return size
        from voicetune.cost.tokens import count_example

        return count_example(example)

    return count


def with_lines(finding: Finding, reading: Reading) -> LineFinding:
    """Returns a finding with lines of the file in place of its rows."""
    lines = tuple(reading.lines[row] for row in finding.rows)
    return LineFinding(finding.code, finding.severity, lines, finding.message, finding.mend)


def as_data(reading: Reading, findings: list[LineFinding]) -> str:
    """Returns the findings as JSON, for scripts."""
    data = {
        **summary_of(reading, findings),
        "findings": [asdict(finding) for finding in findings],
    }
    return json.dumps(data, ensure_ascii=False, indent=1)


def summary_of(reading: Reading, findings: list[LineFinding]) -> dict[str, int]:
    """Returns how many examples, errors and warnings there are."""
    return {
        "examples": len(reading.examples),
        "errors": _number(findings, Severity.ERROR),
        "warnings": _number(findings, Severity.WARNING),
    }


def as_text(reading: Reading, findings: list[LineFinding]) -> str:
    """Returns one line a finding and a summary."""
    printed = [f"{_place(f.lines)}: {f.severity} {f.code}: {f.message}" for f in findings]
    summary = [
        _counted(len(reading.examples), "example", "examples"),
        _counted(_number(findings, Severity.ERROR), "error", "errors"),
        _counted(_number(findings, Severity.WARNING), "warning", "warnings"),
        _counted(_number(findings, Severity.ADVICE), "piece of advice", "pieces of advice"),
    ]
    # No control character of the file reaches the terminal.
    return "\n".join(HIDDEN.sub("", line) for line in [*printed, ", ".join(summary) + "."])


def _place(lines: tuple[int, ...]) -> str:
    if not lines:
        return "whole file"
    shown = ", ".join(str(line) for line in lines[:_LINES_SHOWN])
    more = len(lines) - _LINES_SHOWN
    return f"line{'s' if len(lines) > 1 else ''} {shown}" + (
        f" and {more} more" if more > 0 else ""
    )


def _number(findings: list[LineFinding], severity: Severity) -> int:
    return sum(finding.severity is severity for finding in findings)


def _counted(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}" if number else f"no {many}"
