"""The coach: one score for the set, what takes points off it, and the way to get them back."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from voicetune.coach.dismissals import dismissal_key
from voicetune.coach.mends import mend_rows
from voicetune.coach.privacy import Placeholders, restore
from voicetune.coach.score import Coaching, Deduction, coach
from voicetune.examples.example import Example
from voicetune.examples.finding import Finding, Severity
from voicetune.examples.intake import counted
from voicetune.ui.examples.board import Board, Snapshot
from voicetune.ui.examples.filters import show_only
from voicetune.ui.examples.view import go_to, open_example, say
from voicetune.ui.parts.text import aside, escape, prose, shortened
from voicetune.voice.odd_ones import findings as voice_findings
from voicetune.voice.odd_ones import odd_voices
from voicetune.workspace.database import Workspace
from voicetune.workspace.examples import update_examples
from voicetune.workspace.history import revision
from voicetune.workspace.settings import get_setting, set_setting

AT_ONCE = 1_000
"""Examples up to which the coach looks by itself; more take it some seconds."""

SHOWN = 3
_LOOKED = "_coached"


@dataclass(frozen=True, slots=True)
class Looked:
    """What the coach said of one state of a set; rows are positions among `examples`."""

    state: tuple[int, int]
    examples: list[Example]
    coaching: Coaching


def draw(board: Board, snapshot: Snapshot) -> None:
    """Draws the coach's word on the set."""
    examples = [row.example for row in snapshot.rows.values()]
    looked = _looked(board, examples)
    if looked is None:
        return
    coaching = looked.coaching
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        st.metric("Score", f"{coaching.score} of 100", width="content")
        with st.container(width="stretch"):
            prose(
                "The score is what is left of 100 after what is listed here. Each line says which "
                "examples it is about and how to win its points back; nothing is changed by itself."
            )
    if not coaching.deductions:
        st.markdown(":green[:material/check_circle:] **Nothing to improve.**")
    for deduction in coaching.deductions:
        _draw_deduction(board, looked, deduction)
    _draw_dismissed(board)
    _draw_replaced(board, looked.examples)


def _looked(board: Board, examples: list[Example]) -> Looked | None:
    state = (board.dataset_id, revision(board.ws, board.dataset_id))
    held: Looked | None = st.session_state.get(_LOOKED)
    if held is not None and held.state == state:
        return held
    if len(examples) > AT_ONCE and not st.button(
        f"Look at all {len(examples):,} examples", key="coach_look", type="primary"
    ):
        aside("This takes the coach some seconds for each thousand examples.")
        return None
    with st.spinner("The coach reads your examples"):
        looked = Looked(
            state,
            examples,
            coach(
                examples,
                findings=voice_findings(odd_voices(examples)),
                dismissed=set(_dismissed(board.ws, board.dataset_id)),
            ),
        )
    st.session_state[_LOOKED] = looked
    return looked


def _draw_deduction(board: Board, looked: Looked, deduction: Deduction) -> None:
    found = [f for f in looked.coaching.findings if f.code == deduction.code]
    with st.container(border=True, key=f"coach_{deduction.code}", gap="small"):
        points = f"{deduction.points:.1f} points"
        st.markdown(f":orange-badge[−{points}] {escape(deduction.reason)}")
        with st.container(horizontal=True, vertical_alignment="center"):
            if deduction.mend:
                st.button(
                    deduction.mend,
                    key=f"coach_mend_{deduction.code}",
                    icon=":material/healing:",
                    on_click=_mend,
                    args=(board, looked.examples, found),
                )
            if all(f.severity is not Severity.ERROR for f in found):
                st.button(
                    "Dismiss",
                    key=f"coach_dismiss_{deduction.code}",
                    type="tertiary",
                    help="This is meant so. It is not said again until one of them changes.",
                    on_click=_dismiss,
                    args=(board, looked.examples, found),
                )
        for row in deduction.rows[:SHOWN]:
            _draw_example(board, looked.examples[row], deduction.code)
        if len(deduction.rows) > SHOWN:
            aside(f"And {counted(len(deduction.rows) - SHOWN, 'example')} more.")


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
    dismissed = _dismissed(board.ws, board.dataset_id)
    if dismissed:
        with st.container(horizontal=True, vertical_alignment="center"):
            aside(f"{counted(len(dismissed), 'finding')} dismissed.")
            st.button(
                "Bring them back",
                key="coach_undismiss",
                type="tertiary",
                on_click=_bring_back,
                args=(board,),
            )


def _draw_replaced(board: Board, examples: Sequence[Example]) -> None:
    """Draws what placeholders stand for, and the way back."""
    values = _placeholders(board.ws, board.dataset_id)
    if not values:
        return
    texts = "\n".join(str(example.messages) for example in examples)
    standing = {p: value for p, value in values.items() if p in texts}
    if not standing:
        return
    with st.expander(f"What was replaced ({len(standing):,})", icon=":material/visibility_off:"):
        aside("Only your workspace knows these. Training sees the placeholders.")
        st.dataframe(
            {"Placeholder": list(standing), "Stands for": list(standing.values())},
            hide_index=True,
        )
        st.button(
            "Put everything back", key="coach_restore", on_click=_restore, args=(board, examples)
        )


def _mend(board: Board, examples: Sequence[Example], found: Sequence[Finding]) -> None:
    with board.ws.write():
        placeholders = Placeholders(_placeholders(board.ws, board.dataset_id))
        placeholders.reserve(examples)
        changed: dict[int, Example] = {}
        for finding in found:
            present = [changed.get(row, example) for row, example in enumerate(examples)]
            changed |= mend_rows(present, finding, placeholders=placeholders)
        set_setting(board.ws, f"placeholders.{board.dataset_id}", placeholders.values)
        by_id = {examples[row].id: example for row, example in changed.items()}
        label = next((f.mend for f in found if f.mend), None) or "Mend"
        number = update_examples(board.ws, board.dataset_id, by_id, label)
    say(f"{counted(number, 'example')} mended.")


def _restore(board: Board, examples: Sequence[Example]) -> None:
    values = _placeholders(board.ws, board.dataset_id)
    back = {example.id: restore(example, values) for example in examples}
    number = update_examples(board.ws, board.dataset_id, back, "Put what was replaced back")
    say(f"{counted(number, 'example')} as before.")


def _dismiss(board: Board, examples: Sequence[Example], found: Sequence[Finding]) -> None:
    keys = {dismissal_key(finding, examples) for finding in found}
    kept = sorted(keys | set(_dismissed(board.ws, board.dataset_id)))
    set_setting(board.ws, f"dismissed.{board.dataset_id}", kept)
    st.session_state.pop(_LOOKED, None)


def _bring_back(board: Board) -> None:
    set_setting(board.ws, f"dismissed.{board.dataset_id}", [])
    st.session_state.pop(_LOOKED, None)


def _open(dataset_id: int, example_id: int) -> None:
    show_only(dataset_id)
    st.session_state["_turn_to"] = example_id
    open_example(example_id)
    go_to("list")


def _dismissed(ws: Workspace, dataset_id: int) -> list[str]:
    keys: list[str] = get_setting(ws, f"dismissed.{dataset_id}", [])
    return keys


def _placeholders(ws: Workspace, dataset_id: int) -> dict[str, str]:
    values: dict[str, str] = get_setting(ws, f"placeholders.{dataset_id}", {})
    return dict(values)
