"""Where a voice stands, and its next best step."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from voicetune.examples.intake import counted
from voicetune.examples.set_checks import MINIMUM
from voicetune.training.status import FINAL, stage_of
from voicetune.ui.rooms import COMPARE, EXAMPLES, PROGRESS, TRAIN
from voicetune.workspace.datasets import Dataset
from voicetune.workspace.runs import Run

FEW = 100
"""Fewer examples than this can be trained on, but more would help."""


@dataclass(frozen=True, slots=True)
class Step:
    """The next best step: a sentence on where the voice stands, and the button that goes on."""

    sentence: str
    label: str
    room: Path
    run_id: int | None = None


Mark = Literal["done", "now", "later"]


def next_step(voice: Dataset, errors: int, runs: Sequence[Run], *, changed: bool = False) -> Step:
    """Returns the one thing to do next.

    `errors`: how many included examples cannot be trained on. `runs`: the voice's, newest first.
    `changed`: its training examples are others than those of the latest run.
    """
    latest = runs[0] if runs else None
    if latest and latest.status not in FINAL:
        stage = stage_of(latest.status, on_pairs=latest.on_pairs).words
        return Step(f"{stage}.", "Watch it learn", PROGRESS, latest.id)
    if voice.examples == 0:
        return Step("Nothing in it yet.", "Bring your texts in", EXAMPLES)
    if errors:
        it, they = ("Mend it", "it is") if errors == 1 else ("Mend them", "they are")
        return Step(f"{counted(errors, 'example')} cannot be trained on as {they}.", it, EXAMPLES)
    if voice.included < MINIMUM:
        return Step(
            f"{counted(voice.included, 'example')} so far. Training takes {MINIMUM} at least.",
            "Add more examples",
            EXAMPLES,
        )
    if latest is None:
        more = "" if voice.included >= FEW else f" From {FEW} on the result becomes dependable."
        return Step(f"Ready to train.{more}", "Train this voice", TRAIN)
    if latest.status in ("failed", "not_started"):
        return Step("The last training stopped early.", "See why", PROGRESS, latest.id)
    if changed:
        return Step("Changed since it was last trained.", "Train it again", TRAIN)
    if latest.status == "succeeded":
        return Step("Trained. Judge it for yourself.", "Compare the answers", COMPARE, latest.id)
    return Step("The last training was cancelled.", "Train it again", TRAIN)


def way(voice: Dataset, errors: int, runs: Sequence[Run]) -> list[tuple[str, Mark]]:
    """Returns the four rooms after Start and whether each is done, due or still to come."""
    fit = voice.included >= MINIMUM and not errors
    trained = any(run.status == "succeeded" for run in runs)
    training = any(run.status not in FINAL for run in runs)
    return [
        ("Examples", "done" if fit else "now"),
        ("Train", "done" if trained or training else "now" if fit else "later"),
        ("Progress", "done" if trained else "now" if training else "later"),
        ("Compare", "now" if trained else "later"),
    ]
