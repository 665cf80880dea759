"""What a page shows when there is nothing yet, or when something went wrong."""

import logging

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from voicetune.ui.parts.text import prose

log = logging.getLogger(__name__)


def empty_state(icon: str, title: str, sentence: str, *, key: str = "empty") -> DeltaGenerator:
    """Shows what will stand here and returns the container for the way there (a button or two)."""
    with st.container(border=True, key=key, horizontal_alignment="center", gap="xsmall"):
        st.space("small")
        st.title(icon, anchor=False, text_alignment="center")
        st.subheader(title, anchor=False, text_alignment="center")
        with st.container(width=520):
            st.markdown(sentence.replace("$", r"\$"), text_alignment="center")
        way = st.container(horizontal=True, horizontal_alignment="center")
        st.space("small")
    return way


def trouble(title: str, what_to_do: str) -> None:
    """Shows that something did not work, and what the person can do; both texts are ours."""
    with st.container(key="trouble"):
        st.error(what_to_do.replace("$", r"\$"), title=title, icon=":material/error:")


def show_script_error(error: Exception) -> bool:
    """Replaces a traceback by words; the details go to the terminal VoiceTune was started from."""
    log.error("A page stopped", exc_info=error)
    trouble(
        "This page stopped",
        "What you saved is safe. Reload the page; if it stops again, the terminal that runs "
        "VoiceTune shows what happened.",
    )
    prose("[Reload](./) or go to another room in the menu.")
    return True
