"""Which examples of a set are shown: by words, by finding, by side, by whether they count."""

from dataclasses import dataclass

import streamlit as st

from voicetune.ui.examples.board import Board, Snapshot
from voicetune.ui.examples.found import ALL_CODES, Found
from voicetune.workspace.examples import list_ids

ANY = ""
_SIDES = {ANY: "Both sides", "training": "Training", "validation": "Validation"}
_COUNTED = {ANY: "All", "yes": "Included", "no": "Left out"}
WORRIES = "any"
"""Stands for any finding at all."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What an example must fit to be shown; empty fields let everything pass."""

    words: str = ""
    code: str = ""
    side: str = ""
    counted: str = ""

    @property
    def active(self) -> bool:
        """Whether it holds anything back."""
        return self != Filter()


def draw_filters(dataset_id: int, found: Found) -> Filter:
    """Draws the filters and returns what they let pass."""
    codes = {ANY: "Any or none", WORRIES: "Any finding"}
    codes |= {
        code: f"{ALL_CODES[code].label} ({len(ids):,})" for code, ids in found.by_code.items()
    }
    finding = _key(dataset_id, "code")
    asked = st.session_state.get(finding)
    if asked and asked not in codes:  # its last example was mended: it stays until left
        codes[asked] = f"{ALL_CODES[asked].label} (0)"
    with st.container(horizontal=True, vertical_alignment="bottom", key="filters"):
        words = st.text_input(
            "Search",
            key=_key(dataset_id, "words"),
            type="search",
            placeholder="Words in a question or an answer",
            persist_state="session",
            width=300,
        )
        code = st.selectbox(
            "Finding",
            list(codes),
            format_func=lambda each: codes.get(each, each),
            key=finding,
            persist_state="session",
            width=240,
        )
        side = st.selectbox(
            "Split",
            list(_SIDES),
            format_func=_SIDES.__getitem__,
            key=_key(dataset_id, "side"),
            persist_state="session",
            width=150,
        )
        counted = st.selectbox(
            "Included",
            list(_COUNTED),
            format_func=_COUNTED.__getitem__,
            key=_key(dataset_id, "counted"),
            persist_state="session",
            width=150,
        )
    return Filter((words or "").strip(), code or "", side or "", counted or "")


def show_only(dataset_id: int, code: str = ANY) -> None:
    """Sets the filters to one finding, or takes them all away; for callbacks."""
    st.session_state[_key(dataset_id, "words")] = ""
    st.session_state[_key(dataset_id, "code")] = code
    st.session_state[_key(dataset_id, "side")] = ANY
    st.session_state[_key(dataset_id, "counted")] = ANY


def passing(board: Board, snapshot: Snapshot, found: Found, wanted: Filter) -> list[int]:
    """Returns the ids of the examples that fit, in the set's order."""
    ids = list(snapshot.rows)
    if wanted.words:
        with_words = set(list_ids(board.ws, board.dataset_id, search=wanted.words))
        ids = [id_ for id_ in ids if id_ in with_words]
    if wanted.code == WORRIES:
        ids = [id_ for id_ in ids if id_ in found.any]
    elif wanted.code:
        fitting = set(found.by_code.get(wanted.code, ()))
        ids = [id_ for id_ in ids if id_ in fitting]
    if wanted.side:
        ids = [id_ for id_ in ids if snapshot.rows[id_].example.split == wanted.side]
    if wanted.counted:
        include = wanted.counted == "yes"
        ids = [id_ for id_ in ids if snapshot.rows[id_].example.include is include]
    return ids


def _key(dataset_id: int, name: str) -> str:
    return f"filter_{name}_{dataset_id}"
