from datetime import date
from pathlib import Path

import pytest
from pydantic import ValidationError

from voicetune.training.metrics import MetricPoint
from voicetune.training.recording import read_recording, write_recording

POINTS = [
    MetricPoint(step=1, epoch=0.5, train_loss=3.0),
    MetricPoint(step=2, epoch=1.0, train_loss=2.5, full_valid_loss=2.8),
]
FACTS = {
    "recorded": date(2026, 11, 26),
    "voice": "hiring_manager",
    "model": "voicetune-starter",
    "machine": "2 cores",
    "seconds": 90.0,
    "epochs": 1,
    "training_examples": 108,
    "validation_examples": 12,
    "question": "How do I début? 🌱",
    "own_answer": "Slowly.",
}


def test_a_recording_reads_back_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    written = write_recording(path, POINTS, {1: "after", 0: "before"}, **FACTS)
    assert read_recording(path) == written
    assert list(written.points) == POINTS
    assert "début? 🌱" in path.read_text("utf-8")


def test_the_answer_shown_is_the_last_one_given_by_then(tmp_path: Path) -> None:
    recording = write_recording(tmp_path / "r", POINTS, {0: "before", 1: "after"}, **FACTS)
    assert recording.said_at(0.5).answer == "before"
    assert recording.said_at(1.0).answer == "after"


def test_without_a_file_there_is_no_recording(tmp_path: Path) -> None:
    assert read_recording(tmp_path / "none.json") is None


def test_a_recording_without_points_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="points"):
        write_recording(tmp_path / "r", [], {0: "before"}, **FACTS)
