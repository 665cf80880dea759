"""How varied the set is: its topics, the forms of its prompts, and its posts along time."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from voicetune.examples.example import Example
from voicetune.examples.intake import counted
from voicetune.ui.examples import edits
from voicetune.ui.examples.board import Board, Snapshot
from voicetune.ui.examples.view import go_to, say
from voicetune.ui.parts.text import aside, escape, prose
from voicetune.ui.parts.time_axis import time_axis
from voicetune.ui.parts.topic_map import topic_map
from voicetune.variety import coverage, shapes, timeline, topics
from voicetune.workspace.history import revision

FEWEST = 12
"""Examples from which a set has topics and habits to speak of."""


@dataclass(frozen=True, slots=True)
class Variety:
    """What was found out about one state of a set; rows are positions among `examples`."""

    examples: list[Example]
    topics: topics.TopicMap
    covered: str
    shapes: shapes.Shapes
    timeline: timeline.Timeline


def draw(board: Board, snapshot: Snapshot) -> None:
    """Draws the variety of the included examples."""
    included = [row.example for row in snapshot.rows.values() if row.example.include]
    if len(included) < FEWEST:
        aside(
            f"With {FEWEST} examples or more you see here what your set is about, how its "
            "questions are asked and how your writing changed. "
            f"There are {len(included)} so far."
        )
        return
    variety = _variety(board, included)
    questions = [example.question for example in variety.examples]
    _draw_topics(variety, questions)
    _draw_shapes(variety.shapes)
    _draw_time(board, variety, questions)


def _variety(board: Board, included: list[Example]) -> Variety:
    """Returns what was found, once for each state of the set."""
    state = (board.dataset_id, revision(board.ws, board.dataset_id))
    held: tuple[tuple[int, int], Variety] | None = st.session_state.get("_variety")
    if held is None or held[0] != state:
        with st.spinner("Reading your examples for topics and habits"):
            found = Variety(
                included,
                topics.find_topics(included),
                coverage.explain(coverage.coverage(included), len(included)),
                shapes.shapes(included),
                timeline.timeline(included),
            )
        st.session_state["_variety"] = state, found
        return found
    return held[1]


def _draw_topics(variety: Variety, questions: Sequence[str]) -> None:
    st.subheader("What it is about", anchor=False)
    prose("A model learns to be you on the subjects it has seen. Fill the holes you care about.")
    told = [topics.explain(variety.topics), variety.covered]
    st.markdown(escape(" ".join(text for text in told if text)))
    if variety.topics.named:
        topic_map(variety.topics, questions, key="topic_map")
        aside("Each dot is an example, each circle a topic, named by its most telling words.")


def _draw_shapes(found: shapes.Shapes) -> None:
    st.subheader("How it asks and answers", anchor=False)
    st.markdown(escape(shapes.explain(found)))
    badges = [
        f":gray-badge[{number:,} × {escape(form.description)}]"
        for form, number in found.forms.items()
    ]
    st.markdown(" ".join(badges))
    aside(
        f"Half of the answers have up to {found.usual:,} words; the shortest tenth up to "
        f"{found.short:,}, nine in ten up to {found.long:,}."
    )


def _draw_time(board: Board, variety: Variety, questions: Sequence[str]) -> None:
    found = variety.timeline
    st.subheader("How you changed", anchor=False)
    st.markdown(escape(timeline.explain(found)))
    if len(found.eras) < 2:
        return
    habit = st.selectbox(
        "Habit",
        list(timeline.HABITS),
        format_func=timeline.HABITS.__getitem__,
        key="habit",
        width=420,
    )
    begins = {era.label: era.begins for era in found.eras}
    first = st.select_slider("Use only examples since", list(begins), key="since_era")
    day = begins[first]
    time_axis(found, questions, key="time_axis", habit=habit, since=day)
    older = [variety.examples[row].id for row in timeline.since(variety.examples, day).older]
    if older:
        st.button(
            f"Leave {counted(len(older), 'older example')} out",
            key="leave_older_out",
            on_click=_leave_out,
            args=(board, older, first),
        )


def _leave_out(board: Board, older: Sequence[int], first: str) -> None:
    edits.set_fields(board, older, f"Use only examples since {first}", include=False)
    say(f"{counted(len(older), 'example')} left out. Undo brings them back.")
    go_to("list")
