"""Widgets whose value stands elsewhere: in the page's address, or in the data.

The browser sends the values of all widgets with every click and every tick of a timer. For as long
as it has not heard of a value that was set here it sends the one from before, which Streamlit takes
for a choice. So every page ends with the number of its run, in a widget that is never seen: the
browser sends it back, and what it may have been showing by then was not chosen by anybody.
"""

from collections.abc import Callable
from typing import Any

import streamlit as st

_RUN, _HEARD, _KNOWN = "_run", "run_heard", "_values_known"


def begin_run() -> None:
    """Counts the runs of the script; call it before anything is drawn."""
    st.session_state[_RUN] = _run() + 1


def end_run() -> None:
    """Has the browser send back which run it heard of last; call it after everything is drawn."""
    st.session_state[_HEARD] = _run()
    with st.container(key="heard"):
        st.number_input("Run", key=_HEARD, step=1)


def held(key: str, value: object, on_change: Callable[..., None], *args: object) -> dict[str, Any]:
    """Has a widget show `value`, and returns its key and callback, to be given to it as they are.

    Set with every run, also where it seems to show it already: when a run is cut short, the browser
    may never hear of what was set, shows its default, and sends that as if it had been chosen.
    """
    st.session_state[key] = value
    note(key, value)
    return {"key": key, "on_change": _heed, "args": (key, on_change, *args)}


def note(key: str, value: object) -> None:
    """Keeps that the browser may show a value from this run on; one that stays is kept once."""
    known = st.session_state.setdefault(_KNOWN, {}).setdefault(key, [])
    if known and known[-1][1] == value:
        known.pop()
    known.append((_run(), value))


def is_news(key: str, value: object) -> bool:
    """Tells whether a value that came from the browser was chosen there."""
    known = st.session_state.setdefault(_KNOWN, {})
    heard = st.session_state.get(_HEARD, 0)
    known[key] = [(run, seen) for run, seen in known.get(key, []) if run >= heard]
    if any(seen == value for _, seen in known[key]):
        return False
    known[key] = [(_run(), value)]
    return True


def _heed(key: str, on_change: Callable[..., None], *args: object) -> None:
    if is_news(key, st.session_state[key]):
        on_change(*args)


def _run() -> int:
    run: int = st.session_state.get(_RUN, 0)
    return run
