"""How to read a run's chart now, in a sentence or two, and which checkpoint is likely best."""

import math
from collections.abc import Collection, Sequence
from itertools import pairwise
from statistics import fmean

from voicetune.training.metrics import MetricPoint

NOTABLE = 0.002
"""A change of loss below this share is noise, not a rise."""
FLAT = 0.02
"""Training loss that fell by less than this share over its last third has flattened."""


def best_point(points: Sequence[MetricPoint]) -> MetricPoint | None:
    """Returns the point with the lowest validation loss, of epoch ends where there are any."""
    ends = epoch_ends(points) or [p for p in points if _usable(p.validation)]
    return min(ends, key=_validation, default=None)


def epoch_ends(points: Sequence[MetricPoint]) -> list[MetricPoint]:
    """Returns the points measured over the whole validation set, one at each epoch's end."""
    return [point for point in points if _usable(point.full_valid_loss)]


def explain(
    points: Sequence[MetricPoint],
    *,
    final: bool = False,
    cut_short: bool = False,
    has_validation: bool = True,
    kept: Collection[int] | None = None,
    best_is_taken: bool = False,
) -> str:
    """Says how to read the chart as it stands.

    `final`: the run is over; `cut_short`: before its last step. `kept`: the steps whose
    checkpoints can still be used (places keep the last three); None where that is not known.
    `best_is_taken`: the tuned model is that of the best epoch, not of the last.
    """
    losses = [(p.step, p.train_loss) for p in points if p.train_loss is not None]
    if not points:
        if final:
            return "This run ended before anything was measured."
        return "The chart starts with the first finished step."
    broken = next((step for step, loss in losses if not math.isfinite(loss)), None)
    if broken is not None:
        return (
            f"The loss stopped being a number at step {broken}, so the model has come apart. "
            "Train again with a smaller learning rate multiplier."
        )
    ends = epoch_ends(points)
    if final and best_is_taken and ends and not cut_short:
        return _taken(ends)
    rises = rises_in_a_row(ends)
    if rises >= 2:
        return (
            f"Validation loss has risen for {_number(rises)} epochs: the model starts to learn "
            f"your examples by heart (overfitting). {advice(ends, kept)}"
        )
    if final and cut_short:
        if not ends:
            return "This run ended early, before its validation loss was measured."
        return f"This run ended early. {advice(ends, kept)}"
    if final:
        return _ending(ends, losses, has_validation, kept)
    if rises == 1:
        return (
            "Validation loss rose in the last epoch. One rise can be chance; a second one would "
            f"mean that the model learns your examples by heart. {advice(ends, kept)}"
        )
    trend = _trend([loss for _, loss in losses])
    if has_validation or ends:
        return trend
    return f"{trend} {_NO_VALIDATION}"


_NO_VALIDATION = (
    "No examples are kept apart for validation, so the chart cannot show whether the model learns "
    "them by heart: judge it by its answers."
)


def _trend(losses: Sequence[float]) -> str:
    if len(losses) < 4:
        return (
            "Training has just started: the first points jump about, wait for a few more. "
            "Loss says how far the model's guess is from your words, so lower is closer."
        )
    third = max(2, len(losses) // 3)
    before, now = fmean(losses[-2 * third : -third]), fmean(losses[-third:])
    if now > before * (1 + FLAT):
        return (
            "Training loss goes up. For a few steps that is normal; if it lasts, train again "
            "with a smaller learning rate multiplier."
        )
    if now > before * (1 - FLAT):
        return "Training loss flattens: the model has taken most of what these examples offer."
    return "Training loss falls: the model is learning how you write."


def _ending(
    ends: Sequence[MetricPoint],
    losses: Sequence[tuple[int, float]],
    has_validation: bool,
    kept: Collection[int] | None,
) -> str:
    if not ends:
        fell = len(losses) > 1 and losses[-1][1] < losses[0][1] * (1 - FLAT)
        outcome = "Training loss fell to the end." if fell else "Training loss hardly changed."
        return outcome if has_validation else f"{outcome} {_NO_VALIDATION}"
    if best_point(ends) is ends[-1]:
        if len(ends) == 1:
            return "Validation loss was measured once, at the end: compare the model's answers."
        return (
            "Validation loss was lowest at the very end, so the finished model is likely the "
            "best. One or two more epochs may still help."
        )
    return f"Validation loss was lowest before the end. {advice(ends, kept)}"


def _taken(ends: Sequence[MetricPoint]) -> str:
    best = best_point(ends)
    if best is None or best is ends[-1]:
        return (
            "Validation loss was lowest at the very end, and that is your model. "
            "One or two more epochs may still help."
        )
    return (
        f"Validation loss was lowest after epoch {_epoch(ends, best)}, and your model is the one "
        "from then: what came later did worse on examples that it had not seen."
    )


def advice(ends: Sequence[MetricPoint], kept: Collection[int] | None) -> str:
    """Names the epoch whose checkpoint to take; `kept` as in `explain`."""
    best = min(ends, key=_validation)
    if kept is None or best.step in kept:
        return f"The checkpoint after epoch {_epoch(ends, best)} is likely best."
    usable = [point for point in ends if point.step in kept]
    if not usable:
        return f"Epoch {_epoch(ends, best)} was likely best; train again with that many epochs."
    next_best = min(usable, key=_validation)
    return (
        f"Epoch {_epoch(ends, best)} was likely best, but its checkpoint is no longer kept; of "
        f"those that are, take the one after epoch {_epoch(ends, next_best)}."
    )


def rises_in_a_row(ends: Sequence[MetricPoint]) -> int:
    """Returns how many epochs in a row, up to the last, validation loss has risen."""
    values = [_validation(point) for point in ends]
    count = 0
    for before, after in reversed(list(pairwise(values))):
        if after <= before * (1 + NOTABLE):
            break
        count += 1
    return count


def _epoch(ends: Sequence[MetricPoint], point: MetricPoint) -> int:
    return round(point.epoch) if point.epoch is not None else ends.index(point) + 1


def _validation(point: MetricPoint) -> float:
    value = point.validation
    assert value is not None  # noqa: S101  callers pass usable points only
    return value


def _usable(value: float | None) -> bool:
    return value is not None and math.isfinite(value)


def _number(count: int) -> str:
    words = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
    return words[count] if count < len(words) else str(count)
