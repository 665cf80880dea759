"""What a set looks like to the model that would learn from it: what blocks, and its tokens."""

from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from voicetune.cost.model_tokenizer import ModelTokenizer
from voicetune.cost.tokens import Length, billed, count_example, lengths, median_lengths
from voicetune.examples.checks import check_set
from voicetune.examples.example import Example
from voicetune.examples.finding import Finding, Severity
from voicetune.examples.intake import counted
from voicetune.ui import rooms
from voicetune.ui.parts.text import escape, points, prose
from voicetune.workspace.database import Workspace
from voicetune.workspace.datasets import Dataset
from voicetune.workspace.examples import list_examples


@dataclass(frozen=True, slots=True)
class Readiness:
    """The included examples by split, their tokens in one model's count, and the findings.

    `question_tokens` and `answer_tokens` are medians. `pace` is how fast they are learned beside
    the speed of examples that an engine measured, token for token.
    """

    training: int
    validation: int
    training_tokens: int
    validation_tokens: int
    question_tokens: int
    answer_tokens: int
    findings: tuple[Finding, ...]
    pace: float = 1.0

    @property
    def blocking(self) -> list[Finding]:
        """The findings that stop training."""
        return [f for f in self.findings if f.severity is Severity.ERROR]


def readiness(
    ws: Workspace, voice: Dataset, *, limit: int, minimum: int, folder: Path | None
) -> Readiness:
    """Examines the set as it is now for a model; `folder` holds a local model's own tokenizer."""
    address = str(ws.engine.url)
    return _readiness(ws, address, voice.id, voice.revision, limit, minimum, folder)


def draw_readiness(voice: Dataset, ready: Readiness) -> None:
    """Draws the state of the examples, with the way to mend what blocks."""
    counts = (
        f"{counted(ready.training, 'example')} to train on and "
        f"{counted(ready.validation, 'example')} kept apart for validation."
    )
    if ready.blocking:
        with st.container(border=True, key="blocked", gap="small"):
            prose(f":material/block: **Not ready yet.** {counts}")
            points(blocking_in_words(ready.blocking))
            rooms.door(rooms.EXAMPLES, "Mend these", key="mend", primary=True, voice=voice.id)
        return
    others = [f for f in ready.findings if f.severity is Severity.WARNING]
    prose(f":material/check_circle: **Ready to train.** {counts}")
    if others:
        rooms.link(
            rooms.EXAMPLES,
            f"{counted(len(others), 'warning')} to look at first, if you like",
            icon=":material/warning:",
            voice=voice.id,
        )
    elif not ready.validation:
        prose(
            "No example is kept apart, so there will be no [[validation loss]] and no question "
            "to ask the model that it has not seen."
        )


def blocking_in_words(findings: list[Finding]) -> list[str]:
    """One line a kind of trouble, with the first finding's own words and how many there are."""
    kinds: dict[str, list[Finding]] = {}
    for finding in findings:
        kinds.setdefault(finding.code, []).append(finding)
    lines = []
    for alike in kinds.values():
        rows = {row for finding in alike for row in finding.rows}
        line = escape(alike[0].message)
        lines.append(f"{line} ({counted(len(rows), 'example')})" if rows else line)
    return lines


@st.cache_data(show_spinner="Looking through your examples", max_entries=50)
def _readiness(
    _ws: Workspace,
    address: str,
    dataset_id: int,
    revision: int,
    limit: int,
    minimum: int,
    folder: Path | None,
) -> Readiness:
    examples = [example for example in list_examples(_ws, dataset_id) if example.include]
    tokenizer = ModelTokenizer(folder) if folder else None
    measured = tokenizer.lengths(examples) if tokenizer else lengths(examples)
    totals = {id(e): length.total for e, length in zip(examples, measured, strict=True)}

    def count(example: Example) -> int:
        known = totals.get(id(example))
        if known is not None:
            return known
        # A part of a long example: the check looks for what would be cut.
        return tokenizer.count_example(example) if tokenizer else count_example(example)

    sides: dict[str, list[Length]] = {"training": [], "validation": []}
    for example, length in zip(examples, measured, strict=True):
        sides[example.split].append(length)
    question, answer = median_lengths(sides["training"])
    return Readiness(
        training=len(sides["training"]),
        validation=len(sides["validation"]),
        training_tokens=billed((length.total for length in sides["training"]), limit),
        validation_tokens=billed((length.total for length in sides["validation"]), limit),
        question_tokens=question,
        answer_tokens=answer,
        findings=tuple(check_set(examples, limit=limit, count=count, minimum=minimum)),
    )
