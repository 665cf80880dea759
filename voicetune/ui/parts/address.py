"""The page's address: the voice, the view and the choices a person is at, for reloads and links.

The browser sends the address it knows with every click and every tick of a timer. For as long as
it has not heard of a change it sends the old one, and would take the person back to where they
were. So within a page the address is what this session left it at; only the browser's own Back and
Forward, another page and a reload bring a new one.
"""

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

_LEFT = "_address"


def asked(name: str, default: str = "") -> str:
    """Returns what the address says under a name."""
    _catch_up()
    value: str = st.query_params.get(name, default)
    return value


def put(name: str, value: str | None) -> None:
    """Writes a value into the address under a name; None takes the name out of it."""
    page = _catch_up()
    if value is None:
        st.query_params.pop(name, None)
    else:
        st.query_params[name] = value
    st.session_state[_LEFT] = (page, st.query_params.to_dict())


def _catch_up() -> str:
    """Replaces an address from before by what became of it, and returns the page it is of."""
    run = get_script_run_ctx()
    assert run is not None  # noqa: S101  pages run in one
    came = st.query_params.to_dict()
    page, left = st.session_state.get(_LEFT, (None, {}))
    if page != run.page_script_hash or run.is_history_navigation:
        st.session_state[_LEFT] = (run.page_script_hash, came)
    elif came != left:
        st.query_params.from_dict(left)
    return run.page_script_hash
