"""How it works: short pages in plain words, from the base model to overfitting."""

import streamlit as st

from voicetune.ui.parts import address
from voicetune.ui.parts.choice import choice_in_address
from voicetune.ui.parts.header import page_header
from voicetune.ui.start import how_bill, how_data, how_models, how_run

TOPICS = {
    "models": ("Base and tuned model", how_models.models),
    "data": ("What training data looks like", how_data.looks),
    "good": ("Good and bad data", how_data.good_and_bad),
    "steps": ("From texts to a model", how_models.steps),
    "time": ("How long it takes", how_bill.time),
    "cost": ("What it costs", how_bill.cost),
    "loss": ("Loss and overfitting", how_run.loss),
}


def draw() -> None:
    """Draws the view."""
    page_header("How it works", "Seven short pages. None of them needs any mathematics.")
    menu, page = st.columns([3, 8], gap="medium")
    with menu:
        topic = choice_in_address(
            "Topic",
            {name: label for name, (label, _) in TOPICS.items()},
            param="topic",
            listed=True,
        )
    with page:
        title, body = TOPICS[topic]
        st.header(title, anchor=False)
        body()
        _draw_next(topic)


def _draw_next(topic: str) -> None:
    names = list(TOPICS)
    at = names.index(topic)
    if at + 1 < len(names):
        st.button(
            f"Next: {TOPICS[names[at + 1]][0]}",
            key="how_next",
            icon=":material/arrow_forward:",
            icon_position="right",
            on_click=_turn_to,
            args=(names[at + 1],),
        )


def _turn_to(topic: str) -> None:
    address.put("topic", topic)
