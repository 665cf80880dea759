"""The room before there is any voice: whatever is brought in begins one, named after its source."""

import re
from pathlib import PurePath
from typing import BinaryIO

import streamlit as st

from voicetune.importers.archive import ArchiveError
from voicetune.importers.recognition import recognise
from voicetune.ui.examples import add_view, edits
from voicetune.ui.examples.view import go_to, open_example
from voicetune.ui.parts import address
from voicetune.ui.parts.choice import choice_in_address
from voicetune.ui.parts.voices import PARAM
from voicetune.ui.samples import add_sample, free_name
from voicetune.ui.session import workspace
from voicetune.workspace.datasets import create_dataset

USUAL = "My voice"
LONGEST = 40
_SITES = {
    "linkedin": "LinkedIn",
    "x": "X",
    "mastodon": "Mastodon",
    "bluesky": "Bluesky",
    "substack": "Substack",
    "medium": "Medium",
    "wordpress": "WordPress",
}


def draw() -> None:
    """Draws the ways in; with the first file or text the voice is there, and the room goes on."""
    add_view.draw_heading()
    way = choice_in_address("Way in", add_view.WAYS, param="way")
    if way == "file":
        files = add_view.draw_uploader(add_view.FIRST)
        if files:
            _go_on(_begun(name_after(files[0].name, files[0])))
    elif way == "paste":
        if add_view.draw_paste_field(add_view.FIRST).strip():
            _go_on(_begun(USUAL))
    elif way == "write":
        add_view.draw_write(_write_one)
    else:
        add_view.draw_samples(_take_sample)


def name_after(name: str, source: BinaryIO) -> str:
    """Returns what to call a voice by the file it begins with: its site, or the file's own name."""
    try:
        kind = recognise(name, source)
    except ArchiveError:
        kind = None
    source.seek(0)
    site = _SITES.get(kind.code.partition("-")[0]) if kind else None
    if site:
        return f"My {site} voice"
    stem = re.sub(r"[\W_]+", " ", PurePath(name).stem).strip()
    return stem[:LONGEST].strip() or USUAL


def _begun(name: str) -> int:
    """Makes the voice; what was dropped or pasted so far stays where it is."""
    ws = workspace()
    voice = create_dataset(ws, free_name(ws, name))
    add_view.take_over(voice)
    return voice


def _go_on(voice: int) -> None:
    address.put(PARAM, str(voice))
    st.rerun()


def _write_one() -> None:
    voice = _begun(USUAL)
    address.put(PARAM, str(voice))
    open_example(edits.add_blank(workspace(), voice))
    address.put("way", None)
    go_to("list")


def _take_sample(sample_id: str) -> None:
    address.put(PARAM, str(add_sample(workspace(), sample_id)))
    address.put("way", None)
    go_to("list")
