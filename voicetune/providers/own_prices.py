"""A person's own prices in the place of those that ship with VoiceTune."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from voicetune.cost.prices import Prices
from voicetune.providers.profiles import ModelProfile, Profile


def name_of(profile: Profile, model: ModelProfile) -> str:
    """Returns the name that a person's prices of a model are kept under."""
    return f"{profile.id}/{model.id}"


def with_own_prices(
    profile: Profile, model: ModelProfile, own: Mapping[str, dict[str, Any]]
) -> ModelProfile:
    """Returns the model with the person's prices, where they gave some and they can be read."""
    kept = own.get(name_of(profile, model))
    if kept is None:
        return model
    try:
        return model.model_copy(update={"prices": Prices.model_validate(kept)})
    except ValidationError:  # kept by another version of VoiceTune
        return model
