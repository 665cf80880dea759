# ruff: noqa: N999  (the command is called import)
"""`import FILE… -o OUT.jsonl`: texts out of archives and documents, as examples to train on."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import click

from voicetune.examples.characters import HIDDEN, quotation
from voicetune.examples.example import Example
from voicetune.examples.intake import Refusal, Table
from voicetune.examples.reading import CONVERTIBLE, Reading, convert, map_columns
from voicetune.examples.writing import to_jsonl
from voicetune.importers import spreadsheet
from voicetune.importers.archive import ArchiveError
from voicetune.importers.candidate import LEFT_OUT, Candidate
from voicetune.importers.cleaning import MENDS
from voicetune.importers.opening import open_file, texts_of_table
from voicetune.importers.recognition import UNKNOWN, Found, recognise, without_repeats
from voicetune.importers.to_examples import chosen, to_examples
from voicetune.questions.filling import fill

ADDED, NOTHING, UNREADABLE = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Imported:
    """What one file gave."""

    file: str
    kind: str
    explanation: str
    examples: list[Example]
    candidates: list[Candidate] = field(default_factory=list)
    added: list[Candidate] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)


@click.command()
@click.argument(
    "files",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, path_type=Path),
)
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="The JSONL file to write.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.option(
    "--keep",
    multiple=True,
    type=click.Choice(sorted(LEFT_OUT)),
    help="Add texts that are left out by default for this reason; can be given several times.",
)
@click.option(
    "--refuse-mend",
    multiple=True,
    type=click.Choice(list(MENDS)),
    help="Do not make this mend; can be given several times.",
)
@click.option(
    "--questions",
    type=click.Choice(["rules"]),
    help="Suggest a question for each text that has none, by rules, which are rough.",
)
def command(
    files: tuple[Path, ...],
    output: Path,
    as_json: bool,
    keep: tuple[str, ...],
    refuse_mend: tuple[str, ...],
    questions: str | None,
) -> None:
    """Turn archives and documents into examples, and say what was found, mended and left out.

    FILE is an archive that a site made of your data (LinkedIn first), one of its files, a document,
    or a file that already has examples (JSONL, CSV); of a folder every file is read that VoiceTune
    knows. A text that has no question comes out with an empty user turn, unless --questions says
    where one comes from.

    Exit status: 0 something came in, 1 nothing did, 2 a file cannot be read.
    """
    seen: set[bytes] = set()
    imported = [
        _import(file, frozenset(keep), frozenset(refuse_mend), seen) for file in _unfolded(files)
    ]
    examples = [example for one in imported for example in one.examples]
    if questions:
        examples = fill(examples)
    if examples:
        try:
            output.write_bytes(to_jsonl(examples))
        except OSError as error:
            raise click.ClickException(f"{output}: {error.strerror}") from error
    report = [as_data(one) for one in imported]
    if as_json:
        data = {
            "added": len(examples),
            "output": str(output) if examples else None,
            "files": report,
        }
        click.echo(json.dumps(data, ensure_ascii=False, indent=1))
    else:
        for one, facts in zip(imported, report, strict=True):
            click.echo(HIDDEN.sub("", as_text(one, facts)))
        where = f" written to {output}" if examples else ""
        click.echo(f"{_counted(len(examples), 'example')}{where}.")
    unreadable = any(one.kind == UNKNOWN.code for one in imported)
    status = UNREADABLE if unreadable else ADDED if examples else NOTHING
    click.get_current_context().exit(status)


def _unfolded(paths: tuple[Path, ...]) -> Iterator[Path]:
    """Yields the files, and those in folders that an importer or the reader of JSONL knows."""
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        for file in sorted(path.rglob("*")):
            hidden = any(part.startswith(".") for part in file.relative_to(path).parts)
            if not hidden and file.is_file() and not file.is_symlink() and _is_known(file):
                yield file


def _is_known(file: Path) -> bool:
    try:
        with file.open("rb") as source:
            return file.suffix.lower() == ".jsonl" or recognise(file.name, source) is not None
    except (ArchiveError, OSError):
        return True  # which is said when it is read


def _import(file: Path, keep: frozenset[str], refuse: frozenset[str], seen: set[bytes]) -> Imported:
    try:
        with file.open("rb") as source:
            opened = open_file(file.name, source, refuse=refuse)
    except ArchiveError as error:
        return Imported(file.name, UNKNOWN.code, str(error), [])
    except OSError as error:
        raise click.ClickException(f"{file}: {error.strerror}") from error
    if isinstance(opened, Found):
        candidates = without_repeats(opened.candidates, seen)
        added = chosen(candidates, keep)
        return Imported(
            file.name,
            opened.kind,
            opened.explanation,
            to_examples(added),
            candidates,
            added,
            opened.refusals,
        )
    if opened.table and not spreadsheet.named_question(opened.table):
        return _import_posts(file.name, opened, opened.table, keep, refuse)
    reading = _examples_of(opened)
    kind = UNKNOWN.code if reading.kind in ("unknown", "table") else reading.kind
    refusals = reading.refusals
    return Imported(file.name, kind, reading.explanation, reading.examples, refusals=refusals)


def _import_posts(
    name: str, reading: Reading, table: Table, keep: frozenset[str], refuse: frozenset[str]
) -> Imported:
    """A table of texts without a column of questions."""
    guess = table.guess
    if not guess.answer:
        return Imported(name, UNKNOWN.code, reading.explanation, [])
    found = texts_of_table(
        reading, guess.answer, written_on=guess.written_on, refuse=refuse
    ).candidates
    added = chosen(found, keep)
    explanation = f"A table: {_counted(len(found), 'row')}, with the texts in {guess.answer!r}."
    examples = to_examples(added)
    return Imported(name, "table", explanation, examples, found, added, reading.refusals)


def _examples_of(reading: Reading) -> Reading:
    """A file of training data as examples: tables by their column names, other shapes converted."""
    if reading.table and (guess := reading.table.guess).question and guess.answer:
        mapped = map_columns(
            reading.table, guess.question, guess.answer, guess.system, written_on=guess.written_on
        )
        return Reading(
            "pairs",
            mapped.examples,
            mapped.lines,
            [*reading.refusals, *mapped.refusals],
            reading.findings,
            reading.encoding,
            mapped.explanation,
        )
    return convert(reading) if reading.kind in CONVERTIBLE else reading


def as_data(imported: Imported) -> dict[str, Any]:
    """Returns what a file gave, for scripts: counts, each mended text, each left out with why."""
    added = {id(candidate) for candidate in imported.added}
    left = [c for c in imported.candidates if id(c) not in added]
    mended: Counter[str] = Counter()
    times: Counter[str] = Counter()
    saved: Counter[str] = Counter()
    for candidate in imported.added:
        for mend in candidate.mends:
            mended[mend.code] += 1
            times[mend.code] += mend.count
            saved[mend.code] += mend.saved_tokens
    return {
        "file": imported.file,
        "kind": imported.kind,
        "explanation": imported.explanation,
        "found": len(imported.candidates) or len(imported.examples),
        "added": len(imported.examples),
        "kinds": dict(Counter(candidate.kind for candidate in imported.candidates)),
        "mends": [
            {
                "code": code,
                "label": MENDS[code],
                "texts": mended[code],
                "count": times[code],
                "saved_tokens": saved[code],
            }
            for code in MENDS
            if mended[code]
        ],
        "mended": [
            {
                "where": candidate.where,
                "mends": [asdict(mend) for mend in candidate.mends],
            }
            for candidate in imported.added
            if candidate.mends
        ],
        "left_out": [
            {
                "code": code,
                "reason": LEFT_OUT[code],
                "where": candidate.where,
                "text": quotation(candidate.text or candidate.original, 200),
            }
            for candidate in left
            if (code := candidate.left_out or "no-text")
        ],
        "refusals": [
            {
                "line": refusal.line,
                "code": refusal.code,
                "reason": refusal.reason,
                "text": quotation(refusal.text, 200),
            }
            for refusal in imported.refusals
        ],
    }


def as_text(imported: Imported, facts: dict[str, Any]) -> str:
    """Returns what a file gave, for a person."""
    lines = [f"{imported.file}: {imported.explanation}"]
    for mend in facts["mends"]:
        saved = f", {mend['saved_tokens']:,} tokens saved" if mend["saved_tokens"] else ""
        lines.append(f"  mended: {mend['label']} ({_counted(mend['texts'], 'text')}{saved})")
    for code, count in Counter(item["code"] for item in facts["left_out"]).most_common():
        lines.append(f"  left out: {_counted(count, 'text')} ({code}): {LEFT_OUT[code]}")
    lines += [f"  not read: {refusal.reason}" for refusal in imported.refusals[:10]]
    if len(imported.refusals) > 10:
        lines.append(f"  not read: {len(imported.refusals) - 10:,} more")
    return "\n".join(lines)


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
