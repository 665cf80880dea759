"""What leaves this computer with a launch, shown before it does: what, how much of it, to whom."""

from dataclasses import replace
from urllib.parse import urlsplit

import streamlit as st

from voicetune.examples.example import REJECTED
from voicetune.examples.intake import counted
from voicetune.examples.preferences import sound_pairs
from voicetune.runs.moderation import texts_of
from voicetune.ui.parts.text import aside, escape, plain, prose, shortened
from voicetune.ui.train.choice import Choice
from voicetune.ui.train.moderation import draw_moderation
from voicetune.workspace.database import Workspace
from voicetune.workspace.datasets import Dataset
from voicetune.workspace.examples import list_examples

FIRST = 3
QUESTION = 90


def draw_leaving(ws: Workspace, voice: Dataset, choice: Choice, *, on_pairs: bool = False) -> None:
    """Draws which examples, how many words and to whom; at this computer, that nothing leaves."""
    if choice.profile.local:
        aside("Your examples stay on this computer.")
        return
    if choice.place.rehearsal:
        aside(f"{choice.profile.name} is played on this computer: nothing leaves it.")
        return
    examples = [example for example in list_examples(ws, voice.id) if example.include]
    what = "example"
    if on_pairs:
        what = "preference pair"
        examples = [
            replace(e, messages=[*e.messages, *e.extra[REJECTED]]) for e in sound_pairs(examples)
        ]
    words = sum(len(text.split()) for example in examples for text in texts_of(example))
    host = urlsplit(choice.place.base_url).hostname or choice.place.base_url
    with st.container(border=True, key="leaving", gap="xsmall"):
        prose(
            ":material/upload: **This leaves your computer:** the "
            f"{counted(len(examples), what)} that you included, those kept apart among them, "
            f"**{counted(words, 'word')}** in all, to {escape(choice.profile.name)} "
            f"({escape(host)})."
        )
        with st.expander("Which examples", icon=":material/list:"):
            for example in examples[:FIRST]:
                plain(shortened(example.question, QUESTION))
            if len(examples) > FIRST:
                aside(
                    f"and {len(examples) - FIRST:,} more, each as it stands on the Examples page, "
                    "system messages included. Left out: "
                    "examples that are not included, your chats, and all else."
                )
        draw_moderation(ws, choice, examples)
