"""What holds for the whole set: its system message, its split, its limit, and taking it out."""

import streamlit as st

from voicetune.ui.examples import export_view, split_view, system_view
from voicetune.ui.examples.board import Board, Snapshot
from voicetune.ui.examples.ruler import choose_ruler, chosen_ruler, rulers
from voicetune.ui.glossary import tip
from voicetune.ui.parts.held import held
from voicetune.ui.parts.text import aside
from voicetune.workspace.database import Workspace


def draw(board: Board, snapshot: Snapshot) -> None:
    """Draws what holds for all examples."""
    system_view.draw(board, snapshot)
    split_view.draw(board, snapshot)
    _draw_ruler(board.ws)
    export_view.draw(board, snapshot)


def _draw_ruler(ws: Workspace) -> None:
    known = rulers()
    st.subheader("Longest example", anchor=False)
    st.selectbox(
        "Count and check for",
        list(known),
        format_func=lambda each: f"{known[each].name}: {known[each].limit:,} tokens",
        width=420,
        help=tip("context"),
        **held("ruler", chosen_ruler(ws).id, _choose, ws),
    )
    aside(
        "Each model counts [[token|tokens]] its own way and takes in only so many. What is longer "
        "is cut at the end, and you are told which words that would be."
    )


def _choose(ws: Workspace) -> None:
    choose_ruler(ws, st.session_state["ruler"])
