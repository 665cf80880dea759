"""The open example: its turns in text areas, what was found, its side, and the way to the next."""

import json
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import streamlit as st

from voicetune.examples.example import Example, role_of, text_of
from voicetune.ui.examples import coached_view, edits, rejected_view, source_view
from voicetune.ui.examples.board import Board, Snapshot
from voicetune.ui.examples.coached_view import ICONS
from voicetune.ui.examples.row import Row
from voicetune.ui.examples.view import open_example, say, text_key
from voicetune.ui.glossary import tip
from voicetune.ui.parts.held import held
from voicetune.ui.parts.text import aside, escape, prose
from voicetune.workspace.errors import NotFoundError
from voicetune.workspace.examples import delete_examples, duplicate_example

_ROLES = {"user": "User asks", "assistant": "Assistant answers", "system": "System", "tool": "Tool"}
_SIDES = {"training": "Training", "validation": "Validation"}
_SAVED = "_saved_example"


def draw(board: Board, snapshot: Snapshot, example_id: int, ids: Sequence[int]) -> None:
    """Draws the editor of one example; `ids` are those the list shows, for next and previous."""
    row = snapshot.rows[example_id]
    with st.container(border=True, key="editor"):
        _draw_head(board, snapshot, row.example, ids)
        _draw_findings(board, snapshot, example_id)
        _draw_choices(board, row)
        _draw_turns(board, snapshot, row.example)
        source_view.draw(board, row.example)
        rejected_view.draw(row.example)


def _draw_head(board: Board, snapshot: Snapshot, example: Example, ids: Sequence[int]) -> None:
    number = list(snapshot.rows).index(example.id) + 1
    before, after = _neighbours(example.id, ids)
    with st.container(horizontal=True, vertical_alignment="center", key="editor_head"):
        with st.container(gap="xxsmall", width="stretch"):
            st.subheader(f"Example {number:,} of {len(snapshot.rows):,}", anchor=False)
            if example.origin:
                st.caption(escape(example.origin))
        with st.container(horizontal=True, vertical_alignment="center", width="content"):
            st.button(
                "Previous",
                key="previous",
                icon=":material/arrow_upward:",
                shortcut="P",
                disabled=before is None,
                on_click=_turn_to,
                args=(before,),
            )
            st.button(
                "Next",
                key="next",
                icon=":material/arrow_downward:",
                shortcut="N",
                disabled=after is None,
                on_click=_turn_to,
                args=(after,),
            )
            st.button(
                "Duplicate",
                key="duplicate",
                type="tertiary",
                on_click=_duplicate,
                args=(board, example.id),
            )
            st.button(
                "Delete",
                key="delete",
                type="tertiary",
                help="Undo brings it back",
                on_click=_delete,
                args=(board, example.id, after or before),
            )
            st.button(
                "Close",
                key="close",
                type="tertiary",
                on_click=open_example,
                args=(None,),
            )


def _neighbours(example_id: int, ids: Sequence[int]) -> tuple[int | None, int | None]:
    """The examples before and after in the list, also once a mend took this one out of it."""
    if example_id in ids:
        place = ids.index(example_id)
        st.session_state["_place"] = place
        after = place + 1
    else:
        after = place = min(st.session_state.get("_place", 0), len(ids))
    return (
        ids[place - 1] if 0 < place <= len(ids) else None,
        ids[after] if after < len(ids) else None,
    )


def _draw_findings(board: Board, snapshot: Snapshot, example_id: int) -> None:
    for number, finding in enumerate(snapshot.findings_of(example_id)):
        able = bool(finding.mend) and bool(edits.mended(snapshot, finding.code, [example_id]))
        with st.container(horizontal=True, vertical_alignment="center", key=f"found_{number}"):
            with st.container(width="stretch"):
                st.markdown(f"{ICONS[finding.severity]} {escape(finding.message)}")
            if able and finding.mend:
                one = "Leave this one out" if finding.code == "exact-duplicate" else finding.mend
                st.button(
                    one,
                    key=f"mend_{finding.code}_{number}",
                    icon=":material/healing:",
                    on_click=_mend,
                    args=(board, finding.code, example_id),
                )
    coached_view.draw(board, snapshot, example_id)


def _draw_choices(board: Board, row: Row) -> None:
    example = row.example
    include = held(f"include_{example.id}", example.include, _include, board, example.id)
    side = held(f"side_{example.id}", example.split, _move, board, example.id)
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        st.toggle("Included", **include)
        st.segmented_control(
            "Split",
            list(_SIDES),
            format_func=_SIDES.__getitem__,
            required=True,
            label_visibility="collapsed",
            help=tip("split"),
            **side,
        )
        aside(f"{row.tokens:,} [[token|tokens]]")
        if st.session_state.get(_SAVED) == example.id:
            prose(":green[:material/check: Saved]")
        else:
            aside("Saved as you leave a field.")


