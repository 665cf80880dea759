"""The one system message of the whole set, and the examples that have another."""

import streamlit as st

from voicetune.examples.intake import counted
from voicetune.ui.examples import edits
from voicetune.ui.examples.board import Board, Snapshot
from voicetune.ui.examples.view import go_to, open_example, say, text_key
from voicetune.ui.parts.text import aside, escape, prose, shortened
from voicetune.workspace.datasets import get_dataset

SHOWN = 5
CODE = "system-differs"


def draw(board: Board, snapshot: Snapshot) -> None:
    """Draws the message in a text area, and the way to align what differs."""
    system = snapshot.system if snapshot.rows else get_dataset(board.ws, board.dataset_id).system
    st.subheader("System message", anchor=False)
    aside(
        "An instruction that stands before every conversation. The model learns your voice under "
        "it, so use the same one when you talk to it later. [[system message|More]]"
    )
    key = text_key(f"system_{board.dataset_id}", system or "")
    st.text_area(
        "The system message of all examples",
        system or "",
        key=key,
        height="content",
        placeholder="None. For example: You write short, warm posts about gardening.",
        label_visibility="collapsed",
        on_change=_change,
        args=(board, key),
    )
    differing = snapshot.by_code.get(CODE, [])
    same = sum(row.example.include for row in snapshot.rows.values()) - len(differing)
    if not differing:
        aside(
            f"{counted(same, 'example')} {'has' if same == 1 else 'have'} it. Changing it here "
            "changes it in all of them."
            if system
            else "No example has one. What you write here goes before all of them."
        )
        return
    with st.container(border=True, key="system_differs", gap="small"):
        with st.container(horizontal=True, vertical_alignment="center"):
            with st.container(width="stretch"):
                has = "has" if len(differing) == 1 else "have"
                prose(
                    f":orange[:material/warning:] **{counted(len(differing), 'example')} {has} "
                    f"another one.** {same:,} have the one above."
                )
            st.button(
                "Use it for all",
                key="align_all",
                icon=":material/healing:",
                type="primary",
                on_click=_align,
                args=(board,),
            )
        for id_ in differing[:SHOWN]:
            _draw_other(board, snapshot, id_)
        if len(differing) > SHOWN:
            aside(f"And {len(differing) - SHOWN:,} more.")


def _draw_other(board: Board, snapshot: Snapshot, example_id: int) -> None:
    example = snapshot.rows[example_id].example
    with st.container(horizontal=True, vertical_alignment="center"):
        with st.container(gap="xxsmall", width="stretch"):
            said = f"“{escape(shortened(example.system, 160))}”" if example.system else "None"
            st.markdown(said)
            st.caption(escape(shortened(example.question, 100)))
        st.button(
            "Align",
            key=f"align_{example_id}",
            type="tertiary",
            on_click=_align,
            args=(board, [example_id]),
        )
        st.button(
            "Open",
            key=f"open_system_{example_id}",
            type="tertiary",
            on_click=_open,
            args=(example_id,),
        )


def _change(board: Board, key: str) -> None:
    text = st.session_state[key]
    edits.change_system(board, text if text.strip() else None)
    say("System message saved.")


def _align(board: Board, ids: list[int] | None = None) -> None:
    say(f"{counted(edits.mend_all(board, CODE, ids), 'example')} aligned.")


def _open(example_id: int) -> None:
    open_example(example_id)
    go_to("list")
