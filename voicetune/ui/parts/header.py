"""The head of a page: what it is for, in one sentence."""

import streamlit as st

from voicetune.ui.parts.text import prose


def page_header(title: str, sentence: str) -> None:
    """Shows the page's title and the one sentence under it; both are ours, [[term]]s are linked."""
    with st.container(gap="xsmall", width=760):
        st.title(title, anchor=False)
        prose(sentence)
