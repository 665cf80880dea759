# ruff: noqa: N999  (the command is called import)
"""`import FILE… -o OUT.jsonl`: texts out of archives and documents, as examples to train on."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from voicetune.examples.characters import HIDDEN
from voicetune.examples.example import Example
from voicetune.examples.intake import Table, counted
from voicetune.examples.reading import CONVERTIBLE, Reading, convert, map_columns
from voicetune.examples.writing import to_jsonl
from voicetune.importers import spreadsheet
from voicetune.importers.archive import ArchiveError
from voicetune.importers.candidate import LEFT_OUT
from voicetune.importers.cleaning import MENDS
from voicetune.importers.imported import Imported, as_data, as_text, tally
from voicetune.importers.opening import open_file, texts_of_table
from voicetune.importers.recognition import UNKNOWN, Found, leave_repeats_out, recognise
from voicetune.providers.profiles import Profile, load_profiles
from voicetune.questions.filling import fill, lacks_question
from voicetune.questions.suggested import key_of

if TYPE_CHECKING:
    from voicetune.runs.filling import Questions

ADDED, NOTHING, UNREADABLE = 0, 1, 2


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
    type=click.Choice(["rules", *(p.id for p in load_profiles().values() if p.chats)]),
    help="Suggest a question for each text that has none: by rules, which are rough, or through "
    "the chat model of a place. What that costs is said first; a key is taken from the place's "
    "environment variable. Texts that were asked about are kept and not asked about again.",
)
@click.option("--model", help="The chat model to ask; by default the place's first.")
def command(
    files: tuple[Path, ...],
    output: Path,
    as_json: bool,
    keep: tuple[str, ...],
    refuse_mend: tuple[str, ...],
    questions: str | None,
    model: str | None,
) -> None:
    """Turn archives and documents into examples, and say what was found, mended and left out.

    FILE is an archive that a site made of your data (LinkedIn first), one of its files, a document,
    or a file that already has examples (JSONL, CSV); of a folder every file is read that VoiceTune
    knows. A text that has no question comes out with an empty user turn, unless --questions says
    where one comes from.

    Exit status: 0 something came in, 1 nothing did or the place could not be asked, 2 a file cannot
    be read.
    """
    seen: set[bytes] = set()
    imported = [
        _import(file, frozenset(keep), frozenset(refuse_mend), seen) for file in _unfolded(files)
    ]
    counts = [tally(one) for one in imported]
    number = sum(each.added for each in counts)
    examples: Iterable[Example] = (e for one in imported for e in one.examples())
    asked = None
    if questions:
        examples = list(examples)
        if questions == "rules":
            examples = fill(examples)
        elif any(map(lacks_question, examples)):
            titles = {key_of(c.text): c.title for one in imported for c in one.added()}
            asked = _ask(load_profiles()[questions], model, examples, titles)
            examples = asked.filled.examples
    if number:
        _write(output, examples)
    if as_json:
        data: dict[str, Any] = {
            "added": number,
            "output": str(output) if number else None,
            "files": [as_data(one, of_it) for one, of_it in zip(imported, counts, strict=True)],
        }
        if asked:
            data["questions"] = asked.as_data()
        click.echo(json.dumps(data, ensure_ascii=False, indent=1))
    else:
        for one, of_it in zip(imported, counts, strict=True):
            click.echo(HIDDEN.sub("", as_text(one, of_it)))
        if asked:
            click.echo(HIDDEN.sub("", asked.as_text()))
        where = f" written to {output}" if number else ""
        click.echo(f"{counted(number, 'example')}{where}.")
    unreadable = any(one.kind == UNKNOWN.code for one in imported)
    status = UNREADABLE if unreadable else ADDED if number else NOTHING
    click.get_current_context().exit(status)


def _write(output: Path, examples: Iterable[Example]) -> None:
    """Writes one example after another."""
    try:
        with output.open("wb") as stream:
            for example in examples:
                stream.write(to_jsonl([example]))
    except OSError as error:
        raise click.ClickException(f"{output}: {error.strerror}") from error


def _ask(
    profile: Profile, model: str | None, examples: list[Example], titles: dict[str, str]
) -> "Questions":
    """Asks a place; what comes is kept in the workspace, so that a second try goes on from there.

    Raises ClickException with a sentence where it cannot be asked.
    """
    # The workspace and the SDK take time to load, which an import without a place does not need.
    from openai import OpenAIError

    from voicetune.providers.errors import explain
    from voicetune.runs.connection import NotConnectedError, connected
    from voicetune.runs.filling import NotAskedError, fill_through
    from voicetune.workspace.database import open_workspace

    workspace = open_workspace()
    try:
        with connected(profile) as place:
            try:
                return fill_through(
                    workspace,
                    examples,
                    place,
                    lambda line: click.echo(HIDDEN.sub("", line), err=True),
                    today=datetime.now().astimezone().date(),
                    model_id=model,
                    titles=titles,
                )
            except OpenAIError as error:
                raise click.ClickException(explain(error, place())) from error
    except (NotConnectedError, NotAskedError) as error:
        raise click.ClickException(str(error)) from error
    except KeyboardInterrupt:
        click.echo("Left. What came is kept: run the same command again to go on.", err=True)
        raise
    finally:
        workspace.close()


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
        return Imported(file.name, UNKNOWN.code, str(error))
    except OSError as error:
        raise click.ClickException(f"{file}: {error.strerror}") from error
    if isinstance(opened, Found):
        leave_repeats_out(opened.candidates, seen)
        return _of_texts(file.name, opened.explanation, opened, keep)
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
        return Imported(name, UNKNOWN.code, reading.explanation)
    found = texts_of_table(reading, guess.answer, written_on=guess.written_on, refuse=refuse)
    rows = counted(len(found.candidates), "row")
    explanation = f"A table: {rows}, with the texts in {guess.answer!r}."
    return _of_texts(name, explanation, found, keep)


def _of_texts(name: str, explanation: str, found: Found, keep: frozenset[str]) -> Imported:
    return Imported(
        name,
        found.kind,
        explanation,
        candidates=found.candidates,
        keep=keep,
        refusals=found.refusals,
    )


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
