"""Pausing, resuming, cancelling, deleting and launching a run anew.

The page around these is drawn anew every second: what went wrong is said in a toast, which stays.
"""

import streamlit as st

from voicetune.runs import control
from voicetune.runs.launch import launch
from voicetune.ui import places, rooms
from voicetune.ui.background import wake
from voicetune.ui.parts import address
from voicetune.ui.parts.text import escape, prose
from voicetune.ui.session import place_for, rehearse, workspace
from voicetune.workspace.runs import Run

_SETTINGS = {
    "n_epochs": "epochs",
    "batch_size": "batch_size",
    "learning_rate_multiplier": "learning_rate_multiplier",
    "suffix": "suffix",
    "seed": "seed",
    "beta": "beta",
}
"""A run's settings, and the widgets of Train that hold them."""
NOT_CONNECTED = "The place of this run cannot be reached now. Try again in a moment."


def draw_controls(run: Run, *, can_pause: bool) -> None:
    """Draws what can be done with a run that is under way."""
    if run.status == "paused":
        if st.button("Go on", key="resume", type="primary", icon=":material/play_arrow:"):
            _act(run, "resume")
    elif (
        run.status == "running"
        and can_pause
        and st.button("Pause", key="pause", icon=":material/pause:")
    ):
        _act(run, "pause")
    with st.popover("Cancel", icon=":material/stop_circle:", key="cancel_popover"):
        prose("Training stops for good. Checkpoints made so far stay, and so do your examples.")
        if st.button("Stop this run", key="cancel", type="primary"):
            _act(run, "cancel")


def draw_try_again(run: Run) -> None:
    """Draws the way to launch a run that its place did not take, with its files as they were."""
    if not st.button("Try again", key="relaunch", type="primary", icon=":material/refresh:"):
        return
    connected = place_for(run)
    if connected is None:
        _say(NOT_CONNECTED)
        return
    places.lend(run.id, connected)
    with st.spinner("Handing your examples over"):
        launch(workspace(), run, connected)
    wake()
    st.rerun()


def draw_elsewhere(run: Run) -> None:
    """Draws the way to Train with this run's settings, where another place can be chosen."""
    if not st.button("Start it somewhere else", key="elsewhere", icon=":material/alt_route:"):
        return
    if run.rehearsal:
        rehearse("")
    for name, key in _SETTINGS.items():
        value = run.settings.get(name)
        if value not in (None, ""):
            st.session_state["pair_epochs" if run.on_pairs and key == "epochs" else key] = value
    rooms.go(rooms.TRAIN, voice=run.dataset_id, learn="pairs" if run.on_pairs else None)


def draw_delete(run: Run) -> None:
    """Draws the way to remove a run that is over, and with it what it made on this computer."""
    profile = places.profiles().get(run.place)
    local = profile is not None and profile.local
    with st.popover("Delete this run", icon=":material/delete:", key="delete_popover"):
        where = "on this computer" if local else f"at {profile.name if profile else run.place}"
        prose("Its chart, events, files and conversations go for good. Your examples stay.")
        with_models = local and st.toggle(
            "Delete its tuned model and checkpoints too", value=True, key="delete_models"
        )
        if not with_models:
            prose(f"Its tuned model stays {escape(where)}.")
        if not st.button("Delete for good", key="delete", type="primary"):
            return
    connected = place_for(run) if with_models else None
    if with_models and connected is None:
        _say(NOT_CONNECTED)
        return
    try:
        control.delete(workspace(), run, connected)
    except control.ControlError as error:
        _say(str(error))
        return
    address.put("run", None)
    st.rerun()


def _act(run: Run, action: str) -> None:
    ws, connected = workspace(), place_for(run)
    try:
        if action == "cancel":
            control.cancel(ws, run, connected)
        elif connected is None:
            _say(NOT_CONNECTED)
            return
        elif action == "pause":
            control.pause(ws, run, connected)
        else:
            control.resume(ws, run, connected)
    except control.ControlError as error:
        _say(str(error))
        return
    wake()
    st.rerun()


def _say(problem: str) -> None:
    st.toast(escape(problem), icon=":material/error:", duration="long")
