"""Where the person is in this room: the view, the open example, what was last said to them."""

from typing import Any

import streamlit as st

SHOW = "show"
OPEN = "example"


def go_to(view: str) -> None:
    """Turns to a view; for callbacks, which run before the page is drawn."""
    if view == "list":
        st.query_params.pop(SHOW, None)
    else:
        st.query_params[SHOW] = view


def open_example(example_id: int | None) -> None:
    """Opens an example in the editor; None closes it."""
    if example_id is None:
        st.query_params.pop(OPEN, None)
    else:
        st.query_params[OPEN] = str(example_id)


def opened() -> int | None:
    """Returns the id of the open example."""
    asked = st.query_params.get(OPEN, "")
    return int(asked) if asked.isdecimal() and asked.isascii() else None


def say(text: str) -> None:
    """Has our own words shown with the next drawing of the page."""
    st.session_state["_examples_said"] = text


def say_what_happened() -> None:
    """Shows, once, what the last action did."""
    said = st.session_state.pop("_examples_said", None)
    if said:
        st.toast(said, icon=":material/check:")


def set_if_other(key: str, value: Any) -> None:
    """Gives a widget its stored value, but leaves alone what the person is typing into it."""
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value
