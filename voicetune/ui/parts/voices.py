"""Which voice a page is about: chosen on the page, kept in its address."""

import streamlit as st

from voicetune.ui import rooms
from voicetune.ui.parts import address
from voicetune.ui.parts.held import held
from voicetune.ui.parts.states import empty_state
from voicetune.ui.session import workspace
from voicetune.workspace.datasets import Dataset, list_datasets

PARAM = "voice"
_PICKER = "voice_picker"


def chosen_voice(voices: list[Dataset]) -> Dataset | None:
    """Returns the voice in the address, else the one of the page before, else the latest.

    Writes it back into the address, so that a reload or a shared link lands at the same voice.
    """
    if not voices:
        return None
    by_id = {str(voice.id): voice for voice in voices}
    asked = address.asked(PARAM)
    known = asked or st.session_state.get("_voice", "")
    voice = by_id.get(known, voices[0])
    if asked and asked not in by_id:
        st.caption("The voice in this address is no longer here. This is the one you used last.")
    st.session_state["_voice"] = str(voice.id)
    address.put(PARAM, str(voice.id))
    return voice


def choose_voice() -> Dataset | None:
    """Draws the choice of voice, where there are several, and returns it; None without any voice.

    Call it once a page, right below the header.
    """
    voices = list_datasets(workspace())
    voice = chosen_voice(voices)
    if voice is not None and len(voices) > 1:
        by_id = {each.id: each for each in voices}
        st.selectbox(
            "Voice",
            list(by_id),
            format_func=lambda each: by_id[each].name,
            width=320,
            **held(_PICKER, voice.id, _choose),
        )
    return voice


def require_voice() -> Dataset:
    """Draws the choice of voice and returns it; without any voice, shows the way to one and stops.

    Call it once a page, right below the header.
    """
    voice = choose_voice()
    if voice is None:
        with empty_state(
            ":material/graphic_eq:",
            "No voice yet",
            "A voice is your set of examples, and the models trained on it. "
            "Start one of your own, or try a sample first.",
        ):
            rooms.door(rooms.START, "Choose a voice", key="to_start", primary=True)
        st.stop()
    return voice


def _choose() -> None:
    address.put(PARAM, str(st.session_state[_PICKER]))
