"""The room as a whole: a run that is open is drawn anew every second, a finished one once."""

import streamlit as st

from voicetune.providers.profiles import Profile
from voicetune.runs.serving import can_travel
from voicetune.training.status import is_final
from voicetune.ui import places, rooms
from voicetune.ui.parts.keys import ask_for_key
from voicetune.ui.parts.states import empty_state
from voicetune.ui.parts.text import prose
from voicetune.ui.progress.complaints import draw_rows_named
from voicetune.ui.progress.cost import draw_cost
from voicetune.ui.progress.deployment import draw_deployment
from voicetune.ui.progress.fetching import draw_fetching
from voicetune.ui.progress.reports import (
    draw_chart,
    draw_checkpoints,
    draw_details,
    draw_events,
    draw_samples,
)
from voicetune.ui.progress.runs_list import choose_run
from voicetune.ui.progress.serving import draw_serving
from voicetune.ui.progress.stage import draw_stage
from voicetune.ui.session import place_for, workspace
from voicetune.workspace.datasets import Dataset
from voicetune.workspace.errors import NotFoundError
from voicetune.workspace.reports import list_events
from voicetune.workspace.runs import Run, get_run, list_runs

SECONDS_BETWEEN = 1.0


def draw(voice: Dataset) -> None:
    """Draws the room for one voice."""
    ws = workspace()
    runs = list_runs(ws, voice.id)
    if not runs:
        with empty_state(
            ":material/show_chart:",
            "Nothing has been trained yet",
            "When you train this voice, you watch it learn here: its losses, its own answers "
            "after each epoch, and when it will be ready.",
        ):
            rooms.door(rooms.TRAIN, "Go to Train", key="to_train", primary=True, voice=voice.id)
        return
    run = choose_run(runs)
    if not is_final(run.status):
        _keep_in_touch(run)
    st.fragment(_draw_run, run_every=None if is_final(run.status) else SECONDS_BETWEEN)(
        run.id, is_final(run.status)
    )
    draw_cost(ws, run)
    draw_details(ws, run)


def _keep_in_touch(run: Run) -> None:
    """Lets the background follow a run at a hosted place, whose key a restart has forgotten."""
    profile = places.profiles().get(run.place)
    if profile is None or profile.local or run.rehearsal:
        return
    connected = place_for(run)
    if connected is not None:
        places.lend(run.id, connected)
        return
    with st.container(border=True, key="key_again", gap="small"):
        prose(f"To go on following this run, VoiceTune needs your {profile.name} key again.")
        ask_for_key(profile)


def _draw_run(run_id: int, was_final: bool) -> None:
    ws = workspace()
    try:
        run = get_run(ws, run_id)
    except NotFoundError:  # deleted in another tab
        st.rerun()
    if is_final(run.status) and not was_final:
        st.rerun()
    events = list_events(ws, run_id)
    draw_stage(run, events)
    profile = places.profiles().get(run.place)
    if run.status == "succeeded" and profile and profile.serving.how == "deployment":
        draw_deployment(ws, run, profile)
    if run.status == "succeeded" and profile and _is_fetched(profile) and not run.served_at:
        draw_fetching(ws, run, profile)
    if profile and can_travel(run, profile):
        draw_serving(ws, run, profile)
    if run.status == "failed":
        draw_rows_named(ws, run)
    draw_chart(ws, run)
    draw_samples(ws, run)
    draw_checkpoints(ws, run)
    draw_events(events)


def _is_fetched(profile: Profile) -> bool:
    """Says whether what a place trains is best fetched, since it answers there at a rent only."""
    return profile.serving.how == "dedicated" and profile.supports.adapter_download
