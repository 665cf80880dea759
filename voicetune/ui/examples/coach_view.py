"""The coach: one score for the set, what takes points off it, and the way to get them back."""

from collections.abc import Sequence

import streamlit as st

from voicetune.coach.codes import PRIVATE
from voicetune.coach.score import Deduction
from voicetune.examples.example import Example
from voicetune.examples.finding import Finding
from voicetune.examples.intake import counted
from voicetune.ui.examples import coach_edits, replacing_view
from voicetune.ui.examples.board import Board, Snapshot
from voicetune.ui.examples.coach_memory import dismissed_in, own_names
from voicetune.ui.examples.coaching import AT_ONCE, Coach, Stopped
from voicetune.ui.examples.filters import show_only
from voicetune.ui.examples.found import OF_THE_COACH
from voicetune.ui.examples.view import go_to, open_example, say
from voicetune.ui.examples.word import Word
from voicetune.ui.parts.text import aside, escape, prose, shortened

SHOWN = 3
_STOPPED = {
    Stopped.CANCELLED: "You stopped the coach. What was found until then is kept.",
    Stopped.FAILED: "The coach could not finish. What was found until then is kept, and the log "
    "of VoiceTune says what went wrong.",
}
_BY_WORDS = (
    "Compared by their words. With a sentence model on this computer they are compared by their "
    "meaning: the README says how to add one."
)
_BY_MEANING = "Compared by their meaning, with the sentence model on this computer."
_BEFORE = (
    "The score, and what comes of comparing examples with each other, are from before the last "
    "edit. What is said of single examples is of now."
)


def draw(board: Board, snapshot: Snapshot) -> None:
    """Draws the coach's word on the set."""
    word = board.coach.look(snapshot.rows)
    if not word.settled and not board.coach.stopped:
        board.coach.begin()
        if len(snapshot.rows) <= AT_ONCE:
            with st.spinner("The coach reads your examples"):
                board.coach.wait()
            word = board.coach.look(snapshot.rows)
    if not word.settled:
        _draw_work(board.coach, word)
    if word.score is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        st.metric("Score", f"{word.score} of 100", width="content")
        with st.container(width="stretch"):
            prose(
                "The score is what is left of 100 after what is listed here. Each line says which "
                "examples it is about and how to win its points back; nothing is changed by itself."
            )
    if not word.deductions:
        st.markdown(":green[:material/check_circle:] **Nothing to improve.**")
    for deduction in word.deductions:
        _draw_deduction(board, word, deduction)
    _draw_dismissed(board)
    if own_names(board.ws, board.dataset_id):
        replacing_view.draw_mine(board)
    replacing_view.draw_replaced(board, word.examples)


def _draw_work(coach: Coach, word: Word) -> None:
    """Draws how far the coach is, or why it stopped and the way to go on."""
    if coach.at_work:
        _draw_progress(coach, word)
    elif coach.stopped:
        with st.container(horizontal=True, vertical_alignment="center", key="coach_stopped"):
            with st.container(width="stretch"):
                aside(_STOPPED[coach.stopped] + ("" if word.score is None else f" {_BEFORE}"))
            st.button(
                "Go on", key="coach_go_on", icon=":material/play_arrow:", on_click=coach.begin
            )


@st.fragment(run_every=0.5)
def _draw_progress(coach: Coach, word: Word) -> None:
    progress = coach.progress
    if progress is None:
        st.rerun()
    step = progress.step.value[0]
    with st.container(border=True, key="coach_progress", gap="small"):
        with st.container(horizontal=True, vertical_alignment="center"):
            with st.container(width="stretch"):
                prose(f"**{step}**")
            st.button(
                "Stop",
                key="coach_stop",
                type="tertiary",
                icon=":material/stop_circle:",
                on_click=coach.cancel,
            )
        st.progress(progress.share)
        done = f"{progress.done:,} of {counted(progress.total, 'example')}. " * bool(progress.done)
        aside(
            f"{done}You can go on working meanwhile, also in another room."
            if word.score is None
            else f"{done}{_BEFORE}"
        )


def _draw_deduction(board: Board, word: Word, deduction: Deduction) -> None:
    found = word.of_code(deduction.code)
    with st.container(border=True, key=f"coach_{deduction.code}", gap="small"):
        st.markdown(f":orange-badge[{deduction.loss}] {escape(deduction.reason)}")
        with st.container(horizontal=True, vertical_alignment="center"):
            if found and deduction.mend:
                _draw_mend(board, word, deduction, found)
            if found and coach_edits.can_dismiss(found):
                st.button(
                    "Dismiss",
                    key=f"coach_dismiss_{deduction.code}",
                    type="tertiary",
                    help="This is meant so. It is not said again until one of them changes.",
                    on_click=coach_edits.dismiss,
                    args=(board, word, [f for f in word.findings if f.code == deduction.code]),
                )
            if found and deduction.code in replacing_view.OWN_CODES:
                replacing_view.draw_mine(board, word, found[0])
            if len(deduction.rows) > 1 and deduction.code in OF_THE_COACH:
                st.button(
                    "Show in the list",
                    key=f"coach_show_{deduction.code}",
                    type="tertiary",
                    icon=":material/filter_list:",
                    on_click=_show,
                    args=(board.dataset_id, deduction.code),
                )
        if deduction.code == "near-duplicate":
            aside(_BY_MEANING if board.coach.understands else _BY_WORDS)
        for row in deduction.rows[:SHOWN]:
            _draw_example(board, word.examples[row], deduction.code)
        if len(deduction.rows) > SHOWN:
            aside(f"And {counted(len(deduction.rows) - SHOWN, 'example')} more.")


def _draw_mend(board: Board, word: Word, deduction: Deduction, found: Sequence[Finding]) -> None:
    key = f"coach_mend_{deduction.code}"
    if deduction.code in PRIVATE:
        replacing_view.draw_button(board, word, found[0], key=key)
    else:
        st.button(
            deduction.mend or "Mend",
            key=key,
            icon=":material/healing:",
            on_click=_mend,
            args=(board, word, found),
        )


def _draw_example(board: Board, example: Example, code: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        with st.container(width="stretch"):
            words = shortened(example.question or example.answer, 110)
            st.caption(f"“{escape(words)}”" if words.strip() else "–")
        st.button(
            "Open",
            key=f"coach_open_{code}_{example.id}",
            type="tertiary",
            icon=":material/edit:",
            on_click=_open,
            args=(board.dataset_id, example.id),
        )


def _draw_dismissed(board: Board) -> None:
    dismissed = dismissed_in(board.ws, board.dataset_id)
    if dismissed:
        with st.container(horizontal=True, vertical_alignment="center"):
            aside(f"{counted(len(dismissed), 'finding')} dismissed.")
            st.button(
                "Bring them back",
                key="coach_undismiss",
                type="tertiary",
                on_click=coach_edits.bring_back,
                args=(board,),
            )


def _mend(board: Board, word: Word, found: Sequence[Finding]) -> None:
    number = coach_edits.mend(board, word, found)
    say(f"{counted(number, 'example')} mended." if number else "Nothing could be mended by itself.")


def _show(dataset_id: int, code: str) -> None:
    show_only(dataset_id, code)
    open_example(None)
    go_to("list")


def _open(dataset_id: int, example_id: int) -> None:
    show_only(dataset_id)
    st.session_state["_turn_to"] = example_id
    open_example(example_id)
    go_to("list")
