"""The room as a whole: what can be compared, the question, the answers, the way home."""

import streamlit as st

from voicetune.runs.held_out import held_out_answers
from voicetune.training.status import is_final
from voicetune.ui import places, rooms
from voicetune.ui.compare.composer import compose
from voicetune.ui.compare.corners import Corners, choose_corners, finished_runs
from voicetune.ui.compare.duel import stream_both
from voicetune.ui.compare.history import draw_history
from voicetune.ui.compare.take_home import draw_take_home
from voicetune.ui.parts.choice import choice_in_address
from voicetune.ui.parts.engine_wait import draw_engine_not_up
from voicetune.ui.parts.keys import ask_for_key, offer_to_forget_key
from voicetune.ui.parts.states import empty_state
from voicetune.ui.parts.text import aside
from voicetune.ui.session import place, workspace
from voicetune.workspace import chats
from voicetune.workspace.database import Workspace
from voicetune.workspace.datasets import Dataset
from voicetune.workspace.runs import Run, list_runs


def draw(voice: Dataset) -> None:
    """Draws the room for one voice."""
    ws = workspace()
    runs = finished_runs(ws, voice)
    by_place: dict[str, list[Run]] = {run.place: [] for run in runs if run.dataset_id == voice.id}
    if not by_place:
        _nothing_yet(ws, voice)
        return
    for run in runs:
        if run.place in by_place:
            by_place[run.place].append(run)
    where = next(iter(by_place))
    if len(by_place) > 1:
        names = {each: places.profiles()[each].name for each in by_place}
        where = choice_in_address("Place", names, param="place")
    corners = choose_corners(ws, by_place[where])
    connected = place(where)
    if connected is None:
        _not_connected(where)
        return
    offer_to_forget_key(connected.profile)
    base = connected.profile.model(corners.run.model)
    if base is not None:
        aside(f"{base.name}. {base.note}")
    turns = chats.list_turns(ws, corners.run.id)
    own = held_out_answers(ws, corners.run)
    with st.container(key="composer"):
        question = compose(corners.run.system, own, may_follow_up=bool(turns))
    answers = st.container()
    draw_history(ws, corners.run.id, turns, own, _names(corners))
    if turns:
        with st.container(horizontal=True), st.popover("Clear all", icon=":material/delete:"):
            st.markdown("All questions and answers of this run go, for good.")
            if st.button("Clear them for good", key="clear", type="primary"):
                chats.clear(ws, corners.run.id)
                st.rerun()
    draw_take_home(connected, corners)
    if question is not None:
        with answers:  # last, so that all else on the page is there while the answers stream in
            stream_both(ws, connected, corners, question, turns)


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
