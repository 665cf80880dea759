"""The time axis: every dated post by when it was written, and how a habit went along."""

from collections.abc import Sequence
from datetime import date, timedelta
from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from voicetune.ui.parts.ink import ink as page_ink
from voicetune.ui.parts.text import shortened
from voicetune.variety.timeline import AVERAGED, HABITS, Timeline, label

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

_POST, _OLDER, _USUAL, _CHANGE = "#4F82AD", "#857C73", "#C2694A", "#857C73"
"""Readable on the light and on the dark page alike."""
_QUESTION = 70  # characters of a question that are shown with its dot
_HIGHEST = 0.98  # the share of the posts that the axis is made to hold


def time_axis(
    found: Timeline,
    questions: Sequence[str],
    *,
    key: str,
    habit: str = "words",
    since: date | None = None,
    height: int = 320,
) -> None:
    """Draws a habit along time; posts before `since` are grey."""
    st.plotly_chart(
        time_figure(found, questions, habit=habit, since=since, height=height, ink=page_ink()),
        key=key,
        config={"displayModeBar": False},
        alt=f"{HABITS[habit]}, by when the posts were written",
    )


def time_figure(
    found: Timeline,
    questions: Sequence[str],
    *,
    habit: str = "words",
    since: date | None = None,
    height: int = 320,
    ink: str | None = None,
) -> "Figure":
    """Returns the figure. Each post is a dot, what is usual a line, a change a dotted upright.

    `questions` are those of the examples, by row; `ink` is the colour of all that is written.
    """
    from plotly.graph_objects import Figure, Scatter

    figure = Figure()
    values = found.values.get(habit, ())
    whole = list(zip(found.dates, values, found.rows, strict=True))
    older = [each for each in whole if since and each[0] < since]
    kept = [each for each in whole if not since or each[0] >= since]
    for name, posts, colour in (("Left out", older, _OLDER), ("Posts", kept, _POST)):
        if posts:
            figure.add_trace(
                Scatter(
                    x=[day for day, _, _ in posts],
                    y=[value for _, value, _ in posts],
                    name=name,
                    mode="markers",
                    marker={"size": 6, "color": colour, "opacity": 0.55},
                    customdata=[row for _, _, row in posts],
                    text=[escape(shortened(questions[row], _QUESTION)) for _, _, row in posts],
                    hovertemplate="%{text}<br>%{x|%d %b %Y}: %{y:.3~g}<extra></extra>",
                )
            )
    if found.eras:
        days, usual = _steps(found, habit)
        figure.add_trace(
            Scatter(
                x=days,
                y=usual,
                name="Average" if habit in AVERAGED else "Usual",
                mode="lines",
                line={"width": 3, "color": _USUAL, "shape": "hv"},
                hoverinfo="skip",
            )
        )
    for drift in found.drifts:
        if drift.habit == habit:
            figure.add_vline(x=drift.since, line={"width": 1, "color": _CHANGE, "dash": "dot"})
            figure.add_annotation(
                x=drift.since,
                y=1,
                yref="paper",
                text=f"since {label(drift.since)}",
                showarrow=False,
                xanchor="left",
                xshift=4,
                yanchor="top",
                font={"size": 11, "color": ink},
            )
    figure.update_layout(
        height=height,
        dragmode=False,
        hovermode="closest",
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
    )
    figure.update_xaxes(fixedrange=True, nticks=6, tickfont={"color": ink})
    figure.update_yaxes(
        fixedrange=True,
        nticks=5,
        range=_height(values),
        tickfont={"color": ink},
        title={"text": HABITS[habit], "standoff": 4, "font": {"color": ink}},
    )
    return figure


def _steps(found: Timeline, habit: str) -> tuple[list[date], list[float]]:
    """Returns where each era begins and what is usual in it, on to the last post."""
    days = [era.begins for era in found.eras]
    usual = [era.usual[habit] for era in found.eras]
    return [*days, found.dates[-1] + timedelta(days=1)], [*usual, usual[-1]]


def _height(values: Sequence[float]) -> list[float] | None:
    """Returns the range of the axis; a few posts far above all others do not flatten the rest."""
    if not values:
        return None
    ordered = sorted(values)
    usual = ordered[int(_HIGHEST * (len(ordered) - 1))]
    most = ordered[-1] if ordered[-1] < 2 * usual or not usual else 1.25 * usual
    return [0, 1.08 * most or 1]
