"""A choice that stands in the page's address."""

from collections.abc import Mapping
from typing import Any

import streamlit as st


def choice_in_address(
    label: str, options: Mapping[str, str], *, param: str, listed: bool = False
) -> str:
    """Draws a choice over `options` (id: label), side by side or `listed`, and returns the id.

    The id is the query parameter `param`, so that a link or a reload lands at the same choice; the
    first option is the default and leaves the address clean. The label is for screen readers.
    """
    default = next(iter(options))
    key = f"choice_{param}"
    asked = st.query_params.get(param, default)
    asked = asked if asked in options else default
    # Only where the address has moved: a value that is set with every run can reach the browser
    # after a click, and undo it.
    if key not in st.session_state or st.session_state.get(_followed(key)) != asked:
        st.session_state[key] = st.session_state[_followed(key)] = asked
    shared: dict[str, Any] = {
        "format_func": lambda option: options[option],
        "key": key,
        "label_visibility": "collapsed",
        "on_change": _write,
        "args": (param, key, default),
    }
    if listed:
        st.radio(label, list(options), **shared)
    else:
        st.segmented_control(label, list(options), required=True, wrap=True, **shared)
    chosen: str = st.session_state[key]
    return chosen


def _followed(key: str) -> str:
    return f"_{key}_followed"


def _write(param: str, key: str, default: str) -> None:
    st.session_state[_followed(key)] = st.session_state[key]
    if st.session_state[key] == default:
        st.query_params.pop(param, None)
    else:
        st.query_params[param] = st.session_state[key]
