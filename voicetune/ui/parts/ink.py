"""The colour of writing in figures, which Streamlit's own theme leaves rather pale."""

import streamlit as st

_INK = {"light": "#4A3B30", "dark": "#E3D5C3"}


def ink() -> str | None:
    """Returns the colour for the page as it is now, light or dark; None where that is unknown."""
    return _INK.get(str(st.context.theme.type))
