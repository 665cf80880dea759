"""The loss chart: training and validation loss of a run, from the first point on."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import streamlit as st

from voicetune.training.metrics import MetricPoint
from voicetune.training.reading import best_point, epoch_ends

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

Axis = Literal["epoch", "step"]


def loss_chart(
    points: Sequence[MetricPoint],
    *,
    key: str,
    axis: Axis = "epoch",
    height: int = 340,
    whole: Sequence[MetricPoint] | None = None,
) -> None:
    """Draws the losses of `points`; `whole` is the run they are part of, to keep the axes still."""
    st.plotly_chart(
        loss_figure(points, axis=axis, height=height, whole=whole),
        key=key,
        config={"displayModeBar": False},
        alt="Training and validation loss as the run goes on",
    )


def loss_figure(
    points: Sequence[MetricPoint],
    *,
    axis: Axis = "epoch",
    height: int = 340,
    whole: Sequence[MetricPoint] | None = None,
) -> "Figure":
    """Returns the figure. Epoch ends are dots; the best of them is ringed and named."""
    from plotly.graph_objects import Figure, Scatter

    figure = Figure()
    known = [point for point in points if _at(point, axis) is not None]
    training = [point for point in known if point.train_loss is not None]
    figure.add_trace(
        Scatter(
            x=[_at(p, axis) for p in training],
            y=[p.train_loss for p in training],
            name="Training",
            mode="lines" if len(training) > 1 else "markers",
            line={"width": 2},
        )
    )
    validated = [point for point in known if point.validation is not None]
    ends = epoch_ends(known)
    if validated:
        figure.add_trace(
            Scatter(
                x=[_at(p, axis) for p in ends or validated],
                y=[p.validation for p in ends or validated],
                name="Validation",
                mode="lines+markers",
                line={"width": 2},
                marker={"size": 8},
            )
        )
    best = best_point(known)
    if best is not None and len(ends) > 1:
        figure.add_annotation(
            x=_at(best, axis), y=best.validation, text="best so far", ay=-32, ax=0, showarrow=True
        )
    figure.update_layout(
        height=height,
        uirevision="keep",
        hovermode="x unified",
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        xaxis={"title": {"text": axis.capitalize()}, "range": _span(whole, axis)},
        yaxis={"title": {"text": "Loss"}, "range": _height(whole)},
    )
    return figure


def _at(point: MetricPoint, axis: Axis) -> float | None:
    return point.epoch if axis == "epoch" else point.step


def _span(whole: Sequence[MetricPoint] | None, axis: Axis) -> list[float] | None:
    ends = [at for point in whole or () if (at := _at(point, axis)) is not None]
    return [0, max(ends) * 1.02] if ends else None


def _height(whole: Sequence[MetricPoint] | None) -> list[float] | None:
    losses = [loss for point in whole or () for loss in (point.train_loss, point.validation)]
    known = [loss for loss in losses if loss is not None]
    return [0, max(known) * 1.05] if known else None
