"""`coach FILE`: one score for a data set, and what would raise it."""

import json
from dataclasses import asdict
from functools import partial
from pathlib import Path

import click

from voicetune.coach.score import Coaching, Deduction
from voicetune.coach.score import coach as judge
from voicetune.commands.check import (
    LIMIT,
    LineFinding,
    as_text,
    open_file,
    say_what_it_is,
    status_of,
    summary_of,
    tokens_if_near,
    with_lines,
)
from voicetune.examples.characters import HIDDEN
from voicetune.examples.finding import Finding, Severity
from voicetune.examples.meaning import SentenceModel, model_folder, same_by_meaning
from voicetune.examples.reading import Reading
from voicetune.examples.set_checks import Near
from voicetune.voice.odd_ones import findings as voice_findings
from voicetune.voice.odd_ones import odd_voices


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the score and the findings as JSON.")
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=LIMIT,
    show_default=True,
    help="The tokens an example may have at most.",
)
@click.option(
    "--mine",
    "own",
    multiple=True,
    metavar="NAME",
    help="Your own name, handle, address or company, which stays. Can be given several times.",
)
def command(file: Path, as_json: bool, limit: int, own: tuple[str, ...]) -> None:
    """Score a data set: its format, its voice, its privacy, its quality, what repeats in it.

    Exit status: as `check`, 0 nothing wrong or warnings only, 1 errors, 2 not a file that can be
    read.
    """
    reading = open_file(file)
    coaching, findings = find(reading, limit, own)
    unreadable = say_what_it_is(reading, quiet=as_json)
    click.echo(
        as_data(reading, coaching, findings)
        if as_json
        else f"{as_text(reading, findings)}\n{said(reading, coaching)}"
    )
    click.get_current_context().exit(status_of(findings, unreadable))


def find(
    reading: Reading, limit: int, own: tuple[str, ...] = ()
) -> tuple[Coaching, list[LineFinding]]:
    """Returns the coach's word on a file and its findings by line."""
    refused = [Finding(r.code, Severity.ERROR, r.reason) for r in reading.refusals]
    strangers = voice_findings(odd_voices(reading.examples))
    coaching = judge(
        reading.examples,
        findings=[*reading.findings, *refused, *strangers],
        limit=limit,
        count=tokens_if_near(limit),
        own=own,
        near=by_meaning(),
    )
    if not reading.examples and not refused:
        return coaching, []
    lost = [
        LineFinding(refusal.code, Severity.ERROR, (refusal.line,), refusal.reason)
        for refusal in reading.refusals
    ]
    found = [with_lines(f, reading) for f in coaching.findings if f not in refused]
    alone = [finding for finding in [*lost, *found] if len(finding.lines) == 1]
    others = [finding for finding in found if len(finding.lines) != 1]
    return coaching, [*sorted(alone, key=lambda finding: finding.lines), *others]


def by_meaning() -> Near | None:
    """Returns the measure of the sentence model on this computer, or None where there is none."""
    folder = model_folder()
    return partial(same_by_meaning, vectors_of=SentenceModel(folder).vectors_of) if folder else None


def as_data(reading: Reading, coaching: Coaching, findings: list[LineFinding]) -> str:
    """Returns the score and the findings as JSON: `check --json` with a score."""
    data = {
        "score": coaching.score,
        **summary_of(reading, findings),
        "deductions": [_with_lines(deduction, reading) for deduction in coaching.deductions],
        "findings": [asdict(finding) for finding in findings],
    }
    return json.dumps(data, ensure_ascii=False, indent=1)


def said(reading: Reading, coaching: Coaching) -> str:
    """Returns the score and what takes most off it, a line each."""
    lines = [f"Score: {coaching.score} of 100."]
    for deduction in coaching.deductions:
        mend = f" Mend: {deduction.mend.lower()}." if deduction.mend else ""
        lines.append(f"  {deduction.loss}, {deduction.code}: {deduction.reason}{mend}")
    return "\n".join(HIDDEN.sub("", line) for line in lines)


def _with_lines(deduction: Deduction, reading: Reading) -> dict[str, object]:
    return {
        "code": deduction.code,
        "points": round(deduction.points, 1),
        "lines": [reading.lines[row] for row in deduction.rows],
        "reason": deduction.reason,
        "mend": deduction.mend,
    }
