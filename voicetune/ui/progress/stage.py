"""How a run stands now, and the ways to act on it."""

from datetime import UTC, datetime, timedelta
from math import ceil

import streamlit as st

from voicetune.examples.intake import counted
from voicetune.runs.answering import model_that_answers
from voicetune.training.eta import elapsed_in_words, left_in_words, remaining
from voicetune.training.status import GONE, NOT_STARTED, is_final, stage_of
from voicetune.ui import places, rooms
from voicetune.ui.parts.dates import moment_in_words
from voicetune.ui.parts.rehearsal import BADGE
from voicetune.ui.parts.text import escape, prose
from voicetune.ui.progress import controls
from voicetune.workspace.reports import Event
from voicetune.workspace.runs import Run

_ICONS = {
    "succeeded": ":green[:material/check_circle:]",
    "failed": ":red[:material/error:]",
    "cancelled": ":gray[:material/cancel:]",
    "paused": ":material/pause_circle:",
    NOT_STARTED: ":red[:material/error:]",
    GONE: ":gray[:material/delete_forever:]",
}


def draw_stage(run: Run, events: list[Event]) -> None:
    """Draws the stage in plain words with its term, the time, and how far the run is."""
    stage = stage_of(run.status, on_pairs=run.on_pairs)
    icon = _ICONS.get(run.status, ":material/progress_activity:")
    with st.container(border=True, key="stage", gap="small"):
        mark = f"{BADGE} " if run.rehearsal else ""
        prose(
            f"{icon} {mark}**{escape(stage.words)}** "
            f":gray[({escape(stage.term.replace('_', ' '))})]"
        )
        if run.message:
            prose(escape(run.message))
        step, total = how_far(events)
        if not is_final(run.status):
            if total:
                st.progress(min(1.0, step / total), text=_where(run, step, total))
            elif run.status == "running":
                st.progress(0.0, text="The model is being loaded; the first step follows.")
        prose(" · ".join(_times(run, events, total)))
        _draw_ways_on(run)


def how_far(events: list[Event]) -> tuple[int, int]:
    """Returns (the last finished step, all steps); zeros before the first."""
    measured = [(_whole(event.data.get("step")), event) for event in events]
    steps = [step for step, _ in measured if step]
    totals = [_whole(event.data.get("total_steps")) for step, event in measured if step]
    return (max(steps), max(totals)) if steps else (0, 0)


def _where(run: Run, step: int, total: int) -> str:
    words = f"Step {step:,} of {total:,}"
    epochs = run.hyperparameters.get("n_epochs")
    if isinstance(epochs, int) and epochs > 0:
        words += f", epoch {min(epochs, ceil(epochs * step / total))} of {epochs}"
    return words


def _times(run: Run, events: list[Event], total: int) -> list[str]:
    now = datetime.now(UTC)
    began = run.started or run.created
    if run.status == NOT_STARTED:
        return [f"Tried {moment_in_words(run.updated)}"]
    times = [f"{elapsed_in_words((run.finished or now) - began)} so far"]
    if is_final(run.status):
        times = [f"Took {elapsed_in_words((run.finished or run.updated) - began)}"]
        if run.trained_tokens:
            times.append(f"trained on {counted(run.trained_tokens, 'token')}")
    elif total and run.status == "running":
        steps = [(e.created_at, s) for e in events if (s := _whole(e.data.get("step")))]
        times.append(left_in_words(remaining(steps, total, now)))
    elif run.status in ("queued", "validating_files") and (span := _estimated(run)):
        times.append(f"the training itself takes about {elapsed_in_words(span)}")
    return times


def _estimated(run: Run) -> timedelta | None:
    seconds = run.estimate.get("seconds")
    return timedelta(seconds=float(seconds)) if seconds else None


def _draw_ways_on(run: Run) -> None:
    profile = places.profiles().get(run.place)
    if profile is None:
        prose("This version of VoiceTune does not know the place of this run any more.")
        return
    with st.container(horizontal=True, gap="small"):
        if run.status == "succeeded":
            # Elsewhere the way on is drawn below: it has to be deployed, or fetched.
            if model_that_answers(run, profile) and not run.answers_as:
                goes_on = run.starts_from != run.model
                other = "the model it went on from" if goes_on else "the base model"
                rooms.to_compare(run.dataset_id, run.id, f"Compare it with {other}")
        elif run.status == NOT_STARTED:
            controls.draw_try_again(run)
            controls.draw_elsewhere(run)
        elif is_final(run.status):
            _to_train(run, primary=True)
        else:
            controls.draw_controls(run, can_pause=profile.supports.pause)


def _to_train(run: Run, *, primary: bool) -> None:
    rooms.door(rooms.TRAIN, "Back to Train", key="to_train", primary=primary, voice=run.dataset_id)


def _whole(value: object) -> int:
    """The step or total in an event; places write numbers as they like, or leave them out."""
    try:
        return int(float(str(value)))
    except (ValueError, OverflowError):
        return 0
