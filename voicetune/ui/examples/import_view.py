"""What a file or a pasted text turned out to be, before any of it is added."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import streamlit as st

from voicetune.examples.example import Example
from voicetune.examples.intake import Reading, counted, listed
from voicetune.examples.reading import CONVERTIBLE, convert, map_columns
from voicetune.importers.opening import texts_of_table
from voicetune.importers.recognition import Found
from voicetune.importers.spreadsheet import named_question
from voicetune.ui.examples import edits
from voicetune.ui.examples.board import Board
from voicetune.ui.examples.posts_view import draw_found, refused_mends
from voicetune.ui.examples.view import say
from voicetune.ui.parts.text import aside, escape, plain, shortened
from voicetune.workspace.refusals import save_refusals

SHOWN = 3
REFUSALS_SHOWN = 5
LONGEST = 400
_NONE = "None of them"
_POSTS = "None: these are posts"


def draw_reading(board: Board, key: str, *, source: str, done: Callable[[], None]) -> None:
    """Draws the reading kept in the session under `key`, and the button that adds it."""
    reading: Reading = st.session_state[key]
    with st.container(border=True, key="reading"):
        st.markdown(f"**{escape(source)}**")
        st.markdown(escape(reading.explanation))
        for finding in reading.findings:
            rows = f" ({listed([reading.lines[row] for row in finding.rows])})"
            where = rows if finding.rows else ""
            st.markdown(f":orange[:material/warning:] {escape(finding.message + where)}")
        if reading.table is not None and not reading.examples:
            mapped = _map_table(reading, refused_mends(key))
            if isinstance(mapped, Found):
                keep = partial(_keep_rows, board, reading, source, done)
                draw_found(board, mapped, key, source=source, done=keep)
            if not isinstance(mapped, Reading):
                return
            refusals = sorted([*reading.refusals, *mapped.refusals], key=lambda each: each.line)
            reading = replace(mapped, refusals=refusals, findings=reading.findings)
        _offer_conversion(key, reading)
        _draw_counts(reading)
        if reading.table is None:
            _draw_examples(reading.examples)
        _draw_refusals(reading)
        if reading.examples or reading.refusals:
            many = counted(len(reading.examples), "example")
            st.button(
                f"Add {many}" if reading.examples else "Keep the lines to mend them",
                key="add_reading",
                type="primary",
                on_click=_add,
                args=(board, reading, source, key, done),
            )


def _map_table(reading: Reading, refuse: frozenset[str]) -> Reading | Found | None:
    """Draws the choice of columns; returns the pairs, or the texts of a table without questions."""
    table = reading.table
    assert table is not None  # noqa: S101
    guess = table.guess
    optional = [_NONE, *table.columns]
    asking = [*table.columns, _POSTS]
    asked = named_question(table) or (None if guess.answer is None else _POSTS)
    with st.grid(2, min_column_width=240):
        question = st.selectbox(
            "Column with the questions",
            asking,
            index=None if asked is None else asking.index(asked),
            key="column_question",
            placeholder="Choose a column",
        )
        answer = st.selectbox(
            "Column with the answers or posts",
            table.columns,
            index=table.columns.index(guess.answer) if guess.answer else None,
            key="column_answer",
            placeholder="Choose a column",
        )
        system = st.selectbox(
            "Column with a system message",
            optional,
            index=optional.index(guess.system) if guess.system else 0,
            key="column_system",
        )
        written_on = st.selectbox(
            "Column with the day it was written",
            optional,
            index=optional.index(guess.written_on) if guess.written_on else 0,
            key="column_written_on",
        )
    if question is None or answer is None:
        aside("Choose both columns, and the first rows show up here.")
        return None
    if question == answer:
        st.warning("Questions and answers cannot come from the same column.")
        return None
    day = None if written_on == _NONE else written_on
    if question == _POSTS:
        return texts_of_table(reading, answer, written_on=day, refuse=refuse)
    mapped = map_columns(
        table, question, answer, None if system == _NONE else system, written_on=day
    )
    aside("The first rows, as they would come in:")
    _draw_examples(mapped.examples)
    return mapped


def _draw_examples(examples: list[Example]) -> None:
    if not examples:
        return
    with st.grid(3, min_column_width=260):
        for example in examples[:SHOWN]:
            with st.container(border=True, gap="xsmall", height="stretch"):
                aside("Question")
                plain(shortened(example.question, 160) or "–")
                aside("Answer")
                plain(shortened(example.answer, 240) or "–")


def _offer_conversion(key: str, reading: Reading) -> None:
    waiting = [r for r in reading.refusals if r.code == "no-messages"]
    if not waiting or reading.table is not None:
        return
    converted = convert(reading)
    more = len(converted.examples) - len(reading.examples)
    if more:
        label = CONVERTIBLE.get(reading.kind, "Convert to chat examples")
        st.button(
            f"{label} ({more:,})",
            key="convert",
            icon=":material/sync_alt:",
            on_click=_convert,
            args=(key, converted),
        )


def _draw_counts(reading: Reading) -> None:
    good = f":green-badge[:material/check: {counted(len(reading.examples), 'example')}]"
    bad = f":red-badge[:material/close: {counted(len(reading.refusals), 'line')} refused]"
    if reading.examples or reading.refusals:
        st.markdown(" ".join([good, *([bad] if reading.refusals else [])]))


def _draw_refusals(reading: Reading) -> None:
    if not reading.refusals:
        return
    label = f"{counted(len(reading.refusals), 'line')} refused: see why"
    with st.expander(label, icon=":material/rule:"):
        aside("They are kept under “Not read”, where each can be mended in place.")
        for refusal in reading.refusals[:REFUSALS_SHOWN]:
            st.markdown(f"**Line {refusal.line}:** {escape(refusal.reason)}")
            st.code(refusal.text[:LONGEST], language=None, wrap_lines=True)
        if len(reading.refusals) > REFUSALS_SHOWN:
            aside(f"And {len(reading.refusals) - REFUSALS_SHOWN:,} more.")


def _keep_rows(board: Board, reading: Reading, source: str, done: Callable[[], None]) -> None:
    """Keeps the rows of a table of posts that did not come in, and goes on."""
    save_refusals(board.ws, board.dataset_id, reading.refusals, source=source)
    done()


def _convert(key: str, converted: Reading) -> None:
    st.session_state[key] = converted


def _add(board: Board, reading: Reading, source: str, key: str, done: Callable[[], None]) -> None:
    if st.session_state.pop(key, None) is None:
        return  # a second click: it is in already
    ids = edits.bring_in(board.ws, board.dataset_id, reading, source=source)
    refused = len(reading.refusals)
    kept = f" {counted(refused, 'line')} kept to be mended." if refused else ""
    say(f"{counted(len(ids), 'example')} added.{kept}")
    done()
