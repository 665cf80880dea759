"""What a place said against a run, next to the examples it is about."""

import streamlit as st

from voicetune.runs.complaints import rows_named
from voicetune.ui import rooms
from voicetune.ui.parts.text import escape, prose, shortened
from voicetune.workspace.database import Workspace
from voicetune.workspace.runs import Run

QUESTION = 120


def draw_rows_named(ws: Workspace, run: Run) -> None:
    """Draws the examples whose lines the run's message names, each with the way to it."""
    rows = rows_named(ws, run)
    if not rows:
        return
    with st.container(border=True, key="rows_named", gap="xsmall"):
        prose("**These examples are meant:**")
        for row in rows:
            with st.container(horizontal=True, vertical_alignment="center"):
                prose(f"Line {row.line}: {escape(shortened(row.question, QUESTION))}")
                if row.example_id is None:
                    prose(":gray[changed since]")
                else:
                    rooms.link(
                        rooms.EXAMPLES,
                        "Open",
                        icon=":material/edit_note:",
                        voice=run.dataset_id,
                        example=row.example_id,
                    )
