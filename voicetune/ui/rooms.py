"""The five rooms: their page files, and ways to go there with the chosen voice."""

from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

import streamlit as st

PAGES = Path(__file__).resolve().parents[2] / "pages"
START = PAGES / "start.py"
EXAMPLES = PAGES / "examples.py"
TRAIN = PAGES / "train.py"
PROGRESS = PAGES / "progress.py"
COMPARE = PAGES / "compare.py"
WIDTH = 1080
"""Pixels of a page at most: longer lines are hard to read."""


def navigation() -> list[st.Page]:
    """Returns the pages in the order in which a voice is made."""
    return [
        st.Page(
            START,
            title="Start",
            icon=":material/home:",
            default=True,
            help="Your voices and their next steps, advice on whether to tune, how it all works.",
        ),
        st.Page(
            EXAMPLES,
            title="Examples",
            icon=":material/edit_note:",
            url_path="examples",
            help="Bring your texts in, see what is wrong with them, mend it.",
        ),
        st.Page(
            TRAIN,
            title="Train",
            icon=":material/model_training:",
            url_path="train",
            help="Choose where to train, see what it costs, and start.",
        ),
        st.Page(
            PROGRESS,
            title="Progress",
            icon=":material/show_chart:",
            url_path="progress",
            help="Watch a model learn, and pick its best checkpoint.",
        ),
        st.Page(
            COMPARE,
            title="Compare",
            icon=":material/compare:",
            url_path="compare",
            help="Ask the base and the tuned model the same question, side by side.",
        ),
    ]


def draw_strip() -> None:
    """Draws the rooms as a row of links for phones, where Streamlit folds its menu away."""
    with st.container(horizontal=True, wrap=False, gap="xxsmall", key="strip"):
        for page in navigation():
            st.page_link(page, icon="", help="")


def go(room: Path, **params: str | int | None) -> NoReturn:
    """Leaves for a room; `params` become its address (voice=3, run=7), None is left out."""
    st.switch_page(room, query_params=_address(params))


def door(
    room: Path,
    label: str,
    *,
    key: str,
    primary: bool = False,
    icon: str | None = None,
    wide: bool = False,
    **params: str | int | None,
) -> None:
    """Draws a button that leads to a room; `label` is ours, `params` as in `go`."""
    if st.button(
        label,
        key=key,
        type="primary" if primary else "secondary",
        icon=icon,
        width="stretch" if wide else "content",
    ):
        go(room, **params)


def to_compare(voice: int | None, run: int, label: str = "Compare it with the base model") -> None:
    """Draws the button from a finished run to its comparison."""
    door(
        COMPARE,
        label,
        key="to_compare",
        primary=True,
        icon=":material/compare:",
        voice=voice,
        run=run,
    )


def link(room: Path, label: str, *, icon: str = "", **params: str | int | None) -> None:
    """Draws a quiet link to a room; `label` is ours, `params` as in `go`."""
    st.page_link(room, label=label, icon=icon, help="", query_params=_address(params))


def _address(params: Mapping[str, str | int | None]) -> dict[str, str]:
    return {name: str(value) for name, value in params.items() if value is not None}
