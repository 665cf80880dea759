"""Ways to bring examples in: a dropped file, pasted pairs, one written here, a sample."""

from collections.abc import Callable
from functools import partial

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from voicetune.examples.intake import Reading, counted
from voicetune.examples.reading import read_pairs
from voicetune.importers.archive import ArchiveError
from voicetune.importers.opening import open_file
from voicetune.importers.recognition import Found
from voicetune.ui.examples import edits
from voicetune.ui.examples.board import Board, Snapshot
from voicetune.ui.examples.filters import show_only
from voicetune.ui.examples.import_view import draw_reading
from voicetune.ui.examples.posts_view import draw_found, refused_mends
from voicetune.ui.examples.view import go_to, open_example
from voicetune.ui.parts.choice import choice_in_address
from voicetune.ui.parts.states import trouble
from voicetune.ui.parts.text import aside, escape, prose
from voicetune.ui.samples import read_sample, samples

_WAYS = {"file": "Drop files", "paste": "Paste", "write": "Write one", "sample": "A sample"}
_ROUND = "_import_round"
"""Counts imports, so that each begins with fresh widgets."""


def draw(board: Board, snapshot: Snapshot, *, first: bool = False) -> None:
    """Draws the ways in; `first`: the set is empty, and this is all there is to do."""
    if first:
        st.subheader("Where are your texts?", anchor=False)
        prose(
            "A model learns your voice from [[example|examples]]: a question, and your answer to "
            "it. Bring the ones you have; ten are enough to begin, a hundred are better."
        )
    way = choice_in_address("Way in", _WAYS, param="way")
    if way == "file":
        _draw_file(board)
    elif way == "paste":
        _draw_paste(board)
    elif way == "write":
        _draw_write(board)
    else:
        _draw_samples(board)


def _draw_file(board: Board) -> None:
    number = st.session_state.setdefault(_ROUND, 0)
    files = st.file_uploader(
        "Your posts, or questions and answers",
        accept_multiple_files=True,
        key=f"file_{board.dataset_id}_{number}",
        help="Several files at once are fine. You see what each one is before anything is added.",
    )
    if not files:
        aside(
            "**Posts**: the ZIP that LinkedIn, X, Mastodon, Substack, Medium or WordPress makes "
            "of your data, or documents (Word, PDF, Markdown, text, Excel, CSV). "
            "**Questions and answers**: [[JSONL]] in the chat format, older formats, or a table."
        )
        return
    dealt: set[str] = st.session_state.setdefault(f"_dealt_{board.dataset_id}_{number}", set())
    waiting = [file for file in files if file.file_id not in dealt]
    if not waiting:
        return
    if len(files) > 1:
        aside(f"File {len(files) - len(waiting) + 1} of {len(files)}")
    done = partial(_file_done, dealt, waiting[0].file_id, last=len(waiting) == 1)
    _draw_one(board, waiting[0], done)
    if len(files) > 1:
        st.button("Pass over this file", key="pass_over", type="tertiary", on_click=done)


def _draw_one(board: Board, file: UploadedFile, done: Callable[[], None]) -> None:
    """Draws what one file is: texts from an archive or document, or training data."""
    name = f"_reading_{file.file_id}"
    refuse, before = refused_mends(name), f"{name}_refused"
    held: Found | Reading | None = st.session_state.get(name)
    if held is None or (isinstance(held, Found) and st.session_state[before] != refuse):
        try:
            with st.spinner("Reading the file"):
                held = open_file(file.name, file, refuse=refuse)
        except ArchiveError as error:
            trouble("This archive is not opened", escape(str(error)))
            return
        st.session_state[name], st.session_state[before] = held, refuse
    if isinstance(held, Found):
        draw_found(board, held, name, source=file.name, done=done)
    else:
        draw_reading(board, name, source=file.name, done=done)


def _file_done(dealt: set[str], file_id: str, *, last: bool) -> None:
    dealt.add(file_id)
    if last:
        _next_round()


def _draw_paste(board: Board) -> None:
    number = st.session_state.setdefault(_ROUND, 0)
    text = st.text_area(
        "Questions and answers",
        key=f"paste_{board.dataset_id}_{number}",
        height=260,
        placeholder="Q: What is your first tip for a new manager?\n"
        "A: Listen for a month before you change anything.\n\n"
        "Q: …",
        help="Labels such as Q: and A: in many languages, cells copied from a spreadsheet, or "
        "paragraphs in turn: question, answer, question, answer.",
    )
    if not text.strip():
        aside("Press Ctrl+Enter, or click elsewhere, and you see how it is read.")
        return
    key = f"_pasted_{board.dataset_id}_{hash(text)}"
    if key not in st.session_state:
        st.session_state[key] = read_pairs(text)
    draw_reading(board, key, source="pasted", done=_next_round)


def _draw_write(board: Board) -> None:
    prose("An empty question and an empty answer, for you to fill in.")
    st.button(
        "Write an example",
        key="write_here",
        type="primary",
        icon=":material/add:",
        on_click=_write_one,
        args=(board,),
    )


def _draw_samples(board: Board) -> None:
    for sample in samples().values():
        reading = read_sample(sample.id)
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            with st.container(gap="xxsmall", width="stretch"):
                prose(f"**{sample.name}** · {counted(len(reading.examples), 'example')}")
                aside(sample.about)
            st.button(
                "Add these",
                key=f"add_sample_{sample.id}",
                on_click=_add_sample,
                args=(board, sample.id),
            )


def _write_one(board: Board) -> None:
    show_only(board.dataset_id)
    open_example(edits.add_blank(board.ws, board.dataset_id))
    go_to("list")


def _add_sample(board: Board, sample_id: str) -> None:
    edits.bring_in(board.ws, board.dataset_id, read_sample(sample_id), source=f"{sample_id}.jsonl")
    _next_round()


def _next_round() -> None:
    """Leaves for the list, and has the next import begin with an empty form."""
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
    st.query_params.pop("way", None)
    open_example(None)
    go_to("list")
