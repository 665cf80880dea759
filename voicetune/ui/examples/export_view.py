"""Taking the set out: JSONL as training takes it, CSV as spreadsheets do."""

import re
from functools import partial

import streamlit as st

from voicetune.examples.writing import to_csv, to_jsonl, to_pairs
from voicetune.ui.examples.board import Board, Snapshot
from voicetune.ui.parts.text import aside
from voicetune.workspace.datasets import get_dataset
from voicetune.workspace.examples import list_examples

_FILES = {
    "": ("All, JSONL", "jsonl"),
    "training": ("Training, JSONL", "jsonl"),
    "validation": ("Validation, JSONL", "jsonl"),
    "table": ("All, CSV", "csv"),
    "pairs": ("Preference pairs, JSONL", "jsonl"),
}


def draw(board: Board, snapshot: Snapshot) -> None:
    """Draws the download buttons; a file is made when its button is pressed."""
    st.subheader("Take it with you", anchor=False)
    aside("The included examples. [[JSONL]] is what places train on; CSV opens in a spreadsheet.")
    name = file_name(get_dataset(board.ws, board.dataset_id).name)
    with st.container(horizontal=True):
        for part, (label, kind) in _FILES.items():
            if part == "pairs" and not any(row.example.rejected for row in snapshot.rows.values()):
                continue
            count = snapshot.sides.get(part, sum(snapshot.sides.values()))
            st.download_button(
                label,
                partial(_content, board, part),
                file_name=f"{name}{f'-{part}' if part not in ('', 'table') else ''}.{kind}",
                mime="text/csv" if kind == "csv" else "application/jsonl",
                key=f"export_{part or 'all'}",
                icon=":material/download:",
                on_click="ignore",
                disabled=not count,
            )


def file_name(voice: str) -> str:
    """Returns the voice's name as a file's name, letters of every script kept."""
    return re.sub(r"[^\w]+", "-", voice.lower()).strip("-") or "voice"


def _content(board: Board, part: str) -> bytes:
    examples = list_examples(board.ws, board.dataset_id)
    if part == "table":
        return to_csv(examples)
    if part == "pairs":
        return to_pairs(examples)
    return to_jsonl([e for e in examples if part in ("", e.split)])
