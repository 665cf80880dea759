"""A choice that stands in the page's address."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from voicetune.ui.parts import address
from voicetune.ui.parts.held import held


def choice_in_address(
    label: str, options: Mapping[str, str], *, param: str, listed: bool = False
) -> str:
    """Draws a choice over `options` (id: label), side by side or `listed`, and returns the id.

    The id is the query parameter `param`, so that a link or a reload lands at the same choice; the
    first option is the default and leaves the address clean. The label is for screen readers.
    """
    default = next(iter(options))
    key = f"choice_{param}"
    asked = address.asked(param, default)
    shared: dict[str, Any] = {
        "format_func": lambda option: options[option],
        "label_visibility": "collapsed",
        **held(key, asked if asked in options else default, _write, param, key, default),
    }
    if listed:
        st.radio(label, list(options), **shared)
    else:
        st.segmented_control(label, list(options), required=True, wrap=True, **shared)
    chosen: str = st.session_state[key]
    return chosen


def _write(param: str, key: str, default: str) -> None:
    chosen = st.session_state[key]
    address.put(param, None if chosen == default else chosen)
