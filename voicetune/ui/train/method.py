"""What a run teaches: the voice, or which of two answers is preferred; and what it goes on from."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from voicetune.examples.intake import counted
from voicetune.ui.glossary import tip
from voicetune.ui.parts import address
from voicetune.ui.parts.held import held
from voicetune.ui.parts.text import aside, escape
from voicetune.ui.progress.runs_list import run_name
from voicetune.ui.train.choice import Choice
from voicetune.ui.train.pair_readiness import count_pairs
from voicetune.workspace.database import Workspace
from voicetune.workspace.datasets import Dataset
from voicetune.workspace.runs import Run, list_runs

PARAM = "learn"
METHODS = {
    "voice": ("Teach the voice", "It learns to write your answers, from all your examples."),
    "pairs": (
        "Teach what you prefer",
        "It learns to lean towards the better answer of each pair, and away from the other.",
    ),
}
_KEY = "choice_learn"


@dataclass(frozen=True, slots=True)
class Method:
    """How a run learns: `on_pairs` from preference pairs, going on from `start`'s tuned model.

    Without `start` it begins with the base model.
    """

    on_pairs: bool = False
    start: Run | None = None

    @property
    def goes_on_from(self) -> str:
        """The tuned model that it goes on from, or "" for the base model."""
        return (self.start.fine_tuned_model or "") if self.start else ""


def choose_method(ws: Workspace, voice: Dataset, choice: Choice) -> Method:
    """Draws the choice where the set has preference pairs, and returns it."""
    pairs = count_pairs(ws, voice)
    if not pairs:
        return Method()
    st.subheader("What it learns", anchor=False)
    if not choice.profile.learns_pairs(choice.model):
        aside(
            f"Your set has {counted(pairs, 'preference pair')}. {escape(choice.model.name)} does "
            f"not learn from [[preference pair|pairs]] at {escape(choice.profile.name)}; their "
            "preferred answers are trained on like all others."
        )
        return Method()
    asked = address.asked(PARAM)
    chosen = st.radio(
        "What it learns",
        list(METHODS),
        format_func=lambda each: f"**{METHODS[each][0]}**",
        captions=[sentence for _, sentence in METHODS.values()],
        label_visibility="collapsed",
        **held(_KEY, asked if asked in METHODS else "voice", _write),
    )
    if chosen == "voice":
        return Method()
    return Method(True, _choose_start(starts(ws, voice, choice), choice))


def starts(ws: Workspace, voice: Dataset, choice: Choice) -> list[Run]:
    """Returns the finished runs of the voice that pairs can go on from, the newest first."""
    place = choice.place
    return [
        run
        for run in list_runs(ws, voice.id)
        if run.status == "succeeded"
        and run.fine_tuned_model
        and (run.place, run.model) == (choice.profile.id, choice.model.id)
        and run.rehearsal == place.rehearsal
        # The engine on this computer has another address each time.
        and (choice.profile.local or run.base_url == place.base_url)
    ]


def _choose_start(runs: Sequence[Run], choice: Choice) -> Run | None:
    """Draws what the run goes on from; a run that taught the voice is advised and preselected."""
    if not runs:
        aside(
            "It begins with the base model. Better: teach the voice first, then go on from that "
            "model with your pairs, which then only have to shift it."
        )
        return None
    by_id = {run.id: run for run in runs}
    advised = next((run.id for run in runs if not run.on_pairs), runs[0].id)

    def name(run_id: int) -> str:
        if run_id not in by_id:
            return f"{choice.model.name}, before any training (base model)"
        taught = "what you prefer" if by_id[run_id].on_pairs else "your voice"
        return f"{run_name(by_id[run_id])}: {taught}" + " (advised)" * (run_id == advised)

    picked = st.selectbox(
        "Go on from",
        [advised, *(run_id for run_id in by_id if run_id != advised), 0],
        format_func=name,
        key=f"goes_on_from_{advised}",
        persist_state="session",
        width=420,
        help=tip("preference pair"),
    )
    aside("Teach the voice first, then what you prefer: the pairs then only have to shift it.")
    return by_id.get(picked)


def _write() -> None:
    chosen = st.session_state[_KEY]
    address.put(PARAM, None if chosen == "voice" else chosen)
