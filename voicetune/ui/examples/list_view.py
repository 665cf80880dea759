"""The list: previews of the examples that fit, what to do with all of them, and the editor."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from voicetune.examples.codes import CODES
from voicetune.examples.example import Example, text_of
from voicetune.examples.finding import Severity
from voicetune.examples.intake import counted
from voicetune.examples.mends import MENDABLE
from voicetune.examples.messages import meant_role
from voicetune.ui.examples import editor_view, edits, fill_view
from voicetune.ui.examples.board import Board, Snapshot
from voicetune.ui.examples.filters import draw_filters, passing, show_only
from voicetune.ui.examples.found import ALL_CODES, Found
from voicetune.ui.examples.view import open_example, opened, say
from voicetune.ui.parts.held import is_news, note
from voicetune.ui.parts.text import aside, prose
from voicetune.workspace.examples import delete_examples

PAGE = 200
PREVIEW = 90
ROW, TALLEST, LOWEST = 35, 12, 3
COLOURS = {Severity.ERROR: "red", Severity.WARNING: "orange", Severity.ADVICE: "blue"}
_BULK = {
    "Include": ("include", True),
    "Leave out": ("include", False),
    "Move to training": ("split", "training"),
    "Move to validation": ("split", "validation"),
}
_FIND, _DELETE = "Find questions", "Delete"


def draw(board: Board, snapshot: Snapshot) -> None:
    """Draws the list and, below it, the open example."""
    found = Found(snapshot, board.coach.look(snapshot.rows))
    wanted = draw_filters(board.dataset_id, found)
    ids = passing(board, snapshot, found, wanted)
    _draw_actions(board, snapshot, ids, filtered=wanted.active)
    fill_view.draw_filling(board, snapshot, ids)
    if ids:
        _draw_table(board, snapshot, found, ids)
    elif snapshot.rows:
        with st.container(border=True, horizontal_alignment="center", key="none_fit"):
            prose("No example fits these filters.")
            st.button("Show all", key="show_all", on_click=show_only, args=(board.dataset_id,))
    else:
        with st.container(border=True, horizontal_alignment="center", key="none_left"):
            prose("There are no examples in this set now.")
    example_id = opened()
    if example_id is not None and example_id in snapshot.rows:
        editor_view.draw(board, snapshot, example_id, ids)
    elif ids:
        aside("Choose an example in the list to read and change it.")


def _draw_actions(board: Board, snapshot: Snapshot, ids: Sequence[int], *, filtered: bool) -> None:
    total = len(snapshot.rows)
    with st.container(horizontal=True, vertical_alignment="center", key="actions"):
        prose(
            f"**{len(ids):,}** of {counted(total, 'example')}"
            if filtered
            else f"**{counted(total, 'example')}**"
        )
        mends = _mends(snapshot, ids)
        bare = fill_view.without_question(snapshot, ids)
        finding = f"{_FIND} ({len(bare):,})"
        which = "these" if filtered else "all"
        chosen = st.menu_button(
            f"With {which} {len(ids):,}",
            [*_BULK, *([finding] if bare else []), *mends, _DELETE],
            key="bulk",
            disabled=not ids,
            help="Changes every example that the filters let pass. Undo takes it back.",
        )
        st.button(
            "Write one",
            key="write_one",
            icon=":material/add:",
            on_click=_write_one,
            args=(board,),
        )
    if chosen == finding:
        fill_view.open_filling(board.dataset_id)
    elif chosen:
        _act(board, list(ids), chosen, mends)
    if chosen:
        st.rerun()


def _mends(snapshot: Snapshot, ids: Sequence[int]) -> dict[str, str]:
    """The mends that would help these examples, as label -> code."""
    here = set(ids)
    found = {}
    for code, having in snapshot.by_code.items():
        able = code in MENDABLE and edits.mended(snapshot, code, [i for i in having if i in here])
        if able:
            found[f"Mend “{CODES[code].label}” ({len(able):,})"] = code
    return found


def _act(board: Board, ids: list[int], chosen: str, mends: dict[str, str]) -> None:
    if chosen == _DELETE:
        done = delete_examples(board.ws, board.dataset_id, ids)
        say(f"{counted(done, 'example')} deleted. Undo brings them back.")
    elif chosen in mends:
        here = set(ids)
        code = mends[chosen]
        having = [id_ for id_ in board.look().by_code.get(code, ()) if id_ in here]
        say(f"{counted(edits.mend_all(board, code, having), 'example')} mended.")
    else:
        field, value = _BULK[chosen]
        changes = {field: value, **({"split_pinned": True} if field == "split" else {})}
        done = edits.set_fields(board, ids, f"{chosen}: {counted(len(ids), 'example')}", **changes)
        say(f"{counted(done, 'example')} changed.")


def _write_one(board: Board) -> None:
    show_only(board.dataset_id)
    example_id = edits.add_blank(board.ws, board.dataset_id)
    open_example(example_id)


def _draw_table(board: Board, snapshot: Snapshot, found: Found, ids: list[int]) -> None:
    pages = -(-len(ids) // PAGE)
    page = _page(board.dataset_id, ids, pages)
    shown = ids[(page - 1) * PAGE : page * PAGE]
    key = f"table_{board.dataset_id}_{page}"
    _mark(key, shown, opened())
    st.session_state["_shown"] = shown
    import pandas as pd

    rows = [snapshot.rows[id_] for id_ in shown]
    codes = [found.codes_of(id_) for id_ in shown]
    labels = {code: ALL_CODES[code].label for own in codes for code in own}
    frame = pd.DataFrame(
        {
            "include": ["✓" if row.example.include else "–" for row in rows],
            "question": [_preview(row.example, "user") for row in rows],
            "answer": [_preview(row.example, "assistant") for row in rows],
            "findings": [[labels[code] for code in own] for own in codes],
            "split": [row.example.split.capitalize() for row in rows],
            "tokens": [row.tokens for row in rows],
        }
    )
    config = st.column_config
    st.dataframe(
        frame,
        key=key,
        on_select=partial(_choose, key),
        selection_mode="single-cell",
        hide_index=True,
        row_height=ROW,
        height=ROW * (max(LOWEST, min(TALLEST, len(shown))) + 1) + 3,
        column_config={
            "include": config.TextColumn(
                "In", width=45, alignment="center", help="✓ included, – left out"
            ),
            "question": config.TextColumn("Question", width=290),
            "answer": config.TextColumn("Answer", width=290),
            "findings": config.MultiselectColumn(
                "Findings",
                width=210,
                options=list(labels.values()) or ["None"],
                color=[COLOURS[ALL_CODES[code].severity] for code in labels] or ["gray"],
            ),
            "split": config.TextColumn("Split", width=90),
            "tokens": config.NumberColumn("Tokens", width=70, format="localized"),
        },
        alt="The examples, one a row. Choose a row to read and change it below.",
    )
    if pages > 1:
        with st.container(horizontal=True, vertical_alignment="center"):
            _draw_pager(board.dataset_id, pages)
            aside(f"Rows {(page - 1) * PAGE + 1:,} to {(page - 1) * PAGE + len(shown):,}")


def _page(dataset_id: int, ids: Sequence[int], pages: int) -> int:
    """Returns the page to show; the one with the open example when that has just moved there.

    Turning pages from here takes a new pager: Streamlit warns where a pager's page is set.
    """
    memo = f"_pager_{dataset_id}"
    number, start = st.session_state.get(memo, (0, 1))
    turned: int = st.session_state.get(f"page_{dataset_id}_{number}", start)
    page = turned
    moved = st.session_state.pop("_turn_to", None)
    if moved in ids:
        page = ids.index(moved) // PAGE + 1
    page = min(page, pages)
    if page != turned:
        number += 1
        start = page
    st.session_state[memo] = (number, start)
    return page


def _draw_pager(dataset_id: int, pages: int) -> None:
    number, start = st.session_state[f"_pager_{dataset_id}"]
    st.pagination(pages, default=start, key=f"page_{dataset_id}_{number}", persist_state="session")


def _mark(key: str, shown: Sequence[int], example_id: int | None) -> None:
    """Marks the open example in the list, where the person opened it elsewhere.

    Not after a click in the list: what is set then may reach the browser with the next click, and
    undo it. So the clicked cell is the mark, not a tick for its row.
    """
    row = shown.index(example_id) if example_id in shown else None
    if row != _marked(key):
        cells = [] if row is None else [(row, "question")]
        st.session_state[key] = {"selection": {"rows": [], "columns": [], "cells": cells}}
        note(key, row)


def _choose(key: str) -> None:
    """Opens the example that was clicked on; closes it where nothing is marked any more."""
    row = _marked(key)
    if is_news(key, row):
        shown: list[int] = st.session_state.get("_shown", [])
        open_example(shown[row] if row is not None and row < len(shown) else None)


def _marked(key: str) -> int | None:
    """Returns the row that is marked in the list."""
    selection = st.session_state.get(key, {"selection": {"cells": []}})["selection"]
    return next((row for row, _ in selection["cells"]), None)


def _preview(example: Example, role: str) -> str:
    """The first question or the last answer in short, also where the role is misspelt."""
    messages = [m for m in example.messages if isinstance(m, dict) and meant_role(m) == role]
    if not messages:
        return ""
    text = text_of(messages[-1] if role == "assistant" else messages[0])
    return " ".join(text[: PREVIEW * 2].split())[:PREVIEW]
