"""One table of a run's measurements, from its events, its checkpoints and its result file."""

import base64
import binascii
import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Protocol

ALIASES: dict[str, tuple[str, ...]] = {
    "epoch": ("epoch",),
    "train_loss": ("train_loss", "training_loss"),
    "train_accuracy": (
        "train_accuracy",
        "train_mean_token_accuracy",
        "training_token_accuracy",
        "training_accuracy",
    ),
    "valid_loss": ("valid_loss", "validation_loss"),
    "valid_accuracy": (
        "valid_accuracy",
        "valid_mean_token_accuracy",
        "validation_mean_token_accuracy",
        "validation_token_accuracy",
        "validation_accuracy",
    ),
    "full_valid_loss": ("full_valid_loss", "full_validation_loss"),
    "full_valid_accuracy": (
        "full_valid_accuracy",
        "full_valid_mean_token_accuracy",
        "full_validation_mean_token_accuracy",
    ),
    **{
        f"{part}_{figure}": (f"{part}_{figure}",)
        for part in ("train", "valid", "full_valid")
        for figure in ("reward_margin", "reward_accuracy")
    },
}
"""Our name of each figure, and the names that places give it."""

_STEP = ("step", "step_number")
_SAID = re.compile(
    r"\bstep (?P<step>\d+)(?:\s*(?:/|of)\s*(?P<total_steps>\d+))?\b(?P<rest>.*)", re.I | re.S
)
_SAID_FIGURES = {
    "train_loss": re.compile(r"(?<!full )\b(?:training|train) loss\s*[=:]\s*([\d.eE+-]+\d)", re.I),
    "valid_loss": re.compile(
        r"(?<!full )\b(?:validation|valid) loss\s*[=:]\s*([\d.eE+-]+\d)", re.I
    ),
    "full_valid_loss": re.compile(
        r"\bfull (?:validation|valid) loss\s*[=:]\s*([\d.eE+-]+\d)", re.I
    ),
}
SOURCES = ("events", "checkpoints", "results")


class Event(Protocol):
    """What is read of a job's event; the workspace's events are such."""

    @property
    def created_at(self) -> datetime: ...
    @property
    def data(self) -> Mapping[str, Any]: ...


class Checkpoint(Protocol):
    """What is read of a job's checkpoint; the workspace's checkpoints are such."""

    @property
    def step_number(self) -> int: ...
    @property
    def metrics(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True, slots=True)
class MetricPoint:
    """What was measured at one step; None where a place does not report it.

    Losses are mean cross-entropy in nats a token, accuracies shares between 0 and 1. `epoch` counts
    passes over the examples (2.5: half-way through the third). The `full_valid` figures are over
    the whole validation set and come at the end of an epoch, the `valid` ones over a part of it.

    Rewards are those of preference pairs: the margin, in nats, is how much more the model leans
    towards the preferred answers than it did at the start; the accuracy is the share of pairs in
    which it does so at all.
    """

    step: int
    epoch: float | None = None
    train_loss: float | None = None
    train_accuracy: float | None = None
    valid_loss: float | None = None
    valid_accuracy: float | None = None
    full_valid_loss: float | None = None
    full_valid_accuracy: float | None = None
    train_reward_margin: float | None = None
    train_reward_accuracy: float | None = None
    valid_reward_margin: float | None = None
    valid_reward_accuracy: float | None = None
    full_valid_reward_margin: float | None = None
    full_valid_reward_accuracy: float | None = None

    @property
    def validation(self) -> float | None:
        """The validation loss to go by: over the whole set where there is one."""
        return _whole_or_part(self.full_valid_loss, self.valid_loss)

    @property
    def validation_margin(self) -> float | None:
        """The reward margin of the validation pairs: of all of them where it was measured."""
        return _whole_or_part(self.full_valid_reward_margin, self.valid_reward_margin)

    @property
    def validation_reward_accuracy(self) -> float | None:
        """The reward accuracy of the validation pairs: of all of them where it was measured."""
        return _whole_or_part(self.full_valid_reward_accuracy, self.valid_reward_accuracy)


