"""What the open example came from: prompts that its text may answer, and the text as found."""

import streamlit as st

from voicetune.examples.example import Example, role_of, text_of
from voicetune.questions.post import Post
from voicetune.questions.rules import ROUGH, suggest
from voicetune.ui.examples import edits
from voicetune.ui.examples.board import Board
from voicetune.ui.examples.view import say
from voicetune.ui.parts.text import aside, escape, plain
from voicetune.workspace.errors import NotFoundError
from voicetune.workspace.originals import original_of


def draw(board: Board, example: Example) -> None:
    """Draws both for an example of one question and one answer."""
    messages = example.messages if isinstance(example.messages, list) else []
    places = {role_of(m): n for n, m in enumerate(messages) if role_of(m) != "system"}
    if list(places) != ["user", "assistant"]:
        return
    asking, answering = places["user"], places["assistant"]
    answer = text_of(messages[answering])
    original = original_of(board.ws, board.dataset_id, example.id)
    with st.container(horizontal=True):
        if answer.strip():
            _draw_prompts(board, example.id, asking, answer)
        if original is not None and original != answer:
            _draw_original(board, example.id, answering, original)


def _draw_prompts(board: Board, example_id: int, position: int, answer: str) -> None:
    with st.popover("Find the question", icon=":material/contact_support:", key="find_question"):
        (found,) = suggest([Post("", answer)])
        if not found:
            aside("This text says too little to tell what it answers. Write the question yourself.")
            return
        aside(ROUGH)
        for number, suggestion in enumerate(found):
            st.button(
                escape(suggestion.prompt),
                key=f"prompt_{number}",
                type="tertiary",
                on_click=_write,
                args=(board, example_id, position, suggestion.prompt, "Question taken."),
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


def _write(board: Board, example_id: int, position: int, text: str, said: str) -> None:
    try:
        edits.write_text(board, example_id, position, text)
    except NotFoundError:
        say("Not saved: this was deleted in another window. Undo there brings it back.")
        return
    say(said)
