"""Showing text: our own, with links to the glossary, and other people's, exactly as it is."""

import re
from collections.abc import Iterable

import streamlit as st

from voicetune.ui.glossary import linked

_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_FUSES = re.compile(r"([:<>=~-])")
_JOINER = "\N{WORD JOINER}"


def prose(text: str) -> None:
    """Shows our own words as Markdown; [[loss]] becomes a link to the glossary."""
    st.markdown(linked(text).replace("$", r"\$"))


def aside(text: str) -> None:
    """Shows a quiet remark of ours, with [[term]] links as in `prose`."""
    st.caption(linked(text).replace("$", r"\$"))


def points(items: Iterable[str]) -> None:
    """Shows our own sentences as a list, with [[term]] links as in `prose`."""
    prose("\n".join(f"- {item}" for item in items))


def plain(text: str) -> None:
    """Shows a person's or a model's text as it is: no Markdown, no HTML, no LaTeX."""
    st.text(text, width="stretch")


def quote(text: str, caption: str | None = None, *, key: str | None = None) -> None:
    """Shows a person's or a model's text as it is, set apart in a frame, under a caption of ours.

    Frames beside each other in a grid or in columns are of one height.
    """
    with st.container(border=True, key=key, gap="xsmall", height="stretch"):
        if caption:
            aside(caption)
        plain(text)


def shortened(text: str, length: int) -> str:
    """Returns the beginning of a text, cut between words and marked where it goes on."""
    return text if len(text) <= length else text[:length].rsplit(None, 1)[0] + " …"


def escape(text: str) -> str:
    """Returns other people's text for a place that reads Markdown (a heading, a label, a toast).

    What Markdown would change is made literal; line breaks become spaces. An invisible joiner
    keeps ":name:" from becoming an emoji and "->" an arrow.
    """
    literal = _PUNCTUATION.sub(r"\\\1", " ".join(text.split()))
    return _FUSES.sub(rf"\1{_JOINER}", literal)
