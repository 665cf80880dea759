"""Choices whose value stands elsewhere: in the page's address, or in the data."""

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
    hold(key, asked if asked in options else default)
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


def hold(key: str, value: object) -> None:
    """Has the widget that is drawn next show a value that stands elsewhere.

    Set with every run, also where it seems to show it already: when a run is cut short, the browser
    may never hear of what was set, shows its default, and sends that as if it had been chosen.
    """
    st.session_state[key] = value


def _write(param: str, key: str, default: str) -> None:
    if st.session_state[key] == default:
        st.query_params.pop(param, None)
    else:
        st.query_params[param] = st.session_state[key]
