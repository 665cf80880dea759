"""Passing the examples by a place's own moderation before they are sent to be trained on."""

from collections.abc import Sequence

import streamlit as st

from voicetune.examples.example import Example
from voicetune.examples.intake import counted
from voicetune.providers.errors import explain
from voicetune.runs.moderation import Flagged, moderate, moderated
from voicetune.ui import rooms
from voicetune.ui.parts.states import trouble
from voicetune.ui.parts.text import aside, escape, prose, shortened
from voicetune.ui.train.choice import Choice
from voicetune.workspace.database import Workspace

MOST_SHOWN = 8
QUESTION = 90


def draw_moderation(ws: Workspace, choice: Choice, examples: Sequence[Example]) -> None:
    """Draws the offer, where the place has a moderation endpoint, and what it flagged."""
    from openai import OpenAIError

    if choice.profile.moderation_model is None:
        return
    name = escape(choice.profile.name)
    flagged, unknown = moderated(ws, choice.place, examples)
    if unknown and st.button(
        f"Ask {name}'s moderation first", key="moderate", icon=":material/policy:"
    ):
        bar = st.progress(0.0)
        every = len(unknown)
        try:
            moderate(
                ws,
                choice.place,
                unknown,
                lambda done: bar.progress(done / every, text=f"{done:,} of {every:,}"),
            )
        except OpenAIError as error:
            trouble("The moderation was not asked", escape(explain(error, choice.place)))
            return
        st.rerun(scope="fragment")  # the dialog stays open
    if unknown:
        aside(
            f"A file can be rejected for a few examples without a word on which. This sends "
            f"{counted(len(unknown), 'example')} to {name}'s free moderation and shows what it "
            "objects to. It is not needed."
        )
    elif not flagged:
        prose(f":material/check_circle: {name}'s moderation objects to none of them.")
    if flagged:
        _draw_flagged(flagged, name)


def _draw_flagged(flagged: Sequence[Flagged], name: str) -> None:
    prose(f":material/flag: **{name}'s moderation objects to {counted(len(flagged), 'example')}:**")
    for each in flagged[:MOST_SHOWN]:
        with st.container(horizontal=True, vertical_alignment="center"):
            question = escape(shortened(each.example.question, QUESTION))
            prose(f"{question} :orange-badge[{escape(', '.join(each.categories))}]")
            rooms.link(rooms.EXAMPLES, "Open", icon=":material/edit_note:", example=each.example.id)
    if len(flagged) > MOST_SHOWN:
        aside(f"and {len(flagged) - MOST_SHOWN:,} more")
    aside("You can leave them out, change them, or send them all the same.")
