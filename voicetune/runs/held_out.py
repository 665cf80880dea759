"""What a run kept apart: its questions, and the person's own answers to them."""

from voicetune.examples.reading import read_file
from voicetune.workspace.database import Workspace
from voicetune.workspace.runs import Run, run_file

HELD_OUT = "held_out"
"""The file of a run on preference pairs that holds the examples kept apart, pairs or not."""


def held_out_answers(ws: Workspace, run: Run) -> dict[str, str]:
    """Returns the person's own answer to each held-out question of the run, by question."""
    content = run_file(ws, run.id, HELD_OUT if run.on_pairs else "validation")
    if content is None:
        return {}
    return {e.question: e.answer for e in read_file("validation.jsonl", content).examples}
