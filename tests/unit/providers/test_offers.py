from datetime import date
from decimal import Decimal

import pytest

from voicetune.cost.measured import MeasuredSet
from voicetune.cost.tokens import Length
from voicetune.providers.offers import best_of_each, offers
from voicetune.providers.own_prices import name_of, with_own_prices
from voicetune.providers.profiles import load_profiles

TODAY = date(2026, 11, 26)
SET = MeasuredSet.of([Length(350, 100, 240, 40)] * 100, [Length(350, 100, 240, 40)] * 10)


@pytest.fixture
def found():
    return offers(load_profiles().values(), lambda profile, model: SET, {}, TODAY)


def of(found, place):
    return next(offer for offer in best_of_each(found) if offer.profile.id == place)


def test_every_place_that_trains_has_its_row(found):
    assert [offer.profile.id for offer in best_of_each(found)] == [
        "local",
        "openai",
        "azure",
        "nebius",
        "tinker",
        "together",
        "fireworks",
    ]


def test_the_amounts_are_those_of_the_published_prices(found):
    """100 examples of 350 tokens, three epochs: 105,000 tokens."""
    assert of(found, "local").training == 0
    assert of(found, "openai").model.name == "GPT-4o mini"
    assert of(found, "openai").training == Decimal("0.315")
    assert of(found, "azure").training == Decimal("0.21")
    assert of(found, "nebius").training == Decimal("0.042")
    assert of(found, "tinker").training == Decimal("0.0462")
    # Together bills the validation examples too, and 0.0554 is under its minimum.
    assert of(found, "together").bill.billed_tokens == 115_500
    assert of(found, "together").training == Decimal(4)
    assert of(found, "together").bill.minimum_applies
    assert of(found, "fireworks").training == Decimal("0.0525")


def test_keeping_a_model_ready_is_what_differs_most(found):
    assert of(found, "openai").month == 0
    assert of(found, "azure").month == Decimal("1241")
    assert of(found, "fireworks").month == Decimal("5840")
    assert of(found, "tinker").month == Decimal("0.017")


def test_a_price_that_is_not_known_is_not_nothing(found):
    mini = next(o for o in found if (o.profile.id, o.model.name) == ("azure", "GPT-4.1 mini"))
    assert mini.training is None
    assert mini.answers is None


def test_a_count_by_another_vocabulary_is_not_called_exact(found):
    assert of(found, "openai").exact
    assert of(found, "local").exact
    assert not of(found, "nebius").exact


def test_a_persons_own_prices_are_used_and_can_be_unreadable():
    azure = load_profiles()["azure"]
    model = azure.models[1]
    mine = {
        "currency": "EUR",
        "unit": "per 1M tokens",
        "as_of": "2026-11-26",
        "source": "typed in",
        "training": "1.10",
        "hosting_per_hour": "0",
        "tuned": None,
        "base": None,
        "yours_since": "2026-11-26",
    }
    own = {name_of(azure, model): mine}
    priced = next(
        o for o in offers([azure], lambda p, m: SET, own, TODAY) if o.model.id == model.id
    )
    assert priced.training == Decimal("0.1155")
    assert priced.bill.currency == "EUR"
    assert priced.model.prices.yours_since == TODAY
    assert with_own_prices(azure, model, {name_of(azure, model): {"training": "x"}}) is model
