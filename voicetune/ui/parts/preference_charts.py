"""The charts of a run on preference pairs: loss, reward margin and reward accuracy."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from voicetune.training.metrics import MetricPoint
from voicetune.training.preference_reading import UNDECIDED
from voicetune.training.reading import epoch_ends
from voicetune.ui.parts.loss_chart import COLOURS, Axis, along
from voicetune.ui.parts.text import aside, prose

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

Curve = Callable[[MetricPoint], float | None]
HEIGHT = 250


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart: its title and explanation, its curves, and the value that says nothing yet.

    `margin` is shown around the values at least, so that the first ones do not look like a leap;
    `share`: they are shares between 0 and 1.
    """

    key: str
    title: str
    explanation: str
    training: Curve
    validation: Curve
    neutral: float
    margin: float = 0.05
    share: bool = False


CHARTS = (
    Chart(
        "loss",
        "[[loss|Loss]]",
        "0.693 (the dotted line) means that the model cannot tell your two answers apart. Lower: "
        "it gives your preferred answer the better chance.",
        lambda point: point.train_loss,
        lambda point: point.validation,
        UNDECIDED,
    ),
    Chart(
        "margin",
        "[[reward margin|Reward margin]]",
        "How much more the model now leans towards your preferred answers than it did at the "
        "start. Above 0 is the right way; higher is more.",
        lambda point: point.train_reward_margin,
        lambda point: point.validation_margin,
        0.0,
    ),
    Chart(
        "accuracy",
        "[[reward accuracy|Reward accuracy]]",
        "The share of pairs that the model has the right way round. It begins at 0, where nothing "
        "is learned yet; half is what a coin would get.",
        lambda point: point.train_reward_accuracy,
        lambda point: point.validation_reward_accuracy,
        0.5,
        share=True,
    ),
)


def preference_charts(points: Sequence[MetricPoint], *, axis: Axis) -> None:
    """Draws each chart that has figures, with its explanation; places may report the loss only."""
    shown = [
        chart for chart in CHARTS if any(chart.training(point) is not None for point in points)
    ]
    with st.grid(len(shown) or 1, min_column_width=300, gap="medium"):
        for chart in shown:
            with st.container(key=f"chart_{chart.key}", gap="xsmall"):
                prose(f"**{chart.title}**")
                st.plotly_chart(
                    preference_figure(points, chart, axis=axis),
                    key=f"preference_{chart.key}",
                    config={"displayModeBar": False},
                    alt=f"{chart.key.capitalize()} on training and validation pairs",
                )
                aside(chart.explanation)


def preference_figure(points: Sequence[MetricPoint], chart: Chart, *, axis: Axis) -> "Figure":
    """Returns one chart's figure; validation is drawn at the ends of epochs, as dots."""
    from plotly.graph_objects import Figure, Scatter

    known = [point for point in points if along(point, axis) is not None]
    ends = epoch_ends(known)
    sides = {"Training": (known, chart.training), "Validation": (ends or known, chart.validation)}
    figure = Figure()
    for name, (those, curve) in sides.items():
        seen = [
            (along(point, axis), value) for point in those if (value := curve(point)) is not None
        ]
        if not seen:
            continue
        dots = len(seen) == 1 or (name == "Validation" and bool(ends))
        figure.add_trace(
            Scatter(
                x=[where for where, _ in seen],
                y=[value for _, value in seen],
                name=name,
                mode="lines+markers" if dots else "lines",
                line={"width": 2, "color": COLOURS[name]},
                marker={"size": 8},
            )
        )
    figure.add_hline(y=chart.neutral, line={"dash": "dot", "width": 1, "color": "#8A8A8A"})
    figure.update_layout(
        height=HEIGHT,
        uirevision="keep",
        hovermode="x unified",
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
    )
    figure.update_xaxes(title_text=axis.capitalize(), rangemode="tozero")
    if chart.share:
        figure.update_yaxes(range=[-0.03, 1.03], tickformat=".0%")
    else:
        figure.update_yaxes(range=_height(points, chart))
    return figure


def _height(points: Sequence[MetricPoint], chart: Chart) -> list[float]:
    curves = (chart.training, chart.validation)
    values = [value for point in points for curve in curves if (value := curve(point)) is not None]
    low, high = min(chart.neutral, *values), max(chart.neutral, *values)
    margin = max(chart.margin, (high - low) * 0.06)
    return [low - margin, high + margin]
