"""A finished job's results file: one row a training step, as CSV with OpenAI's columns."""

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any

COLUMNS = {
    "step": "step",
    "train_loss": "train_loss",
    "train_accuracy": "train_mean_token_accuracy",
    "valid_loss": "valid_loss",
    "valid_mean_token_accuracy": "valid_mean_token_accuracy",
}
"""The column, and the figure of a metric event that fills it."""

PREFERENCE_COLUMNS = {
    name: name
    for side in ("train", "valid")
    for name in (f"{side}_loss", f"{side}_reward_margin", f"{side}_reward_accuracy")
}
"""The columns of a job that learned from preference pairs, after the step."""


def results_csv(metrics: Iterable[Mapping[str, Any]]) -> bytes:
    """Returns the CSV, sorted by step; a step measured twice (after a resume) keeps the later.

    A figure that was not measured at a step is an empty cell. Unlike OpenAI's own file this one is
    not wrapped in base64.
    """
    steps = {point["step"]: point for point in metrics}
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    columns = dict(COLUMNS)
    if any("train_reward_margin" in point for point in steps.values()):
        columns = {"step": "step"} | PREFERENCE_COLUMNS
    writer.writerow(columns)
    for step in sorted(steps):
        writer.writerow(steps[step].get(figure, "") for figure in columns.values())
    return text.getvalue().encode()
