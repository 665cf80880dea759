"""Finding the questions of all examples that have none, by rules or through a chat model."""

from collections.abc import Mapping, Sequence

import streamlit as st

from voicetune.examples.intake import counted
from voicetune.questions.filling import lacks_question, posts_of
from voicetune.questions.rules import ROUGH
from voicetune.questions.suggested import Suggested
from voicetune.ui.examples import question_edits
from voicetune.ui.examples.asking_runs import is_busy
from voicetune.ui.examples.asking_view import draw_asking, draw_sources, prompts_for
from voicetune.ui.examples.board import Board, Snapshot
from voicetune.ui.examples.view import say
from voicetune.ui.parts.text import aside, plain, prose, shortened

SHOWN = 3
_WAYS = {"rules": "By rules, here", "model": "Ask a chat model"}


def without_question(snapshot: Snapshot, ids: Sequence[int]) -> list[int]:
    """Returns the examples among `ids` that have an answer and no question."""
    # Without a question something is always found in it, which is quicker to ask.
    rows = snapshot.rows
    return [id_ for id_ in ids if rows[id_].findings and lacks_question(rows[id_].example)]


def open_filling(dataset_id: int, *, wanted: bool = True) -> None:
    """Has the list show the panel, or hides it again; for callbacks."""
    st.session_state[_key(dataset_id)] = wanted


def is_filling(dataset_id: int) -> bool:
    """Says whether the panel is open."""
    return bool(st.session_state.get(_key(dataset_id)))


def draw_filling(board: Board, snapshot: Snapshot, ids: Sequence[int]) -> None:
    """Draws the panel where it was asked for; `ids` are the examples that the filters let pass."""
    if not is_filling(board.dataset_id):
        return
    bare = without_question(snapshot, ids)
    with st.container(border=True, key="filling"):
        with st.container(horizontal=True, vertical_alignment="center"):
            with st.container(width="stretch"):
                prose(f"**{_title(len(bare))}**")
            st.button(
                "Close",
                key="close_filling",
                type="tertiary",
                on_click=open_filling,
                args=(board.dataset_id,),
                kwargs={"wanted": False},
            )
        if bare:
            _draw_ways(board, snapshot, bare)


def _title(number: int) -> str:
    if not number:
        return "Every example here has its question."
    return f"Find the question of {counted(number, 'example')}"


def _draw_ways(board: Board, snapshot: Snapshot, bare: list[int]) -> None:
    way = st.radio(
        "How",
        list(_WAYS),
        format_func=_WAYS.__getitem__,
        key="filling_way",
        horizontal=True,
        label_visibility="collapsed",
    )
    posts = posts_of([snapshot.rows[id_].example for id_ in bare])
    suggested: Mapping[str, Suggested] = {}
    if way == "rules":
        aside(ROUGH)
    else:
        suggested = draw_asking(board, posts, "filling")
    prompts = prompts_for(board, posts, suggested, "_filling")
    if way == "model":
        draw_sources(prompts)
    with st.grid(SHOWN, min_column_width=260):
        for post, prompt in list(zip(posts, prompts, strict=True))[:SHOWN]:
            with st.container(border=True, gap="xsmall", height="stretch"):
                aside("Question, rough" if prompt.rough and prompt.text else "Question")
                plain(shortened(prompt.text, 160) or "–")
                aside("Answer")
                plain(shortened(post.text, 160))
    able = sum(bool(prompt.text) for prompt in prompts)
    st.button(
        f"Fill in {counted(able, 'question')}",
        key="fill_in",
        type="primary",
        disabled=not able or is_busy(board.ws, board.dataset_id),
        on_click=_fill,
        args=(board, bare, suggested),
        help="One step, which Undo takes back. You can change each question afterwards.",
    )


def _fill(board: Board, ids: list[int], suggested: Mapping[str, Suggested]) -> None:
    done, rough = question_edits.fill_questions(board, ids, suggested)
    open_filling(board.dataset_id, wanted=False)
    by_rules = f" {rough:,} of them by rules: read those." if rough and suggested else ""
    say(f"{counted(done, 'question')} filled in.{by_rules}")


def _key(dataset_id: int) -> str:
    return f"_filling_{dataset_id}"
