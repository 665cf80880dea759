"""Where the person is in this room: the view, the open example, what was last said to them."""

import streamlit as st

from voicetune.ui.parts import address

SHOW = "show"
OPEN = "example"


def go_to(view: str) -> None:
    """Turns to a view; for callbacks, which run before the page is drawn."""
    address.put(SHOW, None if view == "list" else view)


def open_example(example_id: int | None) -> None:
    """Opens an example in the editor; None closes it."""
    address.put(OPEN, None if example_id is None else str(example_id))


def opened() -> int | None:
    """Returns the id of the open example."""
    asked = address.asked(OPEN)
    return int(asked) if asked.isdecimal() and asked.isascii() else None


def say(text: str) -> None:
    """Has our own words shown with the next drawing of the page."""
    st.session_state["_examples_said"] = text


def say_too(text: str) -> None:
    """Has our own words shown behind those that `say` was given."""
    said = st.session_state.get("_examples_said")
    say(f"{said} {text}" if said else text)


def say_what_happened() -> None:
    """Shows, once, what the last action did."""
    said = st.session_state.pop("_examples_said", None)
    if said:
        st.toast(said, icon=":material/check:")


def text_key(name: str, stored: str) -> str:
    """Returns the key of a text area that begins with `stored`, to be given as its `value=`.

    The key stays while only the person writes there, so that what is being typed is left alone. It
    changes when the stored text does, by undo or a mend. Setting the text through session state
    instead can lose it: when a run is cut short, the browser may never hear of what was set, and
    answers with an empty field.
    """
    memo = f"_{name}"
    number, before = st.session_state.get(memo, (0, stored))
    if st.session_state.get(f"{name}.{number}", before) != stored:
        number += 1
    st.session_state[memo] = (number, stored)
    return f"{name}.{number}"