def _draw_turns(board: Board, snapshot: Snapshot, example: Example) -> None:
    messages = example.messages if isinstance(example.messages, list) else []
    several = sum(role_of(m) == "assistant" for m in messages) > 1
    usual = _is_usual(messages)
    for position, message in enumerate(messages):
        if _is_set_system(message, position, snapshot.system):
            aside("Under the [[system message]] of the whole set.")
            continue
        _draw_turn(board, example.id, position, message, usual=usual, several=several)
    st.button(
        "Add a turn",
        key="add_turn",
        icon=":material/add:",
        type="tertiary",
        on_click=_edit,
        args=(edits.add_turn, board, example.id),
    )


def _is_usual(messages: Sequence[Any]) -> bool:
    """Whether it is one question and one answer, which need no choice of who speaks."""
    return [role_of(m) for m in messages if role_of(m) != "system"] == ["user", "assistant"]


def _is_set_system(message: Any, position: int, system: str | None) -> bool:
    return position == 0 and role_of(message) == "system" and text_of(message) == system


def _draw_turn(
    board: Board, example_id: int, position: int, message: Any, *, usual: bool, several: bool
) -> None:
    known = isinstance(message, dict)
    role = role_of(message)
    label = {"user": "Question", "assistant": "Answer", "system": "System message"}.get(
        role, "Text"
    )
    if not usual:
        with st.container(horizontal=True, vertical_alignment="bottom"):
            _draw_role(board, example_id, position, message)
            if role == "assistant" and (several or (known and "weight" in message)):
                weight = f"weight_{example_id}_{position}"
                learned = message.get("weight", 1) != 0
                st.toggle(
                    "Learn this answer",
                    help=tip("weight"),
                    **held(weight, learned, _weigh, board, example_id, position),
                )
            st.space("stretch")
            st.button(
                "Remove",
                key=f"remove_{example_id}_{position}",
                type="tertiary",
                on_click=_edit,
                args=(edits.remove_turn, board, example_id, position),
            )
    text = text_of(message) if known else _as_text(message)
    key = text_key(f"text_{example_id}_{position}", text)
    st.text_area(
        label,
        text,
        key=key,
        height="content",
        placeholder="What is asked" if role == "user" else "What you would write",
        label_visibility="visible" if usual else "collapsed",
        on_change=_write,
        args=(board, example_id, position, key),
    )


def _draw_role(board: Board, example_id: int, position: int, message: Any) -> None:
    role = role_of(message)
    roles = list(_ROLES)
    if role not in roles:
        roles = [role, *roles] if isinstance(role, str) else ["", *roles]
    key = f"role_{example_id}_{position}"
    shown = role if isinstance(role, str) else ""
    st.selectbox(
        f"Message {position + 1}",
        roles,
        format_func=lambda each: _ROLES.get(each) or (f"{each} (unknown)" if each else "Nobody"),
        width=200,
        **held(key, shown, _set_role, board, example_id, position),
    )


def _as_text(message: Any) -> str:
    return message if isinstance(message, str) else json.dumps(message, ensure_ascii=False)


def _edit(act: Callable[..., None], board: Board, example_id: int, *more: Any) -> None:
    """Makes an edit; one that comes too late, because another window was faster, is told."""
    try:
        act(board, example_id, *more)
    except NotFoundError:
        say("Not saved: this was deleted in another window. Undo there brings it back.")
        return
    st.session_state[_SAVED] = example_id


def _write(board: Board, example_id: int, position: int, key: str) -> None:
    _edit(edits.write_text, board, example_id, position, st.session_state[key])


def _set_role(board: Board, example_id: int, position: int) -> None:
    role = st.session_state[f"role_{example_id}_{position}"]
    _edit(edits.set_role, board, example_id, position, role)


def _weigh(board: Board, example_id: int, position: int) -> None:
    learned = st.session_state[f"weight_{example_id}_{position}"]
    _edit(edits.set_weight, board, example_id, position, learned)


def _include(board: Board, example_id: int) -> None:
    include = st.session_state[f"include_{example_id}"]
    label = "Include an example" if include else "Leave an example out"
    _edit(partial(edits.change, label=label, include=include), board, example_id)


def _move(board: Board, example_id: int) -> None:
    side = st.session_state[f"side_{example_id}"]
    move = partial(edits.change, label=f"Move to {side}", split=side, split_pinned=True)
    _edit(move, board, example_id)


def _mend(board: Board, code: str, example_id: int) -> None:
    edits.mend_all(board, code, [example_id])
    st.session_state[_SAVED] = example_id


def _turn_to(example_id: int) -> None:
    open_example(example_id)
    st.session_state["_turn_to"] = example_id


def _duplicate(board: Board, example_id: int) -> None:
    try:
        _turn_to(duplicate_example(board.ws, example_id))
        say("Duplicated. This is the copy.")
    except NotFoundError:
        say("This example was deleted in another window.")


def _delete(board: Board, example_id: int, following: int | None) -> None:
    delete_examples(board.ws, board.dataset_id, [example_id])
    open_example(following)
    say("Example deleted. Undo brings it back.")
