"""The answer that the open example's own was preferred to, where it came as a preference pair."""

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
            "It came with this one as a preference pair. It is kept, and is not what the model "
            "learns to write."
        )
