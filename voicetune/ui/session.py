"""What every page works with: the workspace, the places, the day."""

import os
from datetime import date, datetime
from typing import TYPE_CHECKING

import streamlit as st
from streamlit.errors import StreamlitSecretNotFoundError

from voicetune.home import home
from voicetune.ui import places
from voicetune.ui.rehearsals import from_the_start, rehearsal_place
from voicetune.workspace.connections import found_at, typed_address
from voicetune.workspace.database import Workspace, open_workspace

if TYPE_CHECKING:
    from voicetune.providers.client import Place
    from voicetune.workspace.runs import Run

_REHEARSING = "_rehearsing"


def workspace() -> Workspace:
    """Returns the person's workspace, opened once for all sessions."""
    return _workspace(os.environ.get("VOICETUNE_DATABASE_URL", ""), str(home()))


def place(profile_id: str) -> "Place | None":
    """Connects a place for this session; None while it lacks a key or an address, or is not up.

    A place that is being rehearsed is the one that plays it here. A server that was found to be
    VoiceTune's own engine can do what that can.
    """
    if profile_id == rehearsing():
        return rehearsal_place(places.profiles()[profile_id])
    ws = workspace()
    connected = places.place_of(profile_id, key_of(profile_id), typed_address(ws, profile_id))
    if connected is None or connected.profile.kind != "server":
        return connected
    from voicetune.providers.probe import as_engine

    kept = found_at(ws, profile_id) or {}
    engine = kept.get("at") == connected.base_url and kept["found"]["engine"]
    return as_engine(connected) if engine else connected


def place_for(run: "Run") -> "Place | None":
    """Connects the place of a run: the real one, or for a rehearsal the one that plays it."""
    if run.rehearsal:
        return places.place_of_run(run)
    return places.place_of(
        run.place, key_of(run.place), run.base_url or typed_address(workspace(), run.place)
    )


def serving_place(run: "Run") -> "Place | None":
    """Connects the server that a run's model is asked at beside its place; None without one."""
    if run.served_at not in places.profiles():
        return None
    return places.place_of(run.served_at, key_of(run.served_at), run.served_url or "")


def rehearsing() -> str:
    """Returns the id of the place that this session rehearses, "" for none."""
    asked: str = st.session_state.get(_REHEARSING, from_the_start())
    return asked if asked in places.profiles() else ""


def rehearse(profile_id: str) -> None:
    """Begins the rehearsal of a place in this session, or ends it ("")."""
    st.session_state[_REHEARSING] = profile_id


def local_place() -> "Place | None":
    """Connects the local engine; None while it starts, or where it is not installed."""
    local = next((p.id for p in places.profiles().values() if p.local), None)
    return places.place_of(local) if local else None


def key_of(profile_id: str) -> str:
    """Returns the key this session has for a place: typed, from the environment or the secrets."""
    typed: str = st.session_state.get(_key_name(profile_id), "")
    name = places.profiles()[profile_id].api_key_env
    if typed or not name:
        return typed
    try:
        return os.environ.get(name) or str(st.secrets.get(name, ""))
    except StreamlitSecretNotFoundError:
        return ""


def keep_key(profile_id: str, key: str) -> None:
    """Keeps a typed key for this browser session, and nowhere else."""
    st.session_state[_key_name(profile_id)] = key.strip()


def has_typed_key(profile_id: str) -> bool:
    """Says whether this session's key for a place was typed into it."""
    return bool(st.session_state.get(_key_name(profile_id)))


def today() -> date:
    """Returns the person's day, against which prices and closing dates are read."""
    return datetime.now().astimezone().date()


def _key_name(profile_id: str) -> str:
    return f"_key_of_{profile_id}"


@st.cache_resource(show_spinner=False, max_entries=4, on_release=Workspace.close)
def _workspace(database_url: str, folder: str) -> Workspace:
    return open_workspace()
