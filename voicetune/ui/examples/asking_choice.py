"""Which chat model is asked for questions: a place, connected if need be, and one of its models."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import streamlit as st

from voicetune.providers.chat_models import ChatModel, chat_models
from voicetune.providers.client import Place
from voicetune.providers.errors import explain
from voicetune.runs.filling import TOO_SMALL
from voicetune.runs.questions import ROOM
from voicetune.ui import places
from voicetune.ui.parts.connect import connect
from voicetune.ui.parts.text import aside, escape, prose
from voicetune.ui.session import place, today, workspace
from voicetune.workspace.money import own_prices


@dataclass(frozen=True, slots=True)
class Choice:
    """A connected place and a model of it that is large enough."""

    place: Place
    model: ChatModel


def choose_model(key: str) -> Choice | None:
    """Draws the choice of a place and a model of it; None where none can be asked as it is."""
    offered = {
        profile.id: profile
        for profile in places.profiles().values()
        if profile.chats and (places.local_engine_available() or not profile.local)
    }
    usual = next(id_ for id_, profile in offered.items() if profile.needs_key)
    likely = next((id_ for id_ in offered if (at := place(id_)) and _models(at)), usual)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            "Place",
            list(offered),
            index=list(offered).index(likely),
            format_func=lambda id_: offered[id_].name,
            key=f"{key}_place",
            width=260,
        )
        at = place(chosen)
        able = {model.id: model for model in _models(at)} if at else {}
        model = None
        if able:
            picked = st.selectbox(
                "Model",
                list(able),
                format_func=lambda id_: able[id_].name,
                key=f"{key}_model_{chosen}",
                width=260,
            )
            model = able[picked]
    profile = offered[chosen]
    if not profile.local:
        at = connect(profile)
    elif at is None:
        aside("The engine on this computer is still starting. Choose it again in a moment.")
    if at is None or model is not None:
        return Choice(at, model) if at and model else None
    prose(_said(at) or (TOO_SMALL if profile.local else "This place names no model that answers."))
    return None


def _models(at: Place) -> list[ChatModel]:
    """The models of a place that are large enough; none where it does not answer."""
    found = _listed(at.profile.id, at.base_url, today(), own_prices(workspace()), at)
    return [] if isinstance(found, str) else [each for each in found if each.holds(ROOM)]


def _said(at: Place) -> str:
    """Why a place has no models, in words; "" where it has some."""
    found = _listed(at.profile.id, at.base_url, today(), own_prices(workspace()), at)
    return f":orange[:material/warning:] {escape(found)}" if isinstance(found, str) else ""


@st.cache_data(show_spinner=False, ttl=20, max_entries=64)
def _listed(
    profile_id: str, address: str, day: date, own: dict[str, dict[str, Any]], _at: Place
) -> list[ChatModel] | str:
    """The models of a place, or why it names none; asked anew after 20 seconds."""
    from openai import OpenAIError

    try:
        return chat_models(_at, day, own)
    except OpenAIError as error:
        return explain(error, _at)
