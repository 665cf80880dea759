"""Places that train by means of their own: why, and the file they take."""

import streamlit as st

from voicetune.examples.example import Example
from voicetune.examples.exports import export_for
from voicetune.examples.intake import counted
from voicetune.providers.offers import Offer, best_of_each
from voicetune.providers.profiles import Profile
from voicetune.ui import rooms
from voicetune.ui.parts.connect import connect, what_it_can
from voicetune.ui.parts.text import aside, prose
from voicetune.ui.train.money_view import draw_money
from voicetune.workspace.database import Workspace
from voicetune.workspace.datasets import Dataset
from voicetune.workspace.examples import list_examples

SIDES = {"training": "The training file", "validation": "The validation file"}


def draw_elsewhere(ws: Workspace, voice: Dataset, profile: Profile, offers: list[Offer]) -> None:
    """Draws a place that trains elsewhere: what it costs, why it is not driven from here, its file.

    `offers` are those of the set, this place's among them.
    """
    own = [offer for offer in offers if offer.profile.id == profile.id]
    for offer in best_of_each(own):
        if offer.model.prices is not None:
            with st.container(border=True, key="bill", gap="small"):
                prose(f"**{offer.model.name}**, {counted(offer.bill.epochs, 'epoch')}")
                draw_money(offer.model.prices, offer.bill)
    with st.container(border=True, key="elsewhere", gap="small"):
        prose(f"**Not driven from here.** {profile.not_driven}")
        _draw_files(ws, voice, profile)
    if profile.chats:
        st.subheader("Chat with a model tuned there", anchor=False)
        if connect(profile) is not None:
            _to_compare(profile, voice)


def draw_only_answers(profile: Profile, voice: Dataset) -> None:
    """Draws a place that only answers: its connection, and where it can be used."""
    connected = connect(profile)
    if connected is None:
        return
    found = what_it_can(connected)
    if found is not None and found.chats:
        if found.models:
            aside(f"It has {counted(len(found.models), 'model')}.")
        _to_compare(profile, voice)


def _to_compare(profile: Profile, voice: Dataset) -> None:
    rooms.door(
        rooms.COMPARE,
        f"Use {profile.name} in Compare",
        key="answers_in_compare",
        icon=":material/compare:",
        voice=voice.id,
        place=profile.id,
    )


def _draw_files(ws: Workspace, voice: Dataset, profile: Profile) -> None:
    if profile.export is None:
        return
    included = [example for example in list_examples(ws, voice.id) if example.include]
    by_side: dict[str, list[Example]] = {
        side: [e for e in included if e.split == side] for side in SIDES
    }
    left_out: dict[str, int] = {}
    with st.container(horizontal=True):
        for side, examples in by_side.items():
            if not examples:
                continue
            export = export_for(profile.export, examples)
            for each in export.left_out:
                left_out[each.reason] = left_out.get(each.reason, 0) + 1
            if export.examples:
                st.download_button(
                    f"{SIDES[side]} ({counted(export.examples, 'example')})",
                    export.content,
                    file_name=f"{profile.export}-{side}.jsonl",
                    mime="application/jsonl",
                    icon=":material/download:",
                    on_click="ignore",
                    key=f"export_{side}",
                )
    for reason, count in left_out.items():
        aside(f"Left out: {counted(count, 'example')}, because {reason}.")
    if len(by_side["training"]) < profile.limits.minimum_examples:
        aside(f"{profile.name} takes {profile.limits.minimum_examples} examples at least.")
