"""Where to train, and which base model."""

from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from voicetune.examples.intake import counted
from voicetune.providers.client import Place
from voicetune.providers.engine_state import LocalModel, local_models
from voicetune.providers.errors import explain
from voicetune.providers.profiles import ModelProfile, Profile
from voicetune.ui import places
from voicetune.ui.glossary import tip
from voicetune.ui.parts.choice import choice_in_address
from voicetune.ui.parts.dates import day_in_words
from voicetune.ui.parts.engine_wait import draw_engine_not_up
from voicetune.ui.parts.keys import ask_for_key, offer_to_forget_key
from voicetune.ui.parts.states import trouble
from voicetune.ui.parts.text import aside, escape, prose
from voicetune.ui.session import place, today


@dataclass(frozen=True, slots=True)
class Choice:
    """A connected place and one of its base models.

    `folder` and `speed` (tokens a second, None until measured) are those of a local model.
    """

    place: Place
    profile: Profile
    model: ModelProfile
    folder: Path | None = None
    speed: float | None = None


def choose() -> Choice | None:
    """Draws the choice and returns it; None where the place cannot be used now, which it says."""
    offered = {
        profile.id: profile
        for profile in places.profiles().values()
        if (profile.local and places.local_engine_available())
        or (profile.kind == "hosted" and profile.base_url)
    }
    names = {profile.id: profile.name for profile in offered.values()}
    chosen = choice_in_address("Place", names, param="place")
    profile = offered[chosen]
    prose(profile.summary)
    if profile.local:
        return _choose_local(profile)
    return _choose_hosted(profile)


def _choose_local(profile: Profile) -> Choice | None:
    connected = place(profile.id)
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
    by_id = {model.id: model for model in models}
    model = by_id[_pick_model({each.id: each.name for each in models})]
    return Choice(
        connected,
        profile,
        _profile_of(profile, model),
        folder=model.folder,
        speed=model.tokens_per_second,
    )


def _choose_hosted(profile: Profile) -> Choice | None:
    if _closed(profile):
        return None
    connected = place(profile.id)
    if connected is None:
        ask_for_key(profile)
        return None
    offer_to_forget_key(profile)
    by_id = {model.id: model for model in profile.models}
    model = by_id[_pick_model({each.id: each.name for each in profile.models})]
    aside(model.note)
    return Choice(connected, profile, model)


def _closed(profile: Profile) -> bool:
    day = today()
    if profile.closes_on and day >= profile.closes_on:
        trouble(
            f"{profile.name} no longer trains",
            f"It has taken no new jobs since {day_in_words(profile.closes_on)}. Your examples are "
            "safe here: train them on this computer.",
        )
        return True
    if profile.closes_on and profile.serving_ends_on and profile.as_of:
        left = (profile.closes_on - day).days
        st.warning(
            f"No new jobs from {day_in_words(profile.closes_on)}, and tuned models stop answering "
            f"on {day_in_words(profile.serving_ends_on)}. Closed already to {profile.closed_to}. "
            f"As of {day_in_words(profile.as_of)}: [{profile.name}'s own page]({profile.source}).",
            title=f"{profile.name} stops training in {counted(left, 'day')}",
            icon=":material/event_busy:",
        )
    if profile.verified == "documentation":
        aside(
            f"What VoiceTune knows of {profile.name} comes from its documentation; it was not "
            "tried with an account."
        )
    return False


def _pick_model(names: dict[str, str]) -> str:
    if len(names) == 1:
        ((model, name),) = names.items()
        prose(f"[[base model|Base model]]: **{escape(name)}**")
        return model
    picked: str = st.selectbox(
        "Base model",
        list(names),
        format_func=names.__getitem__,
        key="base_model",
        persist_state="session",
        width=420,
        help=tip("base model"),
    )
    return picked


def _profile_of(profile: Profile, model: LocalModel) -> ModelProfile:
    known = profile.model(model.id)
    if known is not None:
        aside(known.note)
        return known
    return ModelProfile(
        id=model.id,
        name=model.name,
        context=model.context,
        parameters=model.parameters,
        licence="see its folder",
        note="A model of yours.",
        prices=None,
    )
