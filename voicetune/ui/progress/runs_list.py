"""Every run of a voice, and which of them is looked at."""

from collections.abc import Sequence

import streamlit as st

from voicetune.training.status import stage_of
from voicetune.ui import places
from voicetune.workspace.runs import Run

PARAM = "run"
_KEY = "run_picker"


def choose_run(runs: Sequence[Run]) -> Run:
    """Draws the choice of run, the newest first, and returns it; it stands in the address."""
    by_id = {str(run.id): run for run in runs}
    asked = st.query_params.get(PARAM, "")
    chosen = by_id.get(asked, runs[0])
    st.query_params[PARAM] = str(chosen.id)
    if len(runs) > 1:
        st.session_state[_KEY] = str(chosen.id)
        st.selectbox(
            "Run",
            list(by_id),
            format_func=lambda each: run_name(by_id[each]),
            key=_KEY,
            on_change=_choose,
            width=520,
        )
    return chosen


def run_name(run: Run) -> str:
    """Returns a run's name in a list: when, where, what, how it stands."""
    began = run.created.astimezone()
    profile = places.profiles()[run.place]
    model = profile.model(run.model)
    return (
        f"Run {run.id}, {began:%-d %B %H:%M}: {model.name if model else run.model}, "
        f"{profile.name.lower() if profile.local else profile.name}, "
        f"{stage_of(run.status).words.split(':')[0].lower()}"
    )


def _choose() -> None:
    st.query_params[PARAM] = st.session_state[_KEY]
