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
from voicetune.ui.examples.unread import keep_unread, pieces_of
from voicetune.ui.examples.view import go_to, open_example, say_too
from voicetune.ui.parts import address
from voicetune.ui.parts.choice import choice_in_address
from voicetune.ui.parts.states import trouble
from voicetune.ui.parts.text import aside, escape, prose
from voicetune.ui.samples import read_sample, samples
from voicetune.workspace.datasets import get_dataset, rename_dataset

WAYS = {"file": "Drop files", "paste": "Paste", "write": "Write one", "sample": "A sample"}
FIRST = "first"
"""Stands where a voice's id stands in the names of widgets while there is no voice yet."""
MOST_SHOWN = 2**25
"""Characters of texts that a page looks through, some 30,000 posts."""
_ROUND = "_import_round"
"""Counts imports, so that each begins with fresh widgets."""


def draw(board: Board, snapshot: Snapshot, *, first: bool = False) -> None:
    """Draws the ways in; `first`: the set is empty, and this is all there is to do."""
    if first:
        draw_heading()
        if _owner(board) == FIRST:
            _draw_name(board)
    way = choice_in_address("Way in", WAYS, param="way")
    if way == "file":
        _draw_file(board)
    elif way == "paste":
        _draw_paste(board)
    elif way == "write":
        draw_write(partial(_write_one, board))
    else:
        draw_samples(partial(_add_sample, board))


def draw_heading() -> None:
    """Draws what a set without examples needs."""
    st.subheader("Where are your texts?", anchor=False)
    prose(
        "A model learns your voice from [[example|examples]]: a question, and your answer to "
        "it. Bring the ones you have; ten are enough to begin, a hundred are better."
    )


def draw_uploader(owner: str) -> list[UploadedFile]:
    """Draws the field for files and returns those in it; `owner` is a voice's id, or FIRST."""
    files = st.file_uploader(
        "Your posts, or questions and answers",
        accept_multiple_files=True,
        key=f"file_{owner}_{_round()}",
        help="Several files at once are fine. You see what each one is before anything is added.",
    )
    if not files:
        aside(
            "**Posts**: the ZIP that LinkedIn, X, Mastodon, Substack, Medium or WordPress makes "
            "of your data, or documents (Word, PDF, Markdown, text, Excel, CSV). "
            "**Questions and answers**: [[JSONL]] in the chat format, older formats, or a table."
        )
    return files


def draw_paste_field(owner: str) -> str:
    """Draws the field for pasted text and returns what is in it; `owner` as for files."""
    text = st.text_area(
        "Questions and answers",
        key=f"paste_{owner}_{_round()}",
        height=260,
        placeholder="Q: What is your first tip for a new manager?\n"
        "A: Listen for a month before you change anything.\n\n"
        "Q: …",
        help="Labels such as Q: and A: in many languages, cells copied from a spreadsheet, or "
        "paragraphs in turn: question, answer, question, answer.",
    )
    if not text.strip():
        aside("Press Ctrl+Enter, or click elsewhere, and you see how it is read.")
    return text


def take_over(dataset_id: int) -> None:
    """Lets a new voice have what was dropped or pasted before it was there."""
    st.session_state[f"_owner_{dataset_id}"] = FIRST


def _owner(board: Board) -> str:
    owner: str = st.session_state.get(f"_owner_{board.dataset_id}", str(board.dataset_id))
    return owner


def _round() -> int:
    number: int = st.session_state.setdefault(_ROUND, 0)
    return number


def _draw_name(board: Board) -> None:
    """Draws the name that the voice got from its source, to be changed."""
    key = f"name_{board.dataset_id}"
    st.session_state.setdefault(key, get_dataset(board.ws, board.dataset_id).name)
    st.text_input(
        "Name of this voice", key=key, max_chars=80, width=320, on_change=_rename, args=(board, key)
    )


def _rename(board: Board, key: str) -> None:
    name = " ".join(st.session_state[key].split())
    if name:
        rename_dataset(board.ws, board.dataset_id, name)
    else:
        st.session_state.pop(key)


def _draw_file(board: Board) -> None:
    files = draw_uploader(_owner(board))
    if not files:
        return
    key = f"_dealt_{board.dataset_id}_{_round()}"
    dealt: set[str] = st.session_state.setdefault(key, set())
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
    if isinstance(held, Found) and held.candidates.characters > MOST_SHOWN:
        trouble(
            f"There are {counted(len(held.candidates), 'text')} in this file",
            "That is more than a page can show, and far more than a model needs. Nothing was "
            "added. The command line writes them to a file of examples, from which you can take "
            "some: `python -m voicetune import FILE -o examples.jsonl`",
        )
    elif isinstance(held, Found):
        keep = partial(_keep_unread, board, held, file.name, done)
        draw_found(board, held, name, source=file.name, done=keep)
        if not held.candidates and pieces_of(held.refusals):
            st.button("Keep them to write in by hand", key="keep_unread", on_click=keep)
    else:
        draw_reading(board, name, source=file.name, done=done)


def _keep_unread(board: Board, found: Found, source: str, done: Callable[[], None]) -> None:
    """Keeps what could not be read of a file that is dealt with, and goes on."""
    number = keep_unread(board.ws, board.dataset_id, found.refusals, source)
    if number:
        pieces = counted(number, "piece")
        say_too(f"{pieces} that could not be read {'is' if number == 1 else 'are'} kept.")
    done()


def _file_done(dealt: set[str], file_id: str, *, last: bool) -> None:
    dealt.add(file_id)
    if last:
        _next_round()
    else:
        go_to("add")  # where the set was empty there was no such view to be in


def _draw_paste(board: Board) -> None:
    text = draw_paste_field(_owner(board))
    if not text.strip():
        return
    key = f"_pasted_{board.dataset_id}_{hash(text)}"
    if key not in st.session_state:
        st.session_state[key] = read_pairs(text)
    draw_reading(board, key, source="pasted", done=_next_round)


def draw_write(write: Callable[[], None]) -> None:
    """Draws the way to an empty example."""
    prose("An empty question and an empty answer, for you to fill in.")
    st.button(
        "Write an example",
        key="write_here",
        type="primary",
        icon=":material/add:",
        on_click=write,
    )


def draw_samples(add: Callable[[str], None]) -> None:
    """Draws the samples; `add` is given the id of the one that is wanted."""
    for sample in samples().values():
        reading = read_sample(sample.id)
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            with st.container(gap="xxsmall", width="stretch"):
                prose(f"**{sample.name}** · {counted(len(reading.examples), 'example')}")
                aside(sample.about)
            st.button("Add these", key=f"add_sample_{sample.id}", on_click=add, args=(sample.id,))


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
    address.put("way", None)
    open_example(None)
    go_to("list")
