"""The answer that the open example's own was preferred to, where both are a preference pair."""

import streamlit as st

from voicetune.examples.example import Example
from voicetune.ui.parts.text import aside, plain


def draw(example: Example) -> None:
    """Draws the way to see it."""
    if not example.rejected:
        return
    with st.popover("The rejected answer", icon=":material/thumb_down:", key="rejected"):
        plain(example.rejected)
        aside(
            "It and the example's own answer are a [[preference pair]]. It is never learned as an "
            "answer; on Train, a model can learn from the pair which of the two you prefer."
        )
