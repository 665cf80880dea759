"""How to read the chart of a run on preference pairs, in a sentence or two."""

import math
from collections.abc import Collection, Sequence
from statistics import fmean

from voicetune.training.metrics import MetricPoint
from voicetune.training.reading import advice, best_point, epoch_ends, rises_in_a_row

UNDECIDED = math.log(2)
"""The loss of a model that leans neither way: -ln 0.5, some 0.693."""
CLEAR = 0.005
"""A loss below UNDECIDED by less than this share says nothing."""
CHANCE = 0.6
"""Of the pairs kept apart, so many the right way round are hardly more than a coin would get."""
FEW = 4
"""Steps before which nothing is read from a chart."""


def explain_pairs(
    points: Sequence[MetricPoint],
    *,
    final: bool = False,
    cut_short: bool = False,
    has_validation: bool = True,
    kept: Collection[int] | None = None,
) -> str:
    """Says how to read the chart as it stands; the arguments are those of `reading.explain`."""
    losses = [point.train_loss for point in points if point.train_loss is not None]
    if not losses:
        if final:
            return "This run ended before anything was measured."
        return "The chart starts with the first finished step."
    if not all(map(math.isfinite, losses)):
        return (
            "The loss stopped being a number, so the model has come apart. "
            "Train again with a smaller learning rate multiplier."
        )
    ends = epoch_ends(points)
    if rises_in_a_row(ends) >= 2:
        return (
            "Validation loss rises: the model learns these pairs by heart, not what you prefer in "
            f"general. {advice(ends, kept)}"
        )
    if not final:
        return _under_way(losses)
    said = ["This run ended early."] if cut_short else []
    said.append(_outcome(points, losses))
    if not has_validation:
        said.append(
            "No pairs are kept apart for validation, so the chart cannot show whether that holds "
            "for questions it has not seen: judge it by its answers."
        )
    elif len(ends) > 1 and best_point(ends) is not ends[-1]:
        said.append(f"Validation loss was lowest before the end. {advice(ends, kept)}")
    return " ".join(said)


def _under_way(losses: Sequence[float]) -> str:
    if len(losses) < FEW:
        return (
            "Training has just started. The loss begins at 0.693, where the model cannot tell "
            "your two answers apart; it falls as it learns to."
        )
    now = fmean(losses[-max(2, len(losses) // 3) :])
    if now > UNDECIDED * (1 + CLEAR):
        return (
            "The model leans towards the rejected answers. For a few steps that is chance; if it "
            "lasts, train again with a smaller learning rate multiplier."
        )
    if now > UNDECIDED * (1 - CLEAR):
        return "The model hardly leans either way yet."
    return "The model leans more towards the answers you prefer than it did at the start."


def _outcome(points: Sequence[MetricPoint], losses: Sequence[float]) -> str:
    apart = [p.validation_reward_accuracy for p in points]
    right = next((share for share in reversed(apart) if share is not None), None)
    if right is not None:
        verdict = (
            "It has learned what you prefer, as far as these pairs can show it."
            if right > CHANCE
            else "A coin would get half, so it has learned little that holds for other questions: "
            "more pairs help, or one or two more epochs."
        )
        return f"Of the pairs kept apart it has {right:.0%} the right way round. {verdict}"
    if losses[-1] < UNDECIDED * (1 - CLEAR):
        return "The model leans towards your preferred answers now."
    return "The model hardly leans towards your preferred answers: more pairs or epochs help."
