"""The glossary: every term of the interface in plain words."""

import streamlit as st

from voicetune.ui.glossary import entries
from voicetune.ui.parts.header import page_header


def draw() -> None:
    """Draws the view. Each term is an anchor, so that a link can point at it."""
    page_header("Glossary", "The field's own words, and what they mean here.")
    wanted = st.text_input(
        "Find a term", key="glossary_find", type="search", live=True, width=320
    ).casefold()
    found = [
        entry
        for entry in entries().values()
        if wanted in f"{entry.term} {entry.short} {entry.more}".casefold()
    ]
    if not found:
        st.markdown("No term fits. Try a shorter word.")
    for entry in found:
        with st.container(gap="xxsmall", key=f"term_{entry.anchor}", width=760):
            st.subheader(entry.term, anchor=entry.anchor)
            st.markdown(f"{entry.short} {entry.more}")
