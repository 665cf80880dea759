"""What did not come in, each line or piece with its reason and its text, to be mended in place."""

import streamlit as st

from voicetune.examples.conversion import convert
from voicetune.examples.example import Example
from voicetune.examples.intake import Reading, Refusal, counted
from voicetune.examples.reading import suggest_repair
from voicetune.ui.examples import edits
from voicetune.ui.examples.board import Board, Snapshot
from voicetune.ui.examples.unread import UNREAD, write_in
from voicetune.ui.examples.view import say, text_key
from voicetune.ui.parts.text import aside, escape, prose
from voicetune.workspace.database import Workspace
from voicetune.workspace.errors import NotFoundError
from voicetune.workspace.examples import get_example
from voicetune.workspace.refusals import (
    StoredRefusal,
    delete_refusal,
    delete_refusals,
    list_refusals,
    update_refusal,
)

PAGE = 10


def draw(board: Board, snapshot: Snapshot) -> None:
    """Draws what did not come in."""
    refusals = list_refusals(board.ws, board.dataset_id)
    ready = {each.id: made for each in refusals if (made := _converted(each)) is not None}
    with st.container(horizontal=True, vertical_alignment="center"):
        unread = sum(refusal.code == UNREAD for refusal in refusals)
        lines = len(refusals) - unread
        what = [counted(lines, "line")] if lines else []
        what += [counted(unread, "piece")] if unread else []
        prose(f"**{' and '.join(what)}** did not come in. Nothing of them is lost.")
        st.space("stretch")
        if len(ready) > 1:
            st.button(
                f"Convert {len(ready):,} to chat examples",
                key="convert_all",
                icon=":material/sync_alt:",
                on_click=_convert_all,
                args=(board.ws, refusals, ready),
            )
        with st.popover("Drop all", icon=":material/delete:"):
            prose("They go for good. Your examples stay.")
            st.button(
                "Drop them for good",
                key="drop_all",
                type="primary",
                on_click=delete_refusals,
                args=(board.ws, board.dataset_id),
            )
    pages = -(-len(refusals) // PAGE)
    page = min(st.session_state.get("refusals_page", 1), pages)
    for refusal in refusals[(page - 1) * PAGE : page * PAGE]:
        if refusal.code == UNREAD:
            _draw_unread(board.ws, refusal)
        else:
            _draw_line(board.ws, refusal, ready.get(refusal.id))
    if pages > 1:
        st.pagination(pages, key="refusals_page")


def _draw_line(ws: Workspace, refusal: StoredRefusal, ready: Example | None) -> None:
    key = text_key(f"line_{refusal.id}", refusal.text)
    with st.container(border=True, key=f"refused_{refusal.id}", gap="small"):
        where = f" · {escape(refusal.source)}" if refusal.source else ""
        st.markdown(f"**Line {refusal.line:,}**{where}")
        st.markdown(f":red[:material/error:] {escape(refusal.reason)}")
        st.text_area(
            f"The text of line {refusal.line}",
            refusal.text,
            key=key,
            height="content",
            label_visibility="collapsed",
            on_change=_mend,
            args=(ws, refusal, key),
        )
        with st.container(horizontal=True, vertical_alignment="center"):
            repaired = suggest_repair(refusal.text)
            if ready is not None:
                st.button(
                    "Convert to a chat example",
                    key=f"convert_{refusal.id}",
                    icon=":material/sync_alt:",
                    on_click=_take,
                    args=(ws, refusal, ready),
                )
            elif repaired is not None:
                st.button(
                    "Mend it",
                    key=f"repair_{refusal.id}",
                    icon=":material/healing:",
                    help="Sets the quotes, commas and brackets right; your words stay.",
                    on_click=_mend_to,
                    args=(ws, refusal, repaired),
                )
            else:
                aside("Mend the text, or write Q: and A: on lines of their own.")
            st.space("stretch")
            _drop_button(ws, refusal)


def _draw_unread(ws: Workspace, refusal: StoredRefusal) -> None:
    """Draws a piece of an archive or document that could not be read, to be written in."""
    key = text_key(f"piece_{refusal.id}", refusal.text)
    with st.container(border=True, key=f"refused_{refusal.id}", gap="small"):
        st.markdown(f"**{escape(refusal.source)}**")
        st.markdown(f":red[:material/error:] {escape(refusal.reason)}")
        st.text_area(
            "What stood there",
            refusal.text,
            key=key,
            height="content",
            placeholder="Write or paste what stood there",
            label_visibility="collapsed",
            on_change=_keep_piece,
            args=(ws, refusal, key),
        )
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(
                "Add as a text",
                key=f"write_in_{refusal.id}",
                icon=":material/add:",
                on_click=_write_in,
                args=(ws, refusal, key),
            )
            aside(
                "Keep only your own words. For a question too, write Q: and A: on lines of "
                "their own."
            )
            st.space("stretch")
            _drop_button(ws, refusal)


def _drop_button(ws: Workspace, refusal: StoredRefusal) -> None:
    st.button(
        "Drop",
        key=f"drop_{refusal.id}",
        type="tertiary",
        help="Drops this for good",
        on_click=delete_refusal,
        args=(ws, refusal.id),
    )


def _converted(refusal: StoredRefusal) -> Example | None:
    """The line as an example, where it is in another known format."""
    if refusal.code != "no-messages":
        return None
    line = Refusal(refusal.line, refusal.code, refusal.reason, refusal.text)
    made = convert(Reading("unknown", [], [], [line], [], "utf-8", "")).examples
    return made[0] if made else None


def _keep_piece(ws: Workspace, refusal: StoredRefusal, key: str) -> None:
    text = st.session_state[key]
    update_refusal(ws, refusal.id, Refusal(refusal.line, UNREAD, refusal.reason, text))


def _write_in(ws: Workspace, refusal: StoredRefusal, key: str) -> None:
    try:
        made = write_in(ws, refusal, st.session_state[key])
    except NotFoundError:
        say("This piece was dropped in another window.")
        return
    said = "It is an example now. Its question is still to be written."
    if isinstance(made, Refusal):
        say(escape(made.reason))
    else:
        say(said if not get_example(ws, made).question else "It is an example now.")


def _mend(ws: Workspace, refusal: StoredRefusal, key: str) -> None:
    _mend_to(ws, refusal, st.session_state[key])


def _mend_to(ws: Workspace, refusal: StoredRefusal, text: str) -> None:
    try:
        made = edits.mend_line(ws, refusal, text)
    except NotFoundError:
        say("This line was dropped in another window.")
        return
    if not isinstance(made, Refusal):
        say(f"Line {refusal.line:,} is an example now.")


def _take(ws: Workspace, refusal: StoredRefusal, example: Example) -> None:
    edits.add_mended(ws, refusal, example)
    say(f"Line {refusal.line:,} is an example now.")


def _convert_all(ws: Workspace, refusals: list[StoredRefusal], ready: dict[int, Example]) -> None:
    with ws.write():
        for refusal in refusals:
            if refusal.id in ready:
                edits.add_mended(ws, refusal, ready[refusal.id])
    say(f"{counted(len(ready), 'line')} converted.")
