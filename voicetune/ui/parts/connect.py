"""Connecting a place: its address, its key, and what it says it can do."""

from typing import TYPE_CHECKING

import streamlit as st

from voicetune.providers.addresses import address_of, complete, is_loopback, is_near, is_url
from voicetune.providers.client import Place
from voicetune.providers.errors import explain
from voicetune.providers.probe import Found, probe
from voicetune.providers.profiles import Profile
from voicetune.ui import session
from voicetune.ui.parts.keys import ask_for_key, offer_to_forget_key
from voicetune.ui.parts.states import trouble
from voicetune.ui.parts.text import aside, escape, prose
from voicetune.workspace.connections import (
    found_at,
    keep_address,
    keep_found,
    typed_address,
)

if TYPE_CHECKING:
    from openai import OpenAIError


def connect(profile: Profile) -> Place | None:
    """Draws what a place needs and returns it; None while something is missing."""
    if session.rehearsing() == profile.id:
        return session.place(profile.id)
    if profile.address is not None and not _ask_for_address(profile):
        return None
    connected = session.place(profile.id)
    if connected is None:
        ask_for_key(profile)
        return None
    if profile.needs_key or session.has_typed_key(profile.id):
        offer_to_forget_key(profile)
    elif profile.api_key_env:
        with st.popover("It asks for a key", icon=":material/key:"):
            ask_for_key(profile)
    return connected


def what_it_can(place: Place) -> Found | None:
    """Asks a server once what it can do and keeps that; None where it cannot be asked now."""
    from openai import OpenAIError

    ws, name = session.workspace(), place.profile.id
    kept = found_at(ws, name)
    if kept is None or kept.get("at") != place.base_url:
        try:
            with st.spinner("Asking it what it can do"):
                found = probe(place)
        except OpenAIError as error:
            _say_silent(error, place)
            st.button("Ask again", key=f"probe_{name}", icon=":material/refresh:")
            return None
        kept = {"at": place.base_url, "found": found.as_json()}
        keep_found(ws, name, kept)
    found = Found.from_json(kept["found"])
    with st.container(horizontal=True, vertical_alignment="center"):
        prose(in_words(found))
        if st.button("Ask again", key=f"probe_{name}", type="tertiary", icon=":material/refresh:"):
            keep_found(ws, name, None)
            st.rerun()
    return found


def _say_silent(error: "OpenAIError", place: Place) -> None:
    from openai import APIConnectionError, APITimeoutError

    silent = isinstance(error, APIConnectionError) and not isinstance(error, APITimeoutError)
    if silent and is_loopback(place.base_url):
        st.info(
            f"Start {place.profile.name} on this computer, or put in where it runs.",
            title=f"Nothing answers at {escape(place.base_url)} yet",
            icon=":material/power_off:",
        )
    else:
        trouble("Nothing to work with at this address", explain(error, place))


def in_words(found: Found) -> str:
    """Says what was found."""
    if found.engine:
        return ":material/check_circle: A VoiceTune engine: it trains and answers."
    if found.trains and found.chats:
        return ":material/check_circle: It takes fine-tuning jobs, and answers."
    if found.trains:
        return ":material/check_circle: It takes fine-tuning jobs. It does not answer chats."
    if found.chats:
        return ":material/check_circle: It answers chats. It does not train."
    return ":material/help: It answers, but neither trains nor chats the way OpenAI's servers do."


def _ask_for_address(profile: Profile) -> bool:
    address = profile.address
    if address is None:
        return True
    ws, key = session.workspace(), f"address_{profile.id}"
    kept = typed_address(ws, profile.id)
    typed = st.text_input(
        address.label,
        value=kept or address_of(profile),
        placeholder=address.example,
        key=key,
        type="url",
        width=520,
    )
    whole = complete(profile, typed) if typed and typed.strip() else ""
    if whole and not is_url(whole):
        trouble("This is no address", f"It should look like {escape(address.example)}.")
        return False
    if whole != kept and whole != address_of(profile):
        keep_address(ws, profile.id, whole)
        st.rerun()
    if whole.startswith("http://") and not is_near(whole):
        aside("This address is not encrypted (http): what is sent can be read on the way.")
    if not whole and address.environment:
        aside(f"{address.environment} in the environment works too.")
    return bool(whole)
