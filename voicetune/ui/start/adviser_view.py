"""The adviser: a few plain questions, and an answer with its reasons."""

import streamlit as st

from voicetune.adviser.advice import Advice, advise
from voicetune.adviser.rules import load_rules
from voicetune.ui import rooms
from voicetune.ui.parts.header import page_header
from voicetune.ui.parts.text import aside, points, prose


def draw() -> None:
    """Draws the view."""
    page_header(
        "Should you fine-tune at all?",
        "Often a good [[prompt]] is enough, and sometimes looking things up ([[RAG]]) is what "
        "you need. Eight short questions; the answer takes shape as you go.",
    )
    rules = load_rules()
    asked, answer = st.columns([5, 4], gap="large")
    answers: dict[str, str] = {}
    with asked:
        for question in rules.questions:
            labels = {option.id: option.label for option in question.options}
            given = st.pills(
                question.text,
                list(labels),
                format_func=labels.__getitem__,
                key=f"adviser_{question.id}",
                persist_state="session",
                wrap=True,
            )
            if given:
                answers[question.id] = given
    with answer:
        advice = advise(rules, answers)
        if advice is None:
            with st.container(border=True, key="advice"):
                st.subheader("Your answer", anchor=False)
                prose("It appears here with the first question, and settles with the last.")
        else:
            _draw_advice(advice)


def _draw_advice(advice: Advice) -> None:
    with st.container(border=True, key="advice"):
        aside("Our advice" if advice.complete else "So far")
        st.subheader(advice.verdict.title, anchor=False)
        prose(advice.verdict.summary)
        _draw_list("Why", advice.reasons)
        _draw_list("What speaks for another way", advice.doubts)
        _draw_list("Good to know", advice.notes)
        _draw_list("How to go about it", advice.verdict.steps)
        if advice.changes:
            with st.expander("What would change this answer"):
                points(f"If {c.condition}: {c.verdict.title}." for c in advice.changes)
        if advice.verdict.id in ("fine-tune", "both", "not-yet"):
            rooms.door(rooms.EXAMPLES, "Bring your texts in", key="advice_go", primary=True)


def _draw_list(title: str, items: tuple[str, ...]) -> None:
    if items:
        with st.container(gap="xxsmall"):
            prose(f"**{title}**")
            points(items)
