"""How a run stands now, and the ways to act on it."""

from datetime import UTC, datetime, timedelta
from functools import partial

import streamlit as st

from voicetune.runs.control import ControlError, cancel, pause, resume
from voicetune.runs.launch import launch
from voicetune.training.eta import elapsed_in_words, left_in_words, remaining
from voicetune.training.status import NOT_STARTED, is_final, stage_of
from voicetune.ui import places, rooms
from voicetune.ui.background import wake
from voicetune.ui.parts.states import trouble
from voicetune.ui.parts.text import escape, prose
from voicetune.ui.places import lend
from voicetune.ui.session import place, workspace
from voicetune.workspace.reports import Event
from voicetune.workspace.runs import Run

_ICONS = {
    "succeeded": ":material/check_circle:",
    "failed": ":material/error:",
    "cancelled": ":material/cancel:",
    "paused": ":material/pause_circle:",
    NOT_STARTED: ":material/error:",
}


def draw_stage(run: Run, events: list[Event]) -> None:
    """Draws the stage in plain words with its term, the time, and how far the run is."""
    stage = stage_of(run.status)
    icon = _ICONS.get(run.status, ":material/progress_activity:")
    with st.container(border=True, key="stage", gap="small"):
        prose(f"{icon} **{escape(stage.words)}** ({escape(stage.term.replace('_', ' '))})")
        if run.message:
            prose(escape(run.message))
        step, total = how_far(events)
        if total and not is_final(run.status):
            st.progress(min(1.0, step / total), text=f"Step {step:,} of {total:,}")
        prose(" · ".join(_times(run, events, total)))
        _draw_controls(run)


def how_far(events: list[Event]) -> tuple[int, int]:
    """Returns (the last finished step, all steps); zeros before the first."""
    measured = [event.data for event in events if event.data.get("step")]
    if not measured:
        return 0, 0
    step = max(int(data["step"]) for data in measured)
    return step, max(int(data.get("total_steps") or 0) for data in measured)


def _times(run: Run, events: list[Event], total: int) -> list[str]:
    now = datetime.now(UTC)
    began = run.started or run.created
    times = [f"{elapsed_in_words((run.finished or now) - began)} so far"]
    if is_final(run.status):
        times = [f"Took {elapsed_in_words((run.finished or run.updated) - began)}"]
        if run.trained_tokens:
            times.append(f"trained on {run.trained_tokens:,} tokens")
    elif total and run.status == "running":
        steps = [(e.created_at, int(e.data["step"])) for e in events if e.data.get("step")]
        times.append(left_in_words(remaining(steps, total, now)))
    elif run.status in ("queued", "validating_files") and (seconds := _estimated(run)):
        times.append(f"the training itself takes about {elapsed_in_words(seconds)}")
    return times


def _estimated(run: Run) -> timedelta | None:
    seconds = run.estimate.get("seconds")
    return timedelta(seconds=float(seconds)) if seconds else None


def _draw_controls(run: Run) -> None:
    profile = places.profiles()[run.place]
    with st.container(horizontal=True, gap="small"):
        if run.status == "succeeded":
            rooms.door(
                rooms.COMPARE,
                "Compare it with the base model",
                key="to_compare",
                primary=True,
                voice=run.dataset_id or 0,
                run=run.id,
            )
        elif run.status == NOT_STARTED:
            if st.button("Try again", key="relaunch", type="primary"):
                _relaunch(run)
        elif not is_final(run.status):
            if run.status == "paused":
                if st.button("Go on", key="resume", type="primary", icon=":material/play_arrow:"):
                    _act(run, "resume")
            elif (
                run.status == "running"
                and profile.supports.pause
                and st.button("Pause", key="pause", icon=":material/pause:")
            ):
                _act(run, "pause")
            with st.popover("Cancel", icon=":material/stop_circle:"):
                prose(
                    "Training stops for good. Checkpoints made so far stay, and so do your "
                    "examples."
                )
                if st.button("Stop this run", key="cancel", type="primary"):
                    _act(run, "cancel")


def _act(run: Run, action: str) -> None:
    ws = workspace()
    connected = place(run.place)
    if connected is None and action != "cancel":
        trouble("Not connected", "The place of this run cannot be reached now. Try again later.")
        return
    do = {
        "cancel": partial(cancel, ws, run, connected),
        "pause": partial(pause, ws, run, connected),  # type: ignore[arg-type]
        "resume": partial(resume, ws, run, connected),  # type: ignore[arg-type]
    }[action]
    try:
        do()
    except ControlError as error:
        trouble("That did not work", str(error))
        return
    wake()
    st.rerun()


def _relaunch(run: Run) -> None:
    connected = place(run.place)
    if connected is None:
        trouble("Not connected", "The place of this run cannot be reached now. Try again later.")
        return
    lend(run.id, connected)
    launch(workspace(), run, connected)
    wake()
    st.rerun()
