"""A connected place and one of its base models."""

from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from voicetune.providers.client import Place
from voicetune.providers.engine_state import LocalModel, local_models
from voicetune.providers.errors import explain
from voicetune.providers.offers import Offer
from voicetune.providers.own_prices import with_own_prices
from voicetune.providers.probe import Found, as_engine
from voicetune.providers.profiles import ModelProfile, Profile
from voicetune.providers.standing import standing
from voicetune.ui import places, session
from voicetune.ui.glossary import tip
from voicetune.ui.parts.connect import connect, what_it_can
from voicetune.ui.parts.engine_wait import draw_engine_not_up
from voicetune.ui.parts.rehearsal import offer_rehearsal
from voicetune.ui.parts.states import trouble
from voicetune.ui.parts.text import aside, escape, prose
from voicetune.ui.train.counting import starter_folder
from voicetune.ui.train.eligibility import draw_eligibility, draw_shutdown, draw_take_out
from voicetune.ui.train.elsewhere import draw_elsewhere, draw_only_answers
from voicetune.ui.train.facts import draw_facts, draw_model_dates
from voicetune.ui.train.more_models import draw_more_models
from voicetune.ui.train.where import choose_place
from voicetune.workspace.database import Workspace
from voicetune.workspace.datasets import Dataset
from voicetune.workspace.money import own_prices

UNKNOWN_CONTEXT = 8192
"""The longest example of a model whose place does not say, in tokens."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A connected place and one of its base models, with the person's own prices if any.

    `folder` holds a model whose tokenizer is on this computer. `speed` (tokens a second, None until
    measured) and `measures` (it will be) are those of an engine.
    """

    place: Place
    profile: Profile
    model: ModelProfile
    folder: Path | None = None
    speed: float | None = None
    measures: bool = False


def choose(ws: Workspace, voice: Dataset, offers: list[Offer]) -> Choice | None:
    """Draws the choice and returns it; None where nothing can be trained from here, which it says.

    `offers` are those of the set.
    """
    profile = choose_place(offers)
    with st.container(border=True, key="place_facts", gap="small"):
        draw_facts(profile)
    if profile.kind == "engine":
        return _choose_here(profile)
    if profile.kind == "server":
        return _choose_at_server(profile, voice)
    if profile.kind == "hosted":
        return _choose_hosted(ws, profile)
    if profile.kind == "elsewhere":
        draw_elsewhere(ws, voice, profile, offers)
    else:
        draw_only_answers(profile, voice)
    return None


def _choose_here(profile: Profile) -> Choice | None:
    connected = session.place(profile.id)
    if connected is None:
        draw_engine_not_up()
        return None
    from openai import OpenAIError

    try:
        models = local_models(connected)
    except OpenAIError as error:
        draw_engine_not_up(explain(error, connected))
        return None
    if not models:
        trouble(
            "There is no base model on this computer",
            "The starter model belongs in `data/starter` of VoiceTune's folder and is not there. "
            "Get the project anew, or set VOICETUNE_STARTER to a model's folder.",
        )
        return None
    choice = _choose_engine_model(profile, connected, models, here=True)
    draw_more_models(connected)
    return choice


def _choose_at_server(profile: Profile, voice: Dataset) -> Choice | None:
    connected = connect(profile)
    found = what_it_can(connected) if connected is not None else None
    if connected is None or found is None:
        return None
    if found.engine:
        from openai import OpenAIError

        connected = as_engine(connected)
        try:
            models = local_models(connected)
        except OpenAIError as error:
            trouble("Your server does not answer", explain(error, connected))
            return None
        choice = None
        if models:
            choice = _choose_engine_model(connected.profile, connected, models, here=False)
        else:
            trouble("It has no base model", "Download one to it below.")
        draw_more_models(connected)
        return choice
    if found.trains:
        return _choose_named(profile, connected, found)
    if found.chats:
        draw_only_answers(profile, voice)
    return None


def _choose_engine_model(
    profile: Profile, connected: Place, models: list[LocalModel], *, here: bool
) -> Choice:
    by_id = {model.id: model for model in models}
    model = by_id[_pick_model(profile, {each.id: each.name for each in models})]
    shipped = places.model_of(profile, model.id)
    return Choice(
        connected,
        profile,
        _profile_of(shipped, model),
        folder=model.folder if here else (starter_folder() if shipped else None),
        speed=model.tokens_per_second,
        measures=True,
    )


def _choose_named(profile: Profile, connected: Place, found: Found) -> Choice | None:
    """A server that trains by the protocol: which of its models can be trained, only it knows."""
    if not found.models:
        trouble("It lists no models", "Its address /models answers with none to choose from.")
        return None
    name = _pick_model(profile, {each: each for each in found.models})
    aside("Which of its models can be trained, only your server knows; it says so at the start.")
    model = ModelProfile(
        id=name,
        name=name,
        context=UNKNOWN_CONTEXT,
        licence="as your server says",
        note="A model of your server.",
        prices=None,
    )
    return Choice(connected, profile, model)


def _choose_hosted(ws: Workspace, profile: Profile) -> Choice | None:
    if profile.closes_on:
        draw_take_out(profile.name)
    if not standing(profile, session.today()).trains:
        return None
    offer_rehearsal(profile)
    connected = connect(profile)
    if connected is None or not draw_eligibility(connected):
        return None
    by_id = {model.id: model for model in profile.models}
    model = by_id[_pick_model(profile, {each.id: each.name for each in profile.models})]
    aside(f"{model.note} Licence: {model.licence}.")
    draw_model_dates(model)
    draw_shutdown(connected, model)
    return Choice(connected, profile, with_own_prices(profile, model, own_prices(ws)))


def _pick_model(profile: Profile, names: dict[str, str]) -> str:
    if len(names) == 1:
        ((model, name),) = names.items()
        prose(f"[[base model|Base model]]: **{escape(name)}**")
        return model
    picked: str = st.selectbox(
        "Base model",
        list(names),
        format_func=names.__getitem__,
        key=f"base_model_{profile.id}",
        persist_state="session",
        width=420,
        help=tip("base model"),
    )
    return picked


def _profile_of(shipped: ModelProfile | None, model: LocalModel) -> ModelProfile:
    if shipped is not None:
        aside(f"{shipped.note} Licence: {shipped.licence}.")
        return shipped
    return ModelProfile(
        id=model.id,
        name=model.name,
        context=model.context,
        parameters=model.parameters,
        licence=model.licence or "see its folder",
        note="A model of yours.",
        prices=None,
    )
