"""What every place would take for one set: the rows of the comparison."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from voicetune.cost.estimate import Estimate
from voicetune.cost.measured import MeasuredSet
from voicetune.providers.own_prices import with_own_prices
from voicetune.providers.profiles import ModelProfile, Profile
from voicetune.providers.standing import Standing, standing

Count = Callable[[Profile, ModelProfile], MeasuredSet]


@dataclass(frozen=True, slots=True)
class Offer:
    """One model of one place, and the bill of a run on the set there.

    `exact`: the tokens were counted as the place counts them, not with another model's vocabulary.
    """

    profile: Profile
    model: ModelProfile
    bill: Estimate
    standing: Standing
    exact: bool

    @property
    def training(self) -> Decimal | None:
        """What training costs; 0 where it is free, None where the price is not known."""
        return Decimal(0) if self.profile.free else self.bill.training

    @property
    def by_the_hour(self) -> bool:
        """Whether answers are paid by the hour of a rented machine alone, not by the token."""
        return self.bill.answers_tuned == 0 and bool(self.bill.hosting_per_hour)

    @property
    def answers(self) -> Decimal | None:
        """What 1,000 answers of the tuned model cost by the token; as for `training`.

        None too where they are paid by the hour.
        """
        if self.by_the_hour:
            return None
        return Decimal(0) if self.profile.free else self.bill.answers_tuned

    @property
    def month(self) -> Decimal | None:
        """What keeping the model ready for a month costs, storage in it."""
        if self.profile.free:
            return Decimal(0)
        parts = (self.bill.hosting_per_month, self.bill.storage_per_month)
        return None if None in parts else sum((p for p in parts if p is not None), Decimal(0))


def offers(
    profiles: Iterable[Profile],
    count: Count,
    own: Mapping[str, dict[str, Any]],
    today: date,
    *,
    epochs: int | None = None,
) -> list[Offer]:
    """Works out every model of every place that trains, the places in the order given.

    `count` measures the set for a model, `own` are the person's prices. `epochs` is what was asked
    for; without it each model gets the epochs it recommends.
    """
    found = []
    for profile in profiles:
        for shipped in profile.models:
            model = with_own_prices(profile, shipped, own)
            measured = count(profile, model)
            bill = measured.bill(
                model.prices,
                epochs or model.epochs_for(len(measured.training)),
                limit=model.context,
            )
            exact = profile.local or model.tokenizer == "o200k_base"
            found.append(Offer(profile, model, bill, standing(profile, today, model), exact))
    return found


def best_of_each(found: Iterable[Offer]) -> list[Offer]:
    """Returns one offer a place: the cheapest to train of known price, else the first."""
    by_place: dict[str, list[Offer]] = {}
    for offer in found:
        by_place.setdefault(offer.profile.id, []).append(offer)
    best = []
    for those in by_place.values():
        priced = [(o.training, n) for n, o in enumerate(those) if o.training is not None]
        best.append(those[min(priced)[1]] if priced else those[0])
    return best
