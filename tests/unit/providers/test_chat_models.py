"""Which models of a place can be asked on a day, and at what price."""

from datetime import date
from decimal import Decimal

import openai
import pytest

from tests.chat_model import KEY, running_chat_model
from voicetune.providers.chat_models import chat_models
from voicetune.providers.client import Place
from voicetune.providers.profiles import load_profiles

DAY = date(2026, 11, 26)


@pytest.fixture
def model():
    with running_chat_model() as running:
        running.models = [
            {
                "id": "mine",
                "name": "Mine",
                "folder": "",
                "parameters": 1_000_000_000,
                "context": 8192,
                "tokens_per_second": None,
                "measured_at": None,
            }
        ]
        yield running


def at(place_id, address="http://127.0.0.1:9/v1", key=KEY):
    return Place(load_profiles()[place_id], address, key)


def test_the_engine_names_its_own_which_are_free(model):
    (mine,) = chat_models(at("local", model.base_url), DAY)
    assert (mine.id, mine.name, mine.free, mine.rates) == ("mine", "Mine", True, None)
    assert mine.holds(8192)
    assert not mine.holds(8193)


def test_a_hosted_place_has_the_models_and_prices_of_its_profile():
    found = {each.id: each for each in chat_models(at("openai"), DAY)}
    mini = found["gpt-4.1-mini-2025-04-14"]
    assert mini.currency == "USD"
    assert mini.rates.input == Decimal("0.40")
    assert not mini.free


def test_a_persons_own_prices_go_before_those_of_the_profile():
    profile = load_profiles()["openai"]
    prices = profile.models[0].prices.model_dump(mode="json")
    prices["base"]["input"] = "9.75"
    own = {f"openai/{profile.models[0].id}": prices}
    assert chat_models(at("openai"), DAY, own)[0].rates.input == Decimal("9.75")


def test_after_its_last_day_a_model_is_not_offered():
    ends = load_profiles()["openai"].serving_ends_on
    assert ends is not None
    assert chat_models(at("openai"), ends) == []


def test_a_server_is_asked_which_models_it_has_and_may_hold_any_length(model):
    (mine,) = chat_models(at("ollama", model.base_url), DAY)
    assert (mine.id, mine.context, mine.free) == ("mine", None, True)
    assert mine.holds(1_000_000)


def test_nobody_at_the_address_is_an_error_of_the_sdk():
    with pytest.raises(openai.APIConnectionError):
        chat_models(at("ollama"), DAY)
