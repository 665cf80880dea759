"""The run's held-out questions, ready to be asked: what the model never saw."""

import streamlit as st

from voicetune.ui.parts.text import escape, shortened

SHOWN = 3


def suggest(answers: dict[str, str]) -> str | None:
    """Draws a few held-out questions and returns the one that was just pressed."""
    if not answers:
        return None
    st.caption("Or ask something your model has never seen, held out from training:")
    offset = st.session_state.get("_suggested_from", 0) % len(answers)
    questions = list(answers)
    shown = (questions[offset:] + questions[:offset])[:SHOWN]
    pressed = None
    with st.container(horizontal=True, gap="small"):
        for number, question in enumerate(shown):
            if st.button(
                escape(shortened(question, 60)),
                key=f"suggestion_{number}",
                type="secondary",
                icon=":material/arrow_forward:",
            ):
                pressed = question
        if len(answers) > SHOWN and st.button(
            "Others", key="other_suggestions", type="tertiary", icon=":material/refresh:"
        ):
            st.session_state["_suggested_from"] = offset + SHOWN
            st.rerun()
    return pressed