def metrics_table(
    events: Iterable[Event],
    checkpoints: Iterable[Checkpoint] = (),
    *,
    results: Iterable[Mapping[str, Any]] = (),
    order: Sequence[str] = SOURCES,
    n_epochs: int | None = None,
    total_steps: int | None = None,
) -> list[MetricPoint]:
    """Merges everything a place reports about a run into points sorted by step.

    Events and checkpoints may come in any order, those without figures are passed over; `results`
    are the rows of the result file. A step that was measured twice, as after a resume, keeps the
    later figures. What a source earlier in `order` says of a step counts, later ones fill what it
    lacks. Where a place does not say the epoch, it follows from `n_epochs` and the total number of
    steps.
    """
    in_time = sorted(events, key=lambda event: event.created_at)
    sources: dict[str, list[Mapping[str, Any]]] = {
        "events": [event.data for event in in_time],
        "checkpoints": [{**each.metrics, "step": each.step_number} for each in checkpoints],
        "results": list(results),
    }
    table: dict[int, dict[str, float]] = {}
    for source in [*order, *(name for name in SOURCES if name not in order)]:
        measured: dict[int, dict[str, float]] = {}
        for row in sources[source]:
            step = _step(row)
            if step is not None:
                measured.setdefault(step, {}).update(_figures(row))
                total_steps = total_steps or _whole(row.get("total_steps"))
        for step, figures in measured.items():
            table[step] = figures | table.get(step, {})
    if n_epochs and total_steps:
        for step, known in table.items():
            known.setdefault("epoch", n_epochs * step / total_steps)
    return [MetricPoint(step, **table[step]) for step in sorted(table) if table[step]]


def figures_in_words(text: str) -> dict[str, float]:
    """Reads a step's figures out of an event's words, where a place gives no data with it.

    "Step 300/300: training loss=0.15, validation loss=0.27" -> step, total_steps and the losses;
    empty where the words name no step or no loss.
    """
    said = _SAID.search(text)
    if said is None:
        return {}
    found = {
        name: value
        for name, pattern in _SAID_FIGURES.items()
        if (match := pattern.search(said["rest"])) and (value := _number(match[1])) is not None
    }
    if not found:
        return {}
    steps = {name: float(said[name]) for name in ("step", "total_steps") if said[name]}
    return steps | found


def has_loss(data: Mapping[str, Any]) -> bool:
    """Says whether a row of figures has a loss in it."""
    return any(name.endswith("loss") for name in _figures(data))


def result_rows(data: bytes) -> list[dict[str, str]]:
    """Reads a result file: CSV, also where the place wraps it in base64 (as OpenAI does).

    Returns no rows for a file that is neither.
    """
    text = data.decode("utf-8-sig", errors="replace")
    if "step" not in text.partition("\n")[0]:
        try:
            text = base64.b64decode("".join(text.split()), validate=True).decode("utf-8-sig")
        except (binascii.Error, ValueError):
            return []
    rows = csv.DictReader(io.StringIO(text))
    return [{k.strip(): v for k, v in row.items() if k and v} for row in rows]


def as_rows(points: Iterable[MetricPoint]) -> list[dict[str, Any]]:
    """Returns the points as plain rows, for a table or a chart."""
    return [asdict(point) for point in points]


def _whole_or_part(whole: float | None, part: float | None) -> float | None:
    return part if whole is None else whole


def _figures(data: Mapping[str, Any]) -> dict[str, float]:
    found = {}
    for name, aliases in ALIASES.items():
        values = (_number(data.get(alias)) for alias in aliases)
        value = next((value for value in values if value is not None), None)
        if value is not None:
            found[name] = value
    return found


def _step(data: Mapping[str, Any]) -> int | None:
    return next((n for n in (_whole(data.get(name)) for name in _STEP) if n is not None), None)


def _whole(value: Any) -> int | None:
    number = _number(value)
    return int(number) if number is not None and number.is_integer() else None


def _number(value: Any) -> float | None:
    if value is None or isinstance(value, bool):
        return None
    try:
        return float(value)
    except (TypeError, ValueError):
        return None
