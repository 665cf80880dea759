"""Asking for the key of a hosted place, and forgetting it again."""

import streamlit as st

from voicetune.providers.profiles import Profile
from voicetune.ui.glossary import tip
from voicetune.ui.parts.text import aside
from voicetune.ui.session import has_typed_key, keep_key


def ask_for_key(profile: Profile) -> None:
    """Draws the field for a place's key; once one is typed the page starts anew with it."""
    key = st.text_input(
        f"Your {profile.name} key",
        type="password",
        key=f"key_{profile.id}",
        autocomplete="off",
        width=420,
        help=tip("API key"),
    )
    aside(
        f"Kept for this browser session only. Keys are made at {profile.keys_url}; "
        f"{profile.api_key_env} in the environment works too."
    )
    if key.strip():
        keep_key(profile.id, key)
        st.rerun()


def offer_to_forget_key(profile: Profile) -> None:
    """Draws the way to another key, where the one in use was typed here."""
    if has_typed_key(profile.id) and st.button(
        "Use another key", key=f"forget_{profile.id}", type="tertiary", icon=":material/key_off:"
    ):
        keep_key(profile.id, "")
        st.rerun()
