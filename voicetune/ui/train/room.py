"""The room as a whole: is the set ready, where, with which settings, for how much."""

from collections.abc import Sequence

import streamlit as st

from voicetune.runs.launch import confirmation_key
from voicetune.ui import rooms
from voicetune.ui.parts.choice import choice_in_address
from voicetune.ui.parts.states import empty_state
from voicetune.ui.parts.text import aside, prose
from voicetune.ui.session import workspace
from voicetune.ui.train import costs
from voicetune.ui.train.bill import draw_bill, summary, work_out
from voicetune.ui.train.choice import Choice, choose
from voicetune.ui.train.confirm import confirm
from voicetune.ui.train.counting import all_offers, measured
from voicetune.ui.train.method import choose_method
from voicetune.ui.train.pair_readiness import draw_pair_readiness, pair_readiness
from voicetune.ui.train.readiness import draw_readiness, readiness
from voicetune.ui.train.settings import choose_settings
from voicetune.workspace.database import Workspace
from voicetune.workspace.datasets import Dataset
from voicetune.workspace.runs import Run, list_open_runs, list_runs

VIEWS = {"train": "Train", "costs": "What it costs"}


def draw(voice: Dataset) -> None:
    """Draws the room for one voice."""
    ws = workspace()
    if not voice.included:
        with empty_state(
            ":material/edit_note:",
            "No examples to learn from yet",
            "A model learns your voice from examples: a question, and your answer to it.",
        ):
            rooms.door(rooms.EXAMPLES, "Add examples", key="add", primary=True, voice=voice.id)
        return
    if choice_in_address("View", VIEWS, param="view") == "costs":
        costs.draw(ws, voice)
    else:
        _draw_training(ws, voice)


def _draw_training(ws: Workspace, voice: Dataset) -> None:
    st.subheader("Where", anchor=False)
    choice = choose(ws, voice, all_offers(ws, voice))
    if choice is None:
        return
    method = choose_method(ws, voice, choice)
    examine = pair_readiness if method.on_pairs else readiness
    ready = examine(
        ws,
        voice,
        limit=choice.model.context,
        minimum=choice.profile.limits.minimum_examples,
        folder=choice.folder,
    )
    st.subheader("Your preference pairs" if method.on_pairs else "Your examples", anchor=False)
    (draw_pair_readiness if method.on_pairs else draw_readiness)(voice, ready)
    if not method.on_pairs and list_runs(ws, voice.id, rehearsals=False, on_pairs=False):
        since = "See what changed since your last training"
        rooms.link(
            rooms.EXAMPLES, since, icon=":material/difference:", voice=voice.id, show="changes"
        )
    if ready.blocking:
        return
    st.subheader("How", anchor=False)
    settings = choose_settings(
        choice.profile, choice.model, ready.training, method, kept_apart=ready.validation
    )
    bill = work_out(choice, ready, measured(ws, voice, choice.folder), settings.n_epochs or 1)
    draw_bill(choice, bill, on_pairs=method.on_pairs)
    under_way = list_open_runs(ws)
    open_run = next((run for run in under_way if run.dataset_id == voice.id), None)
    if open_run is None and choice.profile.local and _any_at(choice, under_way):
        aside("Another voice is being trained on this computer; this one waits for it.")
    elif open_run is not None:
        with st.container(horizontal=True, vertical_alignment="center"):
            prose("A run of this voice is under way; another one would wait for it.")
            rooms.door(rooms.PROGRESS, "Watch it", key="watch", voice=voice.id, run=open_run.id)
    label = f"Train: {summary(choice, bill)}".replace("$", r"\$")
    if st.button(
        "Rehearse the training: nothing is paid" if choice.place.rehearsal else label,
        type="primary",
        key="train",
        icon=":material/model_training:",
    ):
        key = confirmation_key(ws, voice.id, choice.place, choice.model.id, settings)
        confirm(voice, choice, settings, ready, bill, key, method)


def _any_at(choice: Choice, runs: Sequence[Run]) -> bool:
    return any(run.place == choice.profile.id for run in runs)
