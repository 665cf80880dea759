"""Which share is kept apart for validation, and how it is chosen."""

from dataclasses import replace

import streamlit as st

from voicetune.examples.intake import counted
from voicetune.ui.examples.board import Board, Snapshot
from voicetune.ui.examples.dealing import deal, dealing_of
from voicetune.ui.examples.view import say
from voicetune.ui.parts.held import held
from voicetune.ui.parts.text import aside, prose

_WAYS = {False: "At random", True: "The newest"}


def draw(board: Board, snapshot: Snapshot) -> None:
    """Draws the split with its settings."""
    st.subheader("Split", anchor=False)
    aside(
        "Some examples are kept apart: the model never learns from them, so that they can show "
        "whether it learned your voice or only your texts. [[split|More]]"
    )
    dealing = dealing_of(board.ws, board.dataset_id)
    sides = snapshot.sides
    prose(
        f"**{counted(sides['training'], 'example')}** to train on, "
        f"**{sides['validation']:,}** kept apart for validation."
    )
    dated = any(row.example.written_on for row in snapshot.rows.values())
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        st.slider(
            "Kept apart, in percent",
            0,
            50,
            step=5,
            width=280,
            **held("split_share", round(dealing.share * 100), _set_share, board),
        )
        if dated:
            st.segmented_control(
                "Which ones",
                list(_WAYS),
                format_func=_WAYS.__getitem__,
                required=True,
                **held("split_newest", dealing.newest, _set_way, board),
            )
        if not dealing.newest:
            st.button(
                "Deal again",
                key="split_again",
                icon=":material/shuffle:",
                help="Chooses others by chance. Examples you placed by hand stay where they are.",
                on_click=_again,
                args=(board,),
            )
    pinned = sum(row.example.split_pinned for row in snapshot.rows.values())
    if pinned:
        aside(f"{counted(pinned, 'example')} stay where you put them by hand.")


def _set_share(board: Board) -> None:
    dealing = dealing_of(board.ws, board.dataset_id)
    share = st.session_state["split_share"] / 100
    deal(board.ws, board.dataset_id, replace(dealing, share=share), "Change the split")
    say("Split anew.")


def _set_way(board: Board) -> None:
    dealing = dealing_of(board.ws, board.dataset_id)
    newest = st.session_state["split_newest"]
    deal(board.ws, board.dataset_id, replace(dealing, newest=newest), "Change the split")
    say("Split anew.")


def _again(board: Board) -> None:
    dealing = dealing_of(board.ws, board.dataset_id)
    again = replace(dealing, seed=dealing.seed + 1)
    moved = deal(board.ws, board.dataset_id, again, "Deal the split again")
    say(f"{counted(moved, 'example')} changed sides.")
