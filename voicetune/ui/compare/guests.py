"""Models of places that only answer: which are connected, and adding one by its name."""

import streamlit as st

from voicetune.compare.contender import Contender, guest_contender
from voicetune.providers.engine_state import local_models
from voicetune.providers.probe import Found
from voicetune.providers.profiles import Profile
from voicetune.runs.adapter import opened_here
from voicetune.ui import places, rooms, session
from voicetune.ui.compare.opening import draw_opening
from voicetune.ui.parts.text import aside, prose
from voicetune.workspace.connections import found_at
from voicetune.workspace.database import Workspace
from voicetune.workspace.datasets import Dataset
from voicetune.workspace.settings import get_setting, set_setting

_NAMED = "models/"
MOST_LISTED = 40
"""Of a place with more models than this the others are added by name."""


def guest_places(ws: Workspace) -> list[Profile]:
    """Returns the places that answer, train nothing from here, and were connected."""
    return [profile for profile in places.profiles().values() if _connected(ws, profile)]


def guests(ws: Workspace) -> list[Contender]:
    """Returns the models of connected places, listed or added by name, and those fetched here."""
    found = _downloaded()
    for profile in guest_places(ws):
        kept = found_at(ws, profile.id)
        listed = Found.from_json(kept["found"]).models[:MOST_LISTED] if kept else ()
        for model in dict.fromkeys([*_named(ws, profile.id), *listed]):
            found.append(guest_contender(profile.id, profile.name, model))
    return found


def draw_guests(ws: Workspace, voice: Dataset) -> None:
    """Draws the way to have models of other places stand here."""
    known = guest_places(ws)
    with st.popover("Models of other places", icon=":material/lan:", key="guests", type="tertiary"):
        prose(
            "A model that runs elsewhere can stand on either side: in Ollama, in LM Studio, on a "
            "server of yours, or tuned with Tinker."
        )
        for profile in known:
            name = st.text_input(
                f"Add a model of {profile.name} by its id",
                placeholder="tinker://…" if profile.export == "tinker" else "its id",
                key=f"guest_{profile.id}",
            )
            if name and name.strip() and name.strip() not in _named(ws, profile.id):
                set_setting(ws, _NAMED + profile.id, [name.strip(), *_named(ws, profile.id)])
                st.rerun()
        if not known:
            aside("None is connected yet.")
        draw_opening()
        rooms.link(
            rooms.TRAIN,
            "Connect a place",
            icon=":material/add_link:",
            voice=voice.id,
            place=next(p.id for p in places.profiles().values() if p.kind == "chat"),
        )


def _connected(ws: Workspace, profile: Profile) -> bool:
    if profile.kind == "elsewhere":
        return profile.chats and bool(session.key_of(profile.id))
    if profile.kind not in ("chat", "server"):
        return False
    kept = found_at(ws, profile.id)
    return bool(kept and kept["found"]["chats"]) and session.place(profile.id) is not None


def _downloaded() -> list[Contender]:
    """The models on this computer that are of no run; none while it is down.

    Those are the base models that did not come with VoiceTune, and adapters that were opened here;
    with such a one, what it may be compared with is there too.
    """
    from openai import OpenAIError

    place = session.local_place()
    if place is None:
        return []
    try:
        bases = [model.id for model in local_models(place)]
        opened = opened_here(place)
    except OpenAIError:
        return []
    shipped = set() if opened else {model.id for model in place.profile.models}
    return [
        guest_contender(place.profile.id, "this computer", model)
        for model in [*bases, *opened]
        if model not in shipped
    ]


def _named(ws: Workspace, place: str) -> list[str]:
    kept: list[str] = get_setting(ws, _NAMED + place, [])
    return kept
