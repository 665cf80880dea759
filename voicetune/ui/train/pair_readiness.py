"""What a set's preference pairs look like to the model that would learn from them."""

from pathlib import Path

import streamlit as st

from voicetune.cost.model_tokenizer import ModelTokenizer
from voicetune.cost.pairs import PairLength, measure_pairs, pairs_pace
from voicetune.cost.tokens import lengths, median_lengths
from voicetune.examples.finding import Finding, Severity
from voicetune.examples.intake import counted
from voicetune.examples.preferences import pair_in, problem_of
from voicetune.ui import rooms
from voicetune.ui.parts.text import points, prose
from voicetune.ui.train.readiness import Readiness, blocking_in_words
from voicetune.workspace.database import Workspace
from voicetune.workspace.datasets import Dataset
from voicetune.workspace.examples import list_examples


def count_pairs(ws: Workspace, voice: Dataset) -> int:
    """Returns how many of the included examples are preference pairs."""
    return _count_pairs(ws, str(ws.engine.url), voice.id, voice.revision)


def pair_readiness(
    ws: Workspace, voice: Dataset, *, limit: int, minimum: int, folder: Path | None
) -> Readiness:
    """Examines the pairs as they are now; counts and tokens are those of the sound ones.

    A pair is read twice, once with either answer, and costs the tokens of both.
    """
    address = str(ws.engine.url)
    return _pair_readiness(ws, address, voice.id, voice.revision, limit, minimum, folder)


def draw_pair_readiness(voice: Dataset, ready: Readiness) -> None:
    """Draws the state of the pairs, with the ways to more of them."""
    counts = (
        f"{counted(ready.training, 'preference pair')} to train on and "
        f"{counted(ready.validation, 'preference pair')} kept apart for validation."
    )
    if ready.blocking:
        with st.container(border=True, key="blocked", gap="small"):
            prose(f":material/block: **Not ready yet.** {counts}")
            points(finding.message for finding in ready.blocking)
            with st.container(horizontal=True):
                rooms.door(
                    rooms.COMPARE, "Make pairs in Compare", key="more", primary=True, voice=voice.id
                )
                rooms.door(rooms.EXAMPLES, "Look at the pairs", key="mend", voice=voice.id)
    else:
        prose(
            f":material/check_circle: **Ready to train.** {counts} Only these are used; your other "
            "examples stay out of this run."
        )
        if not ready.validation:
            prose(
                "No pair is kept apart, so the charts will not show how it does on pairs that it "
                "has not seen."
            )
    others = [finding for finding in ready.findings if finding.severity is Severity.WARNING]
    if others:
        prose(":material/warning: Left out of this run:")
        points(blocking_in_words(others))


@st.cache_data(show_spinner=False, max_entries=200)
def _count_pairs(_ws: Workspace, address: str, dataset_id: int, revision: int) -> int:
    examples = list_examples(_ws, dataset_id)
    return sum(example.include and pair_in(example) is not None for example in examples)


@st.cache_data(show_spinner="Looking through your preference pairs", max_entries=50)
def _pair_readiness(
    _ws: Workspace,
    address: str,
    dataset_id: int,
    revision: int,
    limit: int,
    minimum: int,
    folder: Path | None,
) -> Readiness:
    measure = ModelTokenizer(folder).lengths if folder else lengths
    sides: dict[str, list[PairLength]] = {"training": [], "validation": []}
    findings: list[Finding] = []
    pairs = [
        (example, pair)
        for example in list_examples(_ws, dataset_id)
        if example.include and (pair := pair_in(example))
    ]
    for row, (_, pair) in enumerate(pairs):
        if problem := problem_of(pair):
            findings.append(Finding("pair", Severity.WARNING, problem, (row,)))
    bad = {row for finding in findings for row in finding.rows}
    sound = [each for row, each in enumerate(pairs) if row not in bad]
    measured = measure_pairs([pair for _, pair in sound], measure=measure, limit=limit)
    for (example, _), length in zip(sound, measured, strict=True):
        sides[example.split].append(length)
    training = len(sides["training"])
    if training < minimum:
        few = (
            f"Training takes {minimum} pairs at least. Saying in Compare which answer is better "
            "makes a pair."
        )
        if sides["validation"]:
            few += " A pair whose question is kept apart stays apart, so ask other questions too."
        findings.append(Finding("too-few", Severity.ERROR, few))
    question, answer = median_lengths(length.preferred for length in sides["training"])
    return Readiness(
        training=training,
        validation=len(sides["validation"]),
        training_tokens=sum(length.tokens for length in sides["training"]),
        validation_tokens=sum(length.tokens for length in sides["validation"]),
        question_tokens=question,
        answer_tokens=answer,
        findings=tuple(findings),
        pace=pairs_pace(sides["training"]),
    )
