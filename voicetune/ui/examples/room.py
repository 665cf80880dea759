"""The room as a whole: where the set stands, undo and redo, and one of its views."""

from collections.abc import Callable

import streamlit as st

from voicetune.examples.intake import counted
from voicetune.ui import rooms
from voicetune.ui.examples import (
    add_view,
    changes_view,
    coach_view,
    findings_view,
    list_view,
    refusals_view,
    variety_view,
    whole_view,
)
from voicetune.ui.examples.board import Board, Snapshot
from voicetune.ui.examples.ruler import Ruler, chosen_ruler
from voicetune.ui.examples.view import SHOW, go_to, say, say_what_happened
from voicetune.ui.parts.choice import choice_in_address
from voicetune.ui.parts.text import aside, escape, prose, shortened
from voicetune.ui.session import workspace
from voicetune.workspace.database import Workspace
from voicetune.workspace.datasets import Dataset
from voicetune.workspace.history import can_redo, can_undo, redo, undo
from voicetune.workspace.refusals import count_refusals
from voicetune.workspace.runs import list_runs

STORED_BOARDS = 8


def draw(voice: Dataset) -> None:
    """Draws the room for one voice."""
    ws = workspace()
    say_what_happened()
    board = _board(str(ws.engine.url), voice.id, chosen_ruler(ws).id, ws, chosen_ruler(ws))
    with st.spinner("Looking through your examples"):
        snapshot = board.look()
    refused = count_refusals(ws, voice.id)
    if not (snapshot.rows or refused or can_undo(ws, voice.id) or can_redo(ws, voice.id)):
        add_view.draw(board, snapshot, first=True)
        return
    _draw_standing(snapshot, voice)
    views: dict[str, tuple[str, Callable[[Board, Snapshot], None]]] = {
        "list": ("Examples", list_view.draw),
        "findings": (_numbered("Findings", len(snapshot.by_code)), findings_view.draw),
        "coach": ("Coach", coach_view.draw),
        "add": ("Add", add_view.draw),
        "variety": ("Variety", variety_view.draw),
        "set": ("Whole set", whole_view.draw),
    }
    if list_runs(ws, voice.id, rehearsals=False, on_pairs=False):
        views["changes"] = ("Changes", changes_view.draw)
    if refused:
        views["refused"] = (_numbered("Not read", refused), refusals_view.draw)
    with st.container(horizontal=True, vertical_alignment="center"):
        chosen = choice_in_address(
            "View", {name: label for name, (label, _) in views.items()}, param=SHOW
        )
        st.space("stretch")
        _draw_history(ws, voice.id)
    views[chosen][1](board, snapshot)
    board.coach.look(snapshot.rows)
    if board.coach.invited:
        board.coach.begin()
    if not snapshot.settled or (board.coach.at_work and chosen == "list"):
        _wait_for_comparison(board)


def _draw_standing(snapshot: Snapshot, voice: Dataset) -> None:
    sides = snapshot.sides
    counts = (
        f"{counted(sides['training'], 'example')} to train on, "
        f"{sides['validation']:,} kept apart for [[validation example|validation]]."
    )
    blocking = len(snapshot.blocking)
    with st.container(border=True, key="standing"):
        text, way = st.columns([4, 1], vertical_alignment="center")
        if blocking:
            as_are = "as it is" if blocking == 1 else "as they are"
            with text:
                prose(
                    f":material/block: **{counted(blocking, 'example')} cannot be trained on "
                    f"{as_are}.** {counts}"
                )
            way.button(
                "See what is wrong",
                key="see_findings",
                type="primary",
                width="stretch",
                on_click=go_to,
                args=("findings",),
            )
        elif snapshot.blocks:
            said = " ".join(escape(finding.message) for finding in snapshot.blocks)
            text.markdown(f":material/block: **Not ready to train yet.** {said}")
            way.button(
                "Add more",
                key="add_more",
                type="primary",
                width="stretch",
                on_click=go_to,
                args=("add",),
            )
        else:
            with text:
                prose(f":material/check_circle: **Ready to train.** {counts}")
            with way:
                rooms.door(
                    rooms.TRAIN,
                    "Train this voice",
                    key="to_train",
                    primary=True,
                    wide=True,
                    voice=voice.id,
                )


def _draw_history(ws: Workspace, dataset_id: int) -> None:
    for name, icon, label, act in (
        ("Undo", ":material/undo:", can_undo(ws, dataset_id), undo),
        ("Redo", ":material/redo:", can_redo(ws, dataset_id), redo),
    ):
        st.button(
            name,
            key=name.lower(),
            icon=icon,
            disabled=label is None,
            help=f"{name}: {escape(shortened(label, 80))}"
            if label
            else f"Nothing to {name.lower()}",
            on_click=_walk,
            args=(ws, dataset_id, name, act),
        )


def _walk(
    ws: Workspace, dataset_id: int, name: str, act: Callable[[Workspace, int], str | None]
) -> None:
    label = act(ws, dataset_id)
    if label:
        say(f"{'Undone' if name == 'Undo' else 'Done again'}: {escape(shortened(label, 80))}")


def _numbered(label: str, number: int) -> str:
    return f"{label} ({number:,})" if number else label


@st.fragment(run_every=1.0)
def _wait_for_comparison(board: Board) -> None:
    compared = board.look().settled
    if compared and not board.coach.at_work:
        st.rerun()
    aside(
        "The coach reads your examples."
        if compared and not board.coach.has_looked
        else "Comparing your examples with each other. What you see of duplicates and of the voice "
        "is from before."
    )


@st.cache_resource(show_spinner=False, max_entries=STORED_BOARDS)
def _board(address: str, dataset_id: int, ruler_id: str, _ws: Workspace, _ruler: Ruler) -> Board:
    return Board(_ws, dataset_id, _ruler)
