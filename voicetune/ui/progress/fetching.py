"""Fetching what was trained elsewhere, and opening it here, where answers cost nothing."""

import streamlit as st

from voicetune.providers.client import Place
from voicetune.providers.profiles import Profile
from voicetune.runs.adapter import AdapterError, base_here, open_here
from voicetune.ui import rooms, session
from voicetune.ui.parts.states import trouble
from voicetune.ui.parts.text import aside, escape, prose
from voicetune.workspace.database import Workspace
from voicetune.workspace.runs import Run


def draw_fetching(ws: Workspace, run: Run, profile: Profile) -> None:
    """Draws the way from a model trained elsewhere to one that answers here."""
    name = escape(profile.name)
    with st.container(border=True, key="fetching", gap="small"):
        if run.answers_as:
            prose(":material/computer: **It is open on this computer**, and answers at no charge.")
            rooms.to_compare(run.dataset_id, run.id)
            return
        prose(f":material/download: **One step is left: fetch it from {name}.**")
        aside(profile.serving.explanation)
        if run.rehearsal:
            aside("A rehearsal trains nothing, so there is nothing to fetch.")
            return
        place, local = session.place_for(run), session.local_place()
        if place is None or local is None:
            aside(f"For that, {name} and the engine on this computer must both be connected.")
            return
        _draw_way(ws, run, place, local)


def _draw_way(ws: Workspace, run: Run, place: Place, local: Place) -> None:
    from openai import OpenAIError

    try:
        base = base_here(run, place, local)
    except OpenAIError:
        aside("The engine on this computer does not answer now. Look again in a moment.")
        return
    if base is None:
        known = place.profile.model(run.model)
        prose(
            f"Its base model, **{escape(known.name if known else run.model)}**, is not on this "
            "computer. Once its folder is in `engine/models` of VoiceTune's folder, under the "
            f"name `{escape(run.model)}`, the model can be fetched and opened."
        )
        return
    if not st.button(
        "Fetch it and open it here", key="fetch", type="primary", icon=":material/download:"
    ):
        return
    try:
        with st.spinner("Fetching it, and checking it against its base model"):
            open_here(ws, run, place, local, base)
    except AdapterError as error:
        trouble("It was not opened", escape(str(error)))
        return
    st.rerun()
