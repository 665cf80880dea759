"""What the open example came from: prompts that its text may answer, and the text as found."""

from collections.abc import Sequence

import streamlit as st

from voicetune.examples.example import Example, role_of, text_of
from voicetune.questions.post import Post, Suggestion
from voicetune.questions.rules import ROUGH, suggest
from voicetune.questions.suggested import key_of
from voicetune.runs.questions import suggested_for
from voicetune.ui.examples import edits
from voicetune.ui.examples.asking_runs import is_busy
from voicetune.ui.examples.asking_view import draw_asking_again
from voicetune.ui.examples.board import Board
from voicetune.ui.examples.fill_view import is_filling
from voicetune.ui.examples.question_edits import cut_up, parts_of
from voicetune.ui.examples.view import open_example, say
from voicetune.ui.parts.text import aside, escape, plain
from voicetune.workspace.errors import NotFoundError
from voicetune.workspace.originals import original_of

_FINDING = "find_question"


def draw(board: Board, example: Example) -> None:
    """Draws both for an example of one question and one answer."""
    messages = example.messages if isinstance(example.messages, list) else []
    places = {role_of(m): n for n, m in enumerate(messages) if role_of(m) != "system"}
    if list(places) != ["user", "assistant"]:
        return
    asking, answering = places["user"], places["assistant"]
    answer = text_of(messages[answering])
    original = original_of(board.ws, board.dataset_id, example.id)
    parts = len(parts_of(example))
    if answer.strip():
        _draw_prompts(board, example.id, asking, answer)
    with st.container(horizontal=True):
        if parts > 1:
            st.button(
                f"Cut into {parts} parts along its headings",
                key="cut_up",
                icon=":material/content_cut:",
                help="The parts take its place, each with a question from its heading. Undo puts "
                "it together again.",
                on_click=_cut,
                args=(board, example.id),
            )
        if original is not None and original != answer:
            _draw_original(board, example.id, answering, original)


def _draw_prompts(board: Board, example_id: int, position: int, answer: str) -> None:
    panel = st.expander(
        "Find the question", icon=":material/contact_support:", key=_FINDING, on_change="rerun"
    )
    if not panel.open:
        return
    with panel:
        busy = is_busy(board.ws, board.dataset_id)
        kept = suggested_for(board.ws, [answer]).get(key_of(answer))
        found = kept.prompts if kept else ()
        if found:
            aside("A chat model suggested these. Take one, then change it as you like.")
            _draw_choices(board, example_id, position, "asked", found)
        (rough,) = suggest([Post("", answer)])
        if rough:
            aside(ROUGH)
            _draw_choices(board, example_id, position, "prompt", rough)
        elif not found:
            aside("This text says too little to tell what it answers. Write the question yourself.")
        if is_filling(board.dataset_id):
            return  # the panel above the list asks about this text too
        if st.toggle("Ask a chat model about this text", key="ask_about_one"):
            draw_asking_again(board, Post("", answer), "one", busy=busy)


def _draw_choices(
    board: Board, example_id: int, position: int, name: str, found: Sequence[Suggestion]
) -> None:
    with st.container(horizontal=True):
        for number, suggestion in enumerate(found):
            st.button(
                escape(suggestion.prompt),
                key=f"{name}_{number}",
                wrap=True,
                on_click=_take,
                args=(board, example_id, position, suggestion.prompt),
            )


def _draw_original(board: Board, example_id: int, position: int, original: str) -> None:
    with st.popover("As it was found", icon=":material/history:", key="as_found"):
        plain(original)
        st.button(
            "Take this text instead",
            key="take_original",
            on_click=_write,
            args=(board, example_id, position, original, "The text is as it was found."),
        )


def _take(board: Board, example_id: int, position: int, prompt: str) -> None:
    st.session_state[_FINDING] = False
    _write(board, example_id, position, prompt, "Question taken.")


def _cut(board: Board, example_id: int) -> None:
    try:
        ids = cut_up(board, example_id)
    except NotFoundError:
        say("Not cut: this was deleted in another window. Undo there brings it back.")
        return
    open_example(ids[0])
    say(f"Cut into {len(ids)} parts. Their questions are rough, from the headings: read them.")


def _write(board: Board, example_id: int, position: int, text: str, said: str) -> None:
    try:
        edits.write_text(board, example_id, position, text)
    except NotFoundError:
        say("Not saved: this was deleted in another window. Undo there brings it back.")
        return
    say(said)
