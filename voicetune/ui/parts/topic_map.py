"""The topic map: every example a dot, every topic a circle with its name."""

from collections.abc import Sequence
from html import escape
from textwrap import wrap
from typing import TYPE_CHECKING

import streamlit as st

from voicetune.ui.parts.ink import ink as page_ink
from voicetune.ui.parts.text import shortened
from voicetune.variety.topics import Topic, TopicMap

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

COLOURS = ("#C2694A", "#4F82AD", "#5C9454", "#9571B5", "#A67C1F", "#3E8E8C", "#B5607F")
"""Readable on the light and on the dark page alike; a topic keeps its place in their order."""
REST_COLOUR = "#857C73"

_LABEL_WIDTH, _LABEL_LINES = 15, 2
_QUESTION = 70  # characters of a question that are shown with its dot
_WEBGL = 2_000  # dots from which they are drawn by the graphics card


def topic_map(found: TopicMap, questions: Sequence[str], *, key: str, height: int = 460) -> None:
    """Draws the map; `questions` are those of the examples, by row."""
    st.plotly_chart(
        topic_figure(found, questions, height=height, ink=page_ink()),
        key=key,
        config={"displayModeBar": False},
        alt="A map of the topics: the more examples a topic has, the larger its circle",
    )


def topic_figure(
    found: TopicMap, questions: Sequence[str], *, height: int = 460, ink: str | None = None
) -> "Figure":
    """Returns the figure. Dots show their question, circles are as large as their topic.

    `ink` is the colour of the names.
    """
    from plotly.graph_objects import Figure, Scatter, Scattergl

    dots = Scattergl if len(found.points) > _WEBGL else Scatter
    figure = Figure()
    for place, topic in enumerate(found.topics):
        colour = _colour(topic, place)
        figure.add_trace(
            dots(
                x=[found.points[row][0] for row in topic.rows],
                y=[found.points[row][1] for row in topic.rows],
                name=escape(topic.name),
                mode="markers",
                marker={"size": _dot_size(len(found.points)), "color": colour, "opacity": 0.8},
                customdata=list(topic.rows),
                text=[escape(shortened(questions[row], _QUESTION)) for row in topic.rows],
                hovertemplate="%{text}<extra></extra>",
            )
        )
        circle = topic.circle
        figure.add_shape(
            type="circle",
            x0=circle.x - circle.radius,
            x1=circle.x + circle.radius,
            y0=circle.y - circle.radius,
            y1=circle.y + circle.radius,
            line={"width": 1, "color": colour},
            fillcolor=colour,
            opacity=0.12,
            layer="below",
        )
    figure.add_trace(
        Scatter(
            x=[topic.circle.x for topic in found.topics],
            y=[topic.circle.y + topic.circle.radius for topic in found.topics],
            text=[_label(topic) for topic in found.topics],
            mode="text",
            textposition="top center",
            textfont={"size": 11, "color": ink},
            cliponaxis=False,
            hoverinfo="skip",
        )
    )
    hidden = {"visible": False, "fixedrange": True}
    figure.update_layout(
        height=height,
        showlegend=False,
        dragmode=False,
        hovermode="closest",
        margin={"l": 0, "r": 0, "t": 8, "b": 0},
        xaxis={**hidden, "range": [-1.06, 1.06]},
        yaxis={**hidden, "range": [-1.04, 1.22], "scaleanchor": "x"},
    )
    return figure


def _colour(topic: Topic, place: int) -> str:
    return COLOURS[place % len(COLOURS)] if topic.words else REST_COLOUR


def _dot_size(total: int) -> int:
    return 7 if total < 300 else 5 if total < 1_500 else 3


def _label(topic: Topic) -> str:
    """Returns a topic's first words on two short lines, with the number of its examples."""
    words = topic.words[0] if topic.words else topic.name
    lines = wrap(words, _LABEL_WIDTH)
    if len(lines) > _LABEL_LINES:
        lines = [*lines[: _LABEL_LINES - 1], f"{lines[_LABEL_LINES - 1]} …"]
    return "<br>".join([*map(escape, lines[:-1]), f"{escape(lines[-1])} ({len(topic.rows)})"])
