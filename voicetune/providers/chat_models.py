"""The chat models of a place that can be asked right now, with what asking them costs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from voicetune.cost.prices import Rates
from voicetune.providers.client import Place, client_for
from voicetune.providers.engine_state import local_models
from voicetune.providers.own_prices import with_own_prices
from voicetune.providers.standing import standing

_SECONDS = 4.0
"""How long a place may take to say which models it has: a page waits for it."""


@dataclass(frozen=True, slots=True)
class ChatModel:
    """A model as it comes. `context` counts tokens, None where the place does not say.

    `rates` are None where asking is free, and where the price is not known: `free` tells which.
    """

    id: str
    name: str
    context: int | None = None
    rates: Rates | None = None
    currency: str | None = None
    free: bool = False

    def holds(self, tokens: int) -> bool:
        """Tells whether so many tokens fit, as far as is known."""
        return self.context is None or self.context >= tokens


def chat_models(
    place: Place, today: date, own: Mapping[str, dict[str, Any]] | None = None
) -> list[ChatModel]:
    """Returns the models that answer on that day; errors are the SDK's.

    They come from the engine, else from the place's profile, else from the place itself. `own` are
    the person's own prices, which go before those of the profile.
    """
    profile = place.profile
    if profile.local:
        return [ChatModel(m.id, m.name, m.context, free=True) for m in local_models(place)]
    if not profile.models:
        client = client_for(place).with_options(max_retries=0, timeout=_SECONDS)
        found = client.models.list()
        return [ChatModel(model.id, model.id, free=profile.free) for model in found]
    return [
        ChatModel(
            model.base_id,
            model.name,
            model.context,
            model.prices.base if model.prices else None,
            model.prices.currency if model.prices else None,
            free=profile.free,
        )
        for model in (with_own_prices(profile, each, own or {}) for each in profile.models)
        if standing(profile, today, model).answers
    ]
