"""What changed in the set since a training run froze its copy, and the way back."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from voicetune.coach.changes import Edit
from voicetune.coach.passages import CHANGED, CUT, Passage, around, differing
from voicetune.examples.example import Example
from voicetune.examples.intake import counted
from voicetune.ui.examples import edits
from voicetune.ui.examples.board import Board, Snapshot
from voicetune.ui.examples.comparison import Compared, Comparison
from voicetune.ui.examples.filters import show_only
from voicetune.ui.examples.view import go_to, open_example, say
from voicetune.ui.parts import address
from voicetune.ui.parts.choice import choice_in_address
from voicetune.ui.parts.dates import moment_in_words
from voicetune.ui.parts.held import held
from voicetune.ui.parts.text import aside, escape, plain, prose, shortened
from voicetune.workspace.database import Workspace
from voicetune.workspace.errors import NotFoundError
from voicetune.workspace.examples import add_examples
from voicetune.workspace.history import revision
from voicetune.workspace.runs import Run, list_runs

PAGE = 10
CONTEXT = 90
"""Characters shown beside a change of a long text."""
LONGEST = 600
_RUN = "run"
_THEN, _NOW = "red", "green"
_PARTS = {"other turns": "turns or what is learned of them"}
_SIDES = {"training": "to train on", "validation": "kept for validation"}


def draw(board: Board, snapshot: Snapshot) -> None:
    """Draws the changes since one of the set's runs."""
    run = _choose_run(list_runs(board.ws, board.dataset_id, rehearsals=False, on_pairs=False))
    comparison = _comparison(str(board.ws.engine.url), run.id, board.ws)
    examples = [row.example for row in snapshot.rows.values()]
    state = revision(board.ws, board.dataset_id)
    compared = comparison.look(state, examples)
    if compared is None:
        _wait(comparison, state, examples)
        return
    changes = compared.changes
    prose(f"**{changes.sentence}**")
    kinds: dict[str, tuple[str, int, Callable[[Board, Compared, int, Run], None]]] = {
        "edited": ("Edited", len(changes.edited), _draw_edited),
        "added": ("Added", len(changes.added), _draw_added),
        "left-out": ("Left out", len(changes.left_out), _draw_left_out),
        "gone": ("Taken out", len(changes.removed), _draw_removed),
        "moved": ("Other side", len(changes.moved), _draw_moved),
    }
    present = {name: f"{label} ({n:,})" for name, (label, n, _) in kinds.items() if n}
    if not present:
        aside("A training now would learn from the very same examples.")
        return
    kind = choice_in_address("What changed", present, param="what")
    _, number, draw_one = kinds[kind]
    pages = -(-number // PAGE)
    key = f"changes_page_{run.id}_{kind}"
    page = min(st.session_state.get(key, 1), pages)
    for place in range((page - 1) * PAGE, min(page * PAGE, number)):
        with st.container(border=True, key=f"change_{kind}_{place}", gap="small"):
            draw_one(board, compared, place, run)
    if pages > 1:
        st.pagination(pages, key=key)


def _choose_run(runs: Sequence[Run]) -> Run:
    """Draws which training to compare with, the newest first; it stands in the address."""
    by_id = {str(run.id): run for run in runs}
    asked = by_id.get(address.asked(_RUN), runs[0])
    if len(runs) == 1:
        prose(f"Compared with the training of {moment_in_words(asked.created)}, {_facts(asked)}.")
        return asked
    st.selectbox(
        "Compared with the training of",
        list(by_id),
        format_func=lambda each: (
            f"{moment_in_words(by_id[each].created)} (run {each}, {_facts(by_id[each])})"
        ),
        width=420,
        **held("changes_run", str(asked.id), _take_run),
    )
    return asked


def _facts(run: Run) -> str:
    return counted(run.training_examples + run.validation_examples, "example")


def _draw_edited(board: Board, compared: Compared, place: int, run: Run) -> None:
    edit = compared.changes.edited[place]
    example = compared.examples[edit.row]
    with st.container(horizontal=True, vertical_alignment="center"):
        with st.container(width="stretch"):
            prose(f"**Example {edit.row + 1:,}**: the {_listed(edit.parts)} changed.")
        _open_button(board, example)
        st.button(
            "Take the old words back",
            key=f"old_words_{example.id}",
            type="tertiary",
            help="Undo takes this back",
            on_click=_take_old_words,
            args=(board, edit, example.id),
        )
    texts = _texts(edit, example)
    with st.grid(2, min_column_width=280):
        for title, colour, side in (("Then", _THEN, 0), ("Now", _NOW, 1)):
            with st.container(border=True, gap="xsmall", height="stretch"):
                st.markdown(f"**{title}**")
                if "question" not in texts:
                    aside("Question")
                    plain(shortened(example.question, 160) or "–")
                for part, versions in texts.items():
                    aside(_PARTS.get(part, part).capitalize())
                    st.markdown(_marked(around(versions[side], CONTEXT), colour))


def _texts(edit: Edit, example: Example) -> dict[str, tuple[list[Passage], list[Passage]]]:
    """Both versions of each part that was edited, in the order of the conversation."""
    before = edit.before
    versions = {
        "system message": (before.system or "", example.system or ""),
        "question": (before.question, example.question),
        "answer": (before.answer, example.answer),
        "other turns": (_turns(before), _turns(example)),
    }
    return {part: differing(*pair) for part, pair in versions.items() if part in edit.parts}


def _draw_added(board: Board, compared: Compared, place: int, run: Run) -> None:
    _draw_stored(board, compared.examples[compared.changes.added[place]])


def _draw_left_out(board: Board, compared: Compared, place: int, run: Run) -> None:
    example = compared.examples[compared.changes.left_out[place]]
    _draw_stored(board, example)
    st.button(
        "Include it again",
        key=f"include_again_{example.id}",
        icon=":material/undo:",
        on_click=_include,
        args=(board, example.id),
    )


def _draw_moved(board: Board, compared: Compared, place: int, run: Run) -> None:
    example = compared.examples[compared.changes.moved[place]]
    other = next(side for side in _SIDES if side != example.split)
    prose(f"Then {_SIDES[other]}, now {_SIDES[example.split]}.")
    _draw_stored(board, example)


def _draw_removed(board: Board, compared: Compared, place: int, run: Run) -> None:
    example = compared.changes.removed[place]
    aside("Question")
    plain(shortened(example.question, 160) or "–")
    aside("Answer")
    plain(shortened(example.answer, LONGEST) or "–")
    st.button(
        "Bring this one back",
        key=f"bring_back_{place}",
        icon=":material/undo:",
        on_click=_bring_back,
        args=(board, example, run),
    )


def _draw_stored(board: Board, example: Example) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        with st.container(width="stretch", gap="small"):
            aside("Question")
            plain(shortened(example.question, 160) or "–")
        _open_button(board, example)
    aside("Answer")
    plain(shortened(example.answer, LONGEST) or "–")


def _open_button(board: Board, example: Example) -> None:
    st.button(
        "Open",
        key=f"open_changed_{example.id}",
        type="tertiary",
        icon=":material/edit:",
        on_click=_open,
        args=(board.dataset_id, example.id),
    )


def _marked(passages: Sequence[Passage], colour: str) -> str:
    """The passages as Markdown of ours around other people's words; lines stay lines."""
    lines: list[str] = [""]
    for passage in passages:
        first, *rest = passage.text.split("\n")
        for number, piece in enumerate([first, *rest]):
            if number:
                lines.append("")
            lines[-1] += _piece(piece, passage.kind, colour)
    return "  \n".join(line.strip() or "&nbsp;" for line in lines)


def _piece(text: str, kind: str, colour: str) -> str:
    words = escape(text)
    if kind == CUT:
        return " :gray[…] "
    if not words:
        return " " if text else ""
    lead = " " if text[0].isspace() else ""
    tail = " " if text[-1].isspace() else ""
    if kind != CHANGED:
        return f"{lead}{words}{tail}"
    drawn = f"~~{words}~~" if colour == _THEN else words
    return f"{lead}:{colour}-background[{drawn}]{tail}"


def _turns(example: Example) -> str:
    """The whole example as a person can read it, with what else the file says of each message."""
    lines = []
    for message in example.messages:
        more = {k: v for k, v in message.items() if k not in ("role", "content")}
        told = "".join(f" ({key}: {value})" for key, value in more.items())
        lines.append(f"{message.get('role', '')}{told}: {message.get('content', '')}")
    lines += [f"{key}: {value}" for key, value in example.extra.items()]
    return "\n\n".join(lines)


def _listed(parts: Sequence[str]) -> str:
    words = [_PARTS.get(part, part) for part in parts]
    return " and the ".join(filter(None, [", the ".join(words[:-1]), words[-1]]))


def _bring_back(board: Board, example: Example, run: Run) -> None:
    origin = f"trained on, {moment_in_words(run.created)}"
    back = replace(example, origin=origin)
    add_examples(board.ws, board.dataset_id, [back], "Bring an example back")
    say("Brought back. It stands at the end of the list, and Undo takes it out again.")


def _include(board: Board, example_id: int) -> None:
    _change(board, example_id, "Include an example", "Included again.", include=True)


def _take_old_words(board: Board, edit: Edit, example_id: int) -> None:
    done = "It reads as it was trained on. Undo brings the new words back."
    then = {"messages": edit.before.messages, "extra": edit.before.extra}
    _change(board, example_id, "Take the old words back", done, **then)


def _change(board: Board, example_id: int, label: str, done: str, **changes: Any) -> None:
    try:
        edits.change(board, example_id, label, **changes)
    except NotFoundError:
        say("Not changed: this was deleted in another window. Undo there brings it back.")
        return
    say(done)


def _open(dataset_id: int, example_id: int) -> None:
    show_only(dataset_id)
    st.session_state["_turn_to"] = example_id
    open_example(example_id)
    go_to("list")


def _take_run() -> None:
    address.put(_RUN, st.session_state["changes_run"])


@st.fragment(run_every=0.5)
def _wait(comparison: Comparison, state: int, examples: Sequence[Example]) -> None:
    if comparison.look(state, examples) is not None:
        st.rerun()
    aside("Comparing your examples with those the model was trained on.")


@st.cache_resource(show_spinner=False, max_entries=8)
def _comparison(address: str, run_id: int, _ws: Workspace) -> Comparison:
    return Comparison(_ws, run_id)
