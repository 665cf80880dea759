"""Private pieces: what would be replaced, what was, and what is the person's own and stays."""

from collections.abc import Sequence

import streamlit as st

from voicetune.coach.excerpts import Excerpt
from voicetune.examples.example import Example
from voicetune.examples.finding import Finding
from voicetune.examples.intake import counted
from voicetune.ui.examples import coach_edits
from voicetune.ui.examples.board import Board
from voicetune.ui.examples.coach_memory import keep_own_names, own_names
from voicetune.ui.examples.view import say
from voicetune.ui.examples.word import Word
from voicetune.ui.parts.held import held
from voicetune.ui.parts.text import aside, escape, prose

SHOWN = 30
"""Pieces that the preview shows."""
READ = 500
"""Examples read for the names to choose from."""
OFFERED = 20
"""Names to choose from, the most frequent first."""
OWN_CODES = ("private-name", "private-handle", "private-email")
"""What may be the person's own."""


def draw_button(board: Board, word: Word, finding: Finding, *, key: str) -> None:
    """Draws the button that shows what replacing would change, before it does."""
    if st.button(
        "Replace with a placeholder",
        key=key,
        icon=":material/visibility_off:",
        help="Shows first what would change.",
    ):
        _preview(board, word, finding)


@st.dialog("What would be replaced", width="large")
def _preview(board: Board, word: Word, finding: Finding) -> None:
    pieces = coach_edits.to_replace(board, word, finding)
    examples = len({piece.row for piece in pieces})
    prose(
        f"**{counted(len(pieces), 'piece')} in {counted(examples, 'example')}.** Training sees the "
        "placeholder, your workspace remembers what it stands for, and it can be put back."
    )
    with st.container(height=360 if len(pieces) > 4 else "content", key="previewed"):
        for piece in pieces[:SHOWN]:
            _draw_piece(piece)
        if len(pieces) > SHOWN:
            aside(f"And {len(pieces) - SHOWN:,} more like these.")
    if st.button(
        f"Replace {counted(len(pieces), 'piece')}",
        key="replace_now",
        type="primary",
        on_click=_replace,
        args=(board, word, finding),
    ):
        st.rerun()


def _draw_piece(piece: Excerpt) -> None:
    with st.container(gap="xxsmall"):
        st.caption(f"Example {piece.row + 1:,}")
        st.markdown(
            f"{escape(piece.before)} :red-background[~~{escape(piece.value)}~~] → "
            f":green-background[{escape(piece.placeholder)}] {escape(piece.after)}"
        )


def _replace(board: Board, word: Word, finding: Finding) -> None:
    say(f"{counted(coach_edits.mend(board, word, [finding]), 'example')} mended.")


def draw_mine(board: Board, word: Word | None = None, finding: Finding | None = None) -> None:
    """Draws the choice of what is the person's own: of what was found, or of what was said."""
    own = own_names(board.ws, board.dataset_id)
    code = finding.code if finding else "all"
    popover = st.popover(
        "Some of these are mine" if finding else f"What is yours ({len(own):,})",
        icon=":material/person:",
        key=f"mine_{code}",
        type="tertiary",
        on_change="rerun",
    )
    if not popover.open:
        return
    found = _values(word, finding) if word and finding else []
    key = f"own_{code}"
    others = f"{key}_more"
    choices = list(dict.fromkeys([*own, *found]))
    with popover:
        if choices:
            st.pills(
                "Yours, so never replaced",
                choices,
                format_func=escape,
                selection_mode="multi",
                **held(key, list(own), _keep_own, board, key, choices),
            )
        st.text_input(
            "Add one of yours",
            key=others,
            placeholder="A name, handle, address or company",
            on_change=_add_own,
            args=(board, others),
        )


def _values(word: Word, finding: Finding) -> list[str]:
    found = coach_edits.values_found(word, finding.rows[:READ], finding.code)
    return list(found)[:OFFERED]


def _keep_own(board: Board, key: str, offered: Sequence[str]) -> None:
    kept = [name for name in own_names(board.ws, board.dataset_id) if name not in offered]
    keep_own_names(board.ws, board.dataset_id, [*kept, *st.session_state[key]])


def _add_own(board: Board, key: str) -> None:
    own = own_names(board.ws, board.dataset_id)
    keep_own_names(board.ws, board.dataset_id, [*own, st.session_state[key]])
    st.session_state[key] = ""


def draw_replaced(board: Board, examples: Sequence[Example]) -> None:
    """Draws what the placeholders stand for, and the way back."""
    standing = coach_edits.replaced(board, examples)
    if not standing:
        return
    with st.expander(f"What was replaced ({len(standing):,})", icon=":material/visibility_off:"):
        aside("Only your workspace knows these. Training sees the placeholders.")
        st.dataframe(
            {"Placeholder": list(standing), "Stands for": list(standing.values())},
            hide_index=True,
        )
        st.button(
            "Put everything back", key="coach_restore", on_click=_put_back, args=(board, examples)
        )


def _put_back(board: Board, examples: Sequence[Example]) -> None:
    say(f"{counted(coach_edits.put_back(board, examples), 'example')} as before.")
