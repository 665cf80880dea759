"""What a page shows while the local engine cannot be used, and how it notices that it can."""

from contextlib import suppress

import streamlit as st

from voicetune.providers.engine_state import local_models
from voicetune.ui import places
from voicetune.ui.background import engine_trouble
from voicetune.ui.parts.states import trouble
from voicetune.ui.parts.text import escape
from voicetune.ui.session import local_place

SECONDS_BETWEEN = 1.5


def draw_engine_not_up(reason: str | None = None) -> None:
    """Says why the local engine cannot be used now; the page starts anew once it answers."""
    if not places.local_engine_available():
        trouble(
            "The local engine is not installed",
            "This installation came without PyTorch. Install `requirements.txt` to train here and "
            "to talk to models trained here.",
        )
        return
    reason = engine_trouble() or reason
    if reason:
        trouble("The local engine cannot be reached", escape(reason))
    else:
        st.info(
            "It starts with VoiceTune and takes a few seconds. This page goes on by itself.",
            title="The local engine is starting",
            icon=":material/hourglass_top:",
        )
    if st.button("Try again", key="engine_again"):
        st.rerun()
    st.fragment(_wait, run_every=SECONDS_BETWEEN)()


def _wait() -> None:
    from openai import OpenAIError

    place = local_place()
    if place is None:
        return
    with suppress(OpenAIError):
        local_models(place)
        st.rerun()
