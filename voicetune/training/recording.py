"""A run recorded from the first step to the last, to be looked at again: data/recorded_run.json."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from voicetune.training.metrics import MetricPoint


class Spoken(BaseModel):
    """What the model answered after an epoch; epoch 0 is the base model."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    epoch: int = Field(ge=0)
    answer: str


class Recording(BaseModel):
    """A real run. `voice` names the sample it learned, `points` are as in MetricPoint.

    `question` was held out; `own_answer` is what the voice's author answered.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    recorded: date
    voice: str
    model: str
    machine: str
    seconds: float
    epochs: int
    training_examples: int
    validation_examples: int
    question: str
    own_answer: str
    points: tuple[MetricPoint, ...] = Field(min_length=2)
    samples: tuple[Spoken, ...] = Field(min_length=1)

    def said_at(self, epoch: float) -> Spoken:
        """Returns the last answer given before or at a point of the run."""
        return [sample for sample in self.samples if sample.epoch <= epoch][-1]


def read_recording(path: Path) -> Recording | None:
    """Reads a recording, or returns None where there is no such file."""
    return Recording.model_validate_json(path.read_bytes()) if path.exists() else None


def write_recording(
    path: Path,
    points: Sequence[MetricPoint],
    answers: Mapping[int, str],
    **facts: Any,
) -> Recording:
    """Writes a run down; `answers` are by epoch, `facts` the other fields of Recording."""
    recording = Recording.model_validate(
        {
            **facts,
            "points": [asdict(point) for point in points],
            "samples": [{"epoch": epoch, "answer": answers[epoch]} for epoch in sorted(answers)],
        }
    )
    path.write_text(recording.model_dump_json(indent=1) + "\n", encoding="utf-8")
    return recording
