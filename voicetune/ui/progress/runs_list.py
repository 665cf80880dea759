"""Every run of a voice, and which of them is looked at."""

from collections.abc import Sequence

import streamlit as st

from voicetune.examples.intake import counted
from voicetune.training.status import is_final, stage_of
from voicetune.ui import places
from voicetune.ui.parts import address
from voicetune.ui.parts.dates import moment_in_words
from voicetune.ui.parts.held import held
from voicetune.ui.parts.rehearsal import BADGE
from voicetune.ui.parts.text import escape
from voicetune.workspace.runs import Run

PARAM = "run"
LONG = 4
"""More runs than this scroll, so that the chosen one stays in sight below."""
_KEY = "run_picker"


def choose_run(runs: Sequence[Run]) -> Run:
    """Draws the list of runs, the newest first, and returns the chosen; it is in the address."""
    by_id = {str(run.id): run for run in runs}
    asked = address.asked(PARAM)
    chosen = by_id.get(asked, runs[0])
    address.put(PARAM, str(chosen.id))
    if len(runs) == 1:
        st.caption(f"**{run_name(chosen)}** · {run_facts(chosen)}")
        return chosen
    with st.container(height=260 if len(runs) > LONG else "content", border=True, key="runs"):
        st.radio(
            "Run",
            list(by_id),
            format_func=lambda each: run_name(by_id[each]),
            captions=[run_facts(run) for run in runs],
            label_visibility="collapsed",
            **held(_KEY, str(chosen.id), _choose),
        )
    return chosen


def run_name(run: Run) -> str:
    """Returns a run's name in a list."""
    return f"Run {run.id}, {moment_in_words(run.created)}"


def run_facts(run: Run) -> str:
    """Returns how a run stands, where and with what, as Markdown."""
    profile = places.profiles().get(run.place)
    model = places.model_of(profile, run.model) if profile else None
    facts = [
        stage_of(run.status).words.partition(":")[0] if is_final(run.status) else "Under way",
        escape(model.name if model else run.model),
        profile.name if profile else escape(run.place),
        counted(run.training_examples, "preference pair" if run.on_pairs else "example"),
    ]
    if run.rehearsal:
        facts.insert(0, BADGE)
    epochs = run.hyperparameters.get("n_epochs")
    if isinstance(epochs, int):
        facts.append(counted(epochs, "epoch"))
    return " · ".join(facts)


def _choose() -> None:
    address.put(PARAM, st.session_state[_KEY])
