"""What the coach says of the open example, each with its mend and the way to look past it."""

from dataclasses import replace

import streamlit as st

from voicetune.coach.codes import PRIVATE, leaves_out, of_the_set
from voicetune.examples.finding import Finding, Severity
from voicetune.ui.examples import coach_edits, edits, replacing_view
from voicetune.ui.examples.board import Board, Snapshot
from voicetune.ui.examples.found import OF_THE_COACH
from voicetune.ui.examples.view import say
from voicetune.ui.examples.word import Word
from voicetune.ui.parts.text import aside, escape

ICONS = {
    Severity.ERROR: ":red[:material/error:]",
    Severity.WARNING: ":orange[:material/warning:]",
    Severity.ADVICE: ":blue[:material/lightbulb:]",
}


def draw(board: Board, snapshot: Snapshot, example_id: int) -> None:
    """Draws the coach's findings about one example."""
    word = board.coach.look(snapshot.rows)
    found = [f for f in word.about(example_id) if f.code in OF_THE_COACH]
    row = list(snapshot.rows).index(example_id)
    for number, finding in enumerate(found):
        earlier = row in word.changed and of_the_set(finding.code)
        with st.container(horizontal=True, vertical_alignment="center", key=f"coached_{number}"):
            with st.container(width="stretch", gap="xxsmall"):
                st.markdown(f"{ICONS[finding.severity]} {escape(finding.message)}")
                if earlier:
                    aside("From before the last edit.")
            if not earlier:
                _draw_mend(board, word, replace(finding, rows=(row,)), finding, number)
            if coach_edits.can_dismiss([finding]):
                st.button(
                    "Dismiss",
                    key=f"dismiss_{finding.code}_{number}",
                    type="tertiary",
                    help="This is meant so. It is not said again until the example changes.",
                    on_click=coach_edits.dismiss,
                    args=(board, word, [finding]),
                )


def _draw_mend(board: Board, word: Word, here: Finding, finding: Finding, number: int) -> None:
    """Draws the mend of one example (`here`), or of all where it is about what they share."""
    key = f"coach_mend_one_{finding.code}_{number}"
    if finding.code in PRIVATE:
        replacing_view.draw_button(board, word, here, key=key)
    elif leaves_out(finding.code):
        st.button(
            "Leave this one out",
            key=key,
            icon=":material/healing:",
            on_click=_leave_out,
            args=(board, word.examples[here.rows[0]].id),
        )
    elif finding.mend:
        st.button(
            finding.mend,
            key=key,
            icon=":material/healing:",
            on_click=_mend,
            args=(board, word, finding if of_the_set(finding.code) else here),
        )


def _leave_out(board: Board, example_id: int) -> None:
    edits.change(board, example_id, "Leave an example out", include=False)


def _mend(board: Board, word: Word, finding: Finding) -> None:
    number = coach_edits.mend(board, word, [finding])
    if not number:
        say("Nothing changed: what would be left says too little. Change it by hand.")
