"""Asking for the key of a hosted place, where to keep it, and forgetting it again."""

import streamlit as st

from voicetune.providers import keychain
from voicetune.providers.keys import find_key, key_file
from voicetune.providers.profiles import Profile
from voicetune.ui.glossary import tip
from voicetune.ui.parts.states import trouble
from voicetune.ui.parts.text import aside, escape, points
from voicetune.ui.session import has_typed_key, keep_key


def ask_for_key(profile: Profile) -> None:
    """Draws the field for a place's key; once one is typed the page starts anew with it."""
    if refused := find_key(profile).trouble:
        trouble("Your key file is not used", escape(refused))
    in_keychain = keychain.available() and st.checkbox(
        "Keep it in this computer's keychain", key=f"keychain_{profile.id}"
    )
    key = st.text_input(
        f"Key for {profile.name}",
        type="password",
        key=f"key_{profile.id}",
        autocomplete="off",
        width=420,
        help=tip("API key"),
    )
    kept = "Kept in this computer's keychain" if in_keychain else "Kept for this browser session"
    made = f" Keys are made at {profile.keys_url}." if profile.keys_url else ""
    aside(f"{kept} only, never in VoiceTune's files.{made}")
    with st.popover("Other ways to give it", icon=":material/key:"):
        points(
            (
                f"In the environment, as `{profile.api_key_env}`.",
                f"In `.streamlit/secrets.toml`, as `{profile.api_key_env}`.",
                f"Alone in the file `{key_file(profile)}`, readable by you only.",
            )
        )
    if not key.strip():
        return
    if in_keychain:
        try:
            keychain.keep(profile.id, key.strip())
        except keychain.KeychainError as error:
            trouble("The key was not kept", escape(str(error)))
            return
    else:
        keep_key(profile.id, key)
    st.rerun()


def offer_to_forget_key(profile: Profile) -> None:
    """Draws the way to another key, where the one in use was typed here or is in the keychain."""
    typed = has_typed_key(profile.id)
    if not typed and find_key(profile).source != "keychain":
        return
    label = "Use another key" if typed else "Remove the key from the keychain"
    if not st.button(label, key=f"forget_{profile.id}", type="tertiary", icon=":material/key_off:"):
        return
    if not typed:
        try:
            keychain.forget(profile.id)
        except keychain.KeychainError as error:
            trouble("The key is still there", escape(str(error)))
            return
    keep_key(profile.id, "")
    st.rerun()
