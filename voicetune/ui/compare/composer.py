"""What is asked and how: the question, the system message that goes with it, the settings."""

from dataclasses import dataclass
from typing import Any

import streamlit as st

from voicetune.ui.compare.held_out import suggest
from voicetune.ui.glossary import tip
from voicetune.ui.parts.text import aside, plain, prose


@dataclass(frozen=True, slots=True)
class Question:
    """One question to both sides, with the options that go to the API."""

    text: str
    system: str | None
    follow_up: bool
    options: dict[str, Any]


def compose(system: str | None, answers: dict[str, str], *, may_follow_up: bool) -> Question | None:
    """Draws the composer and returns a question when one was just sent."""
    typed = st.chat_input(
        "Ask both the same thing", key="question", submit_mode="disable", height="content"
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        options = _settings()
        sent_system = _system_message(system)
        follow_up = may_follow_up and st.toggle(
            "Go on from the answers above",
            key="follow_up",
            persist_state="session",
            help="Sends your last questions and each side's own answers along, so that you can "
            "ask for changes. Off: every question starts afresh.",
        )
    pressed = suggest(answers)
    text = (typed or pressed or "").strip()
    return Question(text, sent_system, follow_up, options) if text else None


def _settings() -> dict[str, Any]:
    with st.popover("Settings", icon=":material/tune:"):
        temperature = st.slider(
            "Temperature",
            0.0,
            1.5,
            0.5,
            0.1,
            key="temperature",
            persist_state="session",
            help=tip("temperature"),
        )
        longest = st.slider(
            "Longest answer, in tokens",
            50,
            800,
            300,
            50,
            key="longest",
            persist_state="session",
            help=tip("token"),
        )
    return {"temperature": temperature, "max_tokens": longest}


def _system_message(system: str | None) -> str | None:
    if not system:
        aside("This voice was trained without a [[system message]], so none is sent.")
        return None
    with st.popover("System message", icon=":material/description:"):
        prose(
            "Your model was trained under this [[system message]]. Leaving it out is the commonest "
            "reason for a tuned model that seems to do nothing, so it is sent to both sides."
        )
        plain(system)
        send = st.toggle(
            "Send it with every question", True, key="send_system", persist_state="session"
        )
    return system if send else None
