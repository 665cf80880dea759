"""Saying which of two answers is better: both are kept in Examples as a preference pair."""

import streamlit as st

from voicetune.examples.example import REJECTED, Example
from voicetune.examples.intake import counted
from voicetune.ui import rooms
from voicetune.ui.examples.dealing import placed
from voicetune.ui.parts.text import prose
from voicetune.ui.train.pair_readiness import count_pairs
from voicetune.workspace.chats import Turn
from voicetune.workspace.database import Workspace
from voicetune.workspace.datasets import Dataset
from voicetune.workspace.examples import add_examples, delete_examples

HELP = (
    "Keeps both answers in Examples as a preference pair: this one preferred, the other rejected. "
    "From such pairs a model can learn what you prefer."
)


def origin_of(turn: Turn) -> str:
    """Returns the origin of the pair that a turn makes, by which it is found again."""
    return f"Compare, question {turn.id}"


def makes_pair(turn: Turn) -> bool:
    """Says whether a turn's answers can be a pair: two whole ones that differ.

    Answers to a follow-up stand on what either side said before, so they are answers to two
    different conversations.
    """
    answers = list(turn.answers.values())
    whole = all(a.state == "done" and a.answer.strip() and not a.message for a in answers)
    return whole and not turn.follow_up and len({a.answer for a in answers}) == len(answers) == 2


def keep_pair(ws: Workspace, dataset_id: int, turn: Turn, better: str) -> None:
    """Adds the turn to the set as one step: the side `better` preferred, the other rejected."""
    messages = [{"role": "system", "content": turn.system}] if turn.system else []
    messages.append({"role": "user", "content": turn.question})
    answers = {
        side: {"role": "assistant", "content": answer.answer}
        for side, answer in turn.answers.items()
    }
    preferred = answers.pop(better)
    (rejected,) = answers.values()
    pair = Example([*messages, preferred], origin=origin_of(turn), extra={REJECTED: [rejected]})
    with ws.write():
        add_examples(ws, dataset_id, placed(ws, dataset_id, [pair]), "Keep a preference pair")


def take_back(ws: Workspace, dataset_id: int, example_id: int) -> None:
    """Deletes a kept pair, as one step."""
    delete_examples(ws, dataset_id, [example_id], "Take a preference pair back")


def draw_better(ws: Workspace, voice: Dataset, turn: Turn, side: str) -> None:
    """Draws the button under an answer that says it is the better one."""
    st.button(
        "This one is better",
        key=f"better_{turn.id}_{side}",
        icon=":material/thumb_up:",
        type="tertiary",
        help=HELP,
        on_click=keep_pair,
        args=(ws, voice.id, turn, side),
    )


def draw_kept(ws: Workspace, voice: Dataset, turn: Turn, pair: Example) -> None:
    """Draws that the turn is kept as a pair, with the way to it and the way back."""
    with st.container(horizontal=True, vertical_alignment="center", key=f"pair_{turn.id}"):
        prose(":material/check: Kept in Examples as a [[preference pair]].")
        rooms.link(
            rooms.EXAMPLES, "Open it", icon=":material/edit_note:", voice=voice.id, example=pair.id
        )
        st.button(
            "Take it back",
            key=f"unkeep_{turn.id}",
            icon=":material/undo:",
            type="tertiary",
            on_click=take_back,
            args=(ws, voice.id, pair.id),
        )


def draw_pairs_so_far(ws: Workspace, voice: Dataset) -> None:
    """Draws how many pairs the voice has, and where a model learns from them."""
    pairs = count_pairs(ws, voice)
    if not pairs:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="pairs_so_far"):
        prose(f"{counted(pairs, 'preference pair')} of this voice so far.")
        rooms.link(
            rooms.TRAIN,
            "Teach a model what you prefer",
            icon=":material/model_training:",
            voice=voice.id,
            learn="pairs",
        )
