"""What a page shows when there is nothing yet, or when something went wrong."""

import logging

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from voicetune.providers.profiles import ProfileError
from voicetune.ui.parts.text import escape
from voicetune.ui.rooms import WIDTH
from voicetune.workspace.errors import WorkspaceError

log = logging.getLogger(__name__)


def empty_state(icon: str, title: str, sentence: str, *, key: str = "empty") -> DeltaGenerator:
    """Shows what will stand here and returns the container for the way there (a button or two)."""
    with st.container(border=True, key=key, horizontal_alignment="center", gap="xsmall"):
        st.space("small")
        st.subheader(title, anchor=False, icon=icon, text_alignment="center")
        with st.container(width=520):
            st.markdown(sentence.replace("$", r"\$"), text_alignment="center")
        way = st.container(horizontal=True, horizontal_alignment="center")
        st.space("small")
    return way


def trouble(title: str, what_to_do: str) -> None:
    """Shows that something did not work, and what to do; both are Markdown of ours."""
    with st.container(key="trouble"):
        st.error(what_to_do, title=title, icon=":material/error:")


def show_script_error(error: Exception) -> bool:
    """Replaces a traceback by words; the details go to the terminal VoiceTune was started from."""
    log.error("A page stopped", exc_info=error)
    with st.container(horizontal_alignment="center"), st.container(width=WIDTH):
        if isinstance(error, WorkspaceError):
            trouble("Your workspace cannot be opened", escape(str(error)))
        elif isinstance(error, ProfileError):
            trouble("Your file of places cannot be read", escape(str(error)))
        else:
            trouble(
                "This page stopped",
                "What you saved is safe. Reload the page, or go to another room; if it stops "
                "again, the terminal that runs VoiceTune shows what happened.",
            )
    return True
