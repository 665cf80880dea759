"""The loss chart: training and validation loss of a run, from the first point on."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Literal

import streamlit as st

from voicetune.training.metrics import MetricPoint
from voicetune.training.reading import best_point, epoch_ends

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

Axis = Literal["epoch", "step"]
Curve = Callable[[MetricPoint], float | None]
COLOURS = {"Training": "#C2694A", "Validation": "#4F82AD", "Best so far": "#5C9454"}
"""Readable on the light and on the dark page alike."""


def loss_chart(
    points: Sequence[MetricPoint],
    *,
    key: str,
    axis: Axis = "epoch",
    height: int = 340,
    whole: Sequence[MetricPoint] | None = None,
    accuracy: bool = False,
) -> None:
    """Draws the losses of `points`; `whole` is the run they are part of, to keep the axes still.

    `accuracy` adds token accuracy below, over the same steps.
    """
    st.plotly_chart(
        loss_figure(points, axis=axis, height=height, whole=whole, accuracy=accuracy),
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
    accuracy: bool = False,
) -> "Figure":
    """Returns the figure. Epoch ends are dots; the best of them is ringed and named."""
    from plotly.graph_objects import Scatter
    from plotly.subplots import make_subplots

    rows = 2 if accuracy else 1
    figure = make_subplots(
        rows=rows,
        cols=1,
        shared_xaxes=True,
        vertical_spacing=0.08,
        row_heights=[0.65, 0.35] if accuracy else [1],
    )
    known = [point for point in points if along(point, axis) is not None]
    ends = epoch_ends(known)

    def draw(values: Curve, name: str, row: int, *, dots: bool) -> None:
        seen = [(p, value) for p in known if (value := values(p)) is not None]
        if dots and ends:
            seen = [(p, value) for p, value in seen if p in ends]
        if not seen:
            return
        figure.add_trace(
            Scatter(
                x=[along(point, axis) for point, _ in seen],
                y=[value for _, value in seen],
                name=name,
                mode="lines+markers" if dots or len(seen) == 1 else "lines",
                line={"width": 2, "color": COLOURS[name]},
                marker={"size": 8},
                legendgroup=name,
                showlegend=row == 1,
            ),
            row=row,
            col=1,
        )

    draw(lambda p: p.train_loss, "Training", 1, dots=False)
    draw(lambda p: p.validation, "Validation", 1, dots=True)
    best = best_point(known)
    if best is not None and len(ends) > 1:
        figure.add_trace(
            Scatter(
                x=[along(best, axis)],
                y=[best.validation],
                name="Best so far",
                mode="markers",
                marker={
                    "size": 16,
                    "symbol": "circle-open",
                    "line": {"width": 2},
                    "color": COLOURS["Best so far"],
                },
            ),
            row=1,
            col=1,
        )
    if accuracy:
        draw(lambda p: p.train_accuracy, "Training", 2, dots=False)
        draw(_validation_accuracy, "Validation", 2, dots=True)
        figure.update_yaxes(title_text="Token accuracy", tickformat=".0%", row=2, col=1)
    figure.update_layout(
        height=height,
        uirevision="keep",
        hovermode="x unified",
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
    )
    figure.update_xaxes(range=_span(whole, axis))
    figure.update_xaxes(title_text=axis.capitalize(), row=rows, col=1)
    figure.update_yaxes(title_text="Loss", range=_height(whole), row=1, col=1)
    return figure


def _validation_accuracy(point: MetricPoint) -> float | None:
    return point.valid_accuracy if point.full_valid_accuracy is None else point.full_valid_accuracy


def along(point: MetricPoint, axis: Axis) -> float | None:
    """Returns where a point stands along the axis; None where that is not known."""
    return point.epoch if axis == "epoch" else point.step


def _span(whole: Sequence[MetricPoint] | None, axis: Axis) -> list[float] | None:
    ends = [at for point in whole or () if (at := along(point, axis)) is not None]
    return [0, max(ends) * 1.02] if ends else None


def _height(whole: Sequence[MetricPoint] | None) -> list[float] | None:
    losses = [loss for point in whole or () for loss in (point.train_loss, point.validation)]
    known = [loss for loss in losses if loss is not None]
    return [0, max(known) * 1.05] if known else None
