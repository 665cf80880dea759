"""The room as a whole: what can be compared, the question, the answers, the way home."""

import streamlit as st

from voicetune.providers.client import Place
from voicetune.providers.standing import standing
from voicetune.runs.answering import answers_at
from voicetune.runs.held_out import held_out_answers
from voicetune.training.status import is_final
from voicetune.ui import places, rooms, session
from voicetune.ui.compare.composer import compose
from voicetune.ui.compare.corners import SIDES, Corners, choose_corners, finished_runs
from voicetune.ui.compare.duel import stream_both
from voicetune.ui.compare.guests import draw_guests, guests
from voicetune.ui.compare.history import draw_history
from voicetune.ui.compare.preferring import draw_pairs_so_far
from voicetune.ui.compare.served import note_server, place_of
from voicetune.ui.compare.take_home import draw_take_home
from voicetune.ui.parts.choice import choice_in_address
from voicetune.ui.parts.dates import day_in_words
from voicetune.ui.parts.engine_wait import draw_engine_not_up
from voicetune.ui.parts.keys import ask_for_key, offer_to_forget_key
from voicetune.ui.parts.states import empty_state, trouble
from voicetune.ui.parts.text import aside, escape
from voicetune.ui.session import workspace
from voicetune.workspace import chats
from voicetune.workspace.database import Workspace
from voicetune.workspace.datasets import Dataset
from voicetune.workspace.runs import Run, list_runs

FEWEST_GUESTS = 2
"""Without a tuned model of one's own, so many others make a comparison."""


def draw(voice: Dataset) -> None:
    """Draws the room for one voice."""
    ws = workspace()
    runs = finished_runs(ws, voice)
    own = [run for run in runs if run.dataset_id == voice.id]
    by_place: dict[str, list[Run]] = {answers_at(run): [] for run in own}
    others = guests(ws)
    if not by_place:
        if len(others) < FEWEST_GUESTS:
            _nothing_yet(ws, voice)
            draw_guests(ws, voice)
            return
        _compare(ws, voice, None, choose_corners(ws, [], others))
        return
    for run in runs:
        if answers_at(run) in by_place:
            by_place[answers_at(run)].append(run)
    where = next(iter(by_place))
    if len(by_place) > 1:
        names = {each: places.profiles()[each].name for each in by_place}
        where = choice_in_address("Place", names, param="place")
    corners = choose_corners(ws, by_place[where], others)
    connected = session.place(where)
    if connected is None:
        _not_connected(where)
        return
    if connected.profile.needs_key:
        offer_to_forget_key(connected.profile)
    base = places.model_of(connected.profile, corners.run.model) if corners.run else None
    if base is not None:
        aside(f"{base.name}. {base.note}")
    if corners.run is not None:
        note_server(corners.run)
    _compare(ws, voice, connected, corners)


def _compare(ws: Workspace, voice: Dataset, connected: Place | None, corners: Corners) -> None:
    """Draws the question, the answers and what was asked before; guests answer at their places."""
    draw_guests(ws, voice)
    turns = chats.list_turns(ws, corners.run_id)
    own = held_out_answers(ws, corners.run) if corners.run else {}
    question, answers = None, st.container()
    at = _places_of(connected, corners)
    if at is not None:
        system = corners.run.system if corners.run else voice.system
        with answers.container(key="composer"):
            question = compose(system, own, may_follow_up=bool(turns))
    played = corners.run is not None and corners.run.rehearsal
    draw_history(ws, corners.run_id, turns, own, _names(corners), None if played else voice)
    draw_pairs_so_far(ws, voice)
    if turns:
        with st.container(horizontal=True), st.popover("Clear all", icon=":material/delete:"):
            st.markdown("All questions and answers of this run go, for good.")
            if st.button("Clear them for good", key="clear", type="primary"):
                chats.clear(ws, corners.run_id)
                st.rerun()
    if connected is not None and not connected.rehearsal:
        draw_take_home(connected, corners)
    if question is not None and at is not None:
        with answers:  # last, so that all else on the page is there while the answers stream in
            stream_both(ws, at, corners, question, turns)


def _places_of(connected: Place | None, corners: Corners) -> dict[str, Place] | None:
    """The place of each side; None where one of them cannot answer, which it says."""
    found: dict[str, Place] = {}
    for side, contender in zip(SIDES, (corners.left, corners.right), strict=True):
        at = place_of(contender, connected)
        if at is None:
            trouble(f"{escape(contender.name)} cannot be asked now", "Connect its place again.")
            return None
        base = at.profile.model(corners.run.model) if corners.run else None
        if not standing(at.profile, session.today(), base).answers:
            ends = (base.serving_ends_on if base else None) or at.profile.serving_ends_on
            day = day_in_words(ends) if ends else ""
            trouble(
                f"{at.profile.name}'s tuned models have stopped",
                f"They no longer answer since {day}. What you asked before stays here; train your "
                "examples on this computer to go on.",
            )
            return None
        found[side] = at
    return found


def _names(corners: Corners) -> dict[str, str]:
    return {each.model: each.name for each in (corners.left, corners.right)}


def _nothing_yet(ws: Workspace, voice: Dataset) -> None:
    running = next((run for run in list_runs(ws, voice.id) if not is_final(run.status)), None)
    if running is not None:
        with empty_state(
            ":material/hourglass_top:",
            "Your model is still learning",
            "After the first epoch there is a checkpoint to talk to, and it shows up here.",
        ):
            rooms.door(
                rooms.PROGRESS,
                "Watch it learn",
                key="to_progress",
                primary=True,
                voice=voice.id,
                run=running.id,
            )
        return
    with empty_state(
        ":material/compare:",
        "No tuned model of this voice yet",
        "Once you have trained one, you ask it and its base model the same question here, and "
        "read both answers as they are written.",
    ):
        rooms.door(rooms.TRAIN, "Train one", key="to_train", primary=True, voice=voice.id)


def _not_connected(where: str) -> None:
    profile = places.profiles()[where]
    if profile.local:
        draw_engine_not_up()
    else:
        ask_for_key(profile)
