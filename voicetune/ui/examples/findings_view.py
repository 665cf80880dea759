"""What the checks found, the gravest first, each with its mend and the way to its examples."""

from collections.abc import Sequence

import streamlit as st

from voicetune.examples.codes import CODES
from voicetune.examples.finding import Finding, Severity
from voicetune.examples.intake import counted
from voicetune.examples.mends import MENDABLE
from voicetune.ui.examples import edits
from voicetune.ui.examples.board import Board, Snapshot
from voicetune.ui.examples.fill_view import open_filling, without_question
from voicetune.ui.examples.filters import show_only
from voicetune.ui.examples.view import go_to, open_example, say
from voicetune.ui.parts.text import aside, escape, prose, shortened

SHOWN = 3
_UNASKED = ("empty-content", "no-user")
"""What is found about an answer without a question."""
_HEADINGS = {
    Severity.ERROR: (
        "Errors",
        ":red[:material/error:]",
        "These stop training. Mend them, or leave the examples out.",
    ),
    Severity.WARNING: (
        "Warnings",
        ":orange[:material/warning:]",
        "Training works, but the model may learn something you do not mean.",
    ),
    Severity.ADVICE: (
        "Advice",
        ":blue[:material/lightbulb:]",
        "Nothing is wrong here. It could be better still.",
    ),
}


def draw(board: Board, snapshot: Snapshot) -> None:
    """Draws the findings by severity."""
    groups = _by_severity(snapshot)
    if not groups:
        with st.container(border=True, horizontal_alignment="center", key="nothing_found"):
            st.space("xsmall")
            st.markdown(":green[:material/check_circle:] **Nothing to mend.**")
            aside("Every check passes for every included example.")
            st.space("xsmall")
        return
    mendable = edits.mended_altogether(snapshot)
    if len(mendable) > 1:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(
                f"Mend all that can be mended ({len(mendable):,})",
                key="mend_everything",
                icon=":material/healing:",
                type="primary" if snapshot.blocking else "secondary",
                on_click=_mend_everything,
                args=(board,),
            )
            aside("Only what has one sure remedy. One Undo takes it back.")
    for severity, codes in groups.items():
        title, icon, sentence = _HEADINGS[severity]
        st.subheader(f"{icon} {title}", anchor=False)
        aside(sentence)
        for code in codes:
            _draw_code(board, snapshot, code)


def _by_severity(snapshot: Snapshot) -> dict[Severity, list[str]]:
    """The codes by their gravest finding, as the set has it (an image in an answer is an error)."""
    found: dict[Severity, list[str]] = {severity: [] for severity in Severity}
    for code in snapshot.by_code:
        grave = {finding.severity for finding, _ in _findings(snapshot, code)}
        found[next(severity for severity in Severity if severity in grave)].append(code)
    return {severity: codes for severity, codes in found.items() if codes}


def _findings(snapshot: Snapshot, code: str) -> list[tuple[Finding, tuple[int, ...]]]:
    """The findings of a code with the examples each is about."""
    shared = [(s.finding, s.ids) for s in snapshot.set_findings if s.finding.code == code]
    if shared:
        return shared
    return [
        (finding, (id_,))
        for id_ in snapshot.by_code[code]
        for finding in snapshot.rows[id_].findings
        if finding.code == code
    ]


def _draw_code(board: Board, snapshot: Snapshot, code: str) -> None:
    ids = snapshot.by_code[code]
    found = _findings(snapshot, code)
    with st.container(border=True, key=f"code_{code}", gap="small"):
        with st.container(horizontal=True, vertical_alignment="center"):
            with st.container(width="stretch"):
                count = f" · {counted(len(ids), 'example')}" if ids else ""
                prose(f"**{CODES[code].label}**{count}")
            able = edits.mended(snapshot, code) if code in MENDABLE else {}
            if able:
                st.button(
                    _mend_label(found, code, len(able)),
                    key=f"mend_all_{code}",
                    icon=":material/healing:",
                    on_click=_mend_code,
                    args=(board, code),
                )
            bare = without_question(snapshot, ids) if code in _UNASKED else []
            if bare:
                st.button(
                    f"Find the question{'' if len(bare) == 1 else 's'} ({len(bare):,})",
                    key=f"find_{code}",
                    icon=":material/contact_support:",
                    on_click=_find,
                    args=(board.dataset_id, code),
                )
            if len(ids) == 1:
                _draw_open(board, code, ids[0], 0)
            elif ids:
                st.button(
                    "Show in the list",
                    key=f"show_{code}",
                    type="tertiary",
                    icon=":material/filter_list:",
                    on_click=_show,
                    args=(board.dataset_id, code),
                )
        for number, (finding, about) in enumerate(found[:SHOWN]):
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                with st.container(gap="xxsmall", width="stretch"):
                    st.markdown(escape(finding.message))
                    if code != "near-duplicate":  # its sentence quotes them
                        _draw_questions(snapshot, about)
                if len(about) == 1 < len(ids):
                    _draw_open(board, code, about[0], number)
        if len(found) > SHOWN:
            aside(f"And {len(found) - SHOWN:,} more like this.")


def _draw_questions(snapshot: Snapshot, ids: Sequence[int]) -> None:
    asked = [snapshot.rows[id_].example.question for id_ in ids[:SHOWN]]
    for question in dict.fromkeys(shortened(text, 110) for text in asked if text.strip()):
        st.caption(f"“{escape(question)}”")


def _draw_open(board: Board, code: str, example_id: int, number: int) -> None:
    st.button(
        "Open",
        key=f"open_{code}_{number}",
        type="tertiary",
        icon=":material/edit:",
        on_click=_open,
        args=(board.dataset_id, code, example_id),
    )


def _mend_label(found: list[tuple[Finding, tuple[int, ...]]], code: str, able: int) -> str:
    labels = {finding.mend for finding, _ in found if finding.mend}
    label = labels.pop() if len(labels) == 1 else None
    return f"{label or MENDABLE[code]} ({able:,})" if able > 1 else label or MENDABLE[code]


def _mend_code(board: Board, code: str) -> None:
    say(f"{counted(edits.mend_all(board, code), 'example')} mended.")


def _mend_everything(board: Board) -> None:
    say(f"{counted(edits.mend_everything(board), 'example')} mended.")


def _show(dataset_id: int, code: str) -> None:
    show_only(dataset_id, code)
    open_example(None)
    go_to("list")


def _find(dataset_id: int, code: str) -> None:
    open_filling(dataset_id)
    _show(dataset_id, code)


def _open(dataset_id: int, code: str, example_id: int) -> None:
    show_only(dataset_id, code)
    st.session_state["_turn_to"] = example_id
    open_example(example_id)
    go_to("list")
