"""The examples that a place complains about: lines of the frozen file, found in the set again."""

from dataclasses import dataclass

from voicetune.examples.conversion import convert_preference
from voicetune.examples.example import Example, to_line
from voicetune.examples.reading import read_file
from voicetune.training.verdicts import lines_named
from voicetune.workspace.database import Workspace
from voicetune.workspace.examples import list_examples
from voicetune.workspace.runs import Run, run_file

MOST_SHOWN = 10


@dataclass(frozen=True, slots=True)
class NamedRow:
    """A line of the training file. `example_id` is None where it has changed or gone since."""

    line: int
    question: str
    example_id: int | None


def rows_named(ws: Workspace, run: Run) -> list[NamedRow]:
    """Returns the rows that the run's message names by line number, MOST_SHOWN at most."""
    lines = lines_named(run.message)[:MOST_SHOWN]
    content = run_file(ws, run.id, "training") if lines else None
    if content is None:
        return []
    sent = convert_preference(read_file("training.jsonl", content)).examples
    ids = _ids_by_line(ws, run)
    return [
        NamedRow(line, sent[line - 1].question, ids.get(to_line(sent[line - 1])))
        for line in lines
        if line <= len(sent)
    ]


def _ids_by_line(ws: Workspace, run: Run) -> dict[str, int]:
    if run.dataset_id is None:
        return {}
    examples: list[Example] = list_examples(ws, run.dataset_id)
    return {to_line(example): example.id for example in examples}
