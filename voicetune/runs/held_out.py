"""What a run kept apart: its questions, and the person's own answers to them."""

from voicetune.examples.reading import read_file
from voicetune.workspace.database import Workspace
from voicetune.workspace.runs import Run, run_file


def held_out_answers(ws: Workspace, run: Run) -> dict[str, str]:
    """Returns the person's own answer to each held-out question of the run, by question."""
    content = run_file(ws, run.id, "validation")
    if content is None:
        return {}
    return {e.question: e.answer for e in read_file("validation.jsonl", content).examples}
