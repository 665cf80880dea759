import json
from datetime import date
from decimal import Decimal

import pytest

from voicetune.home import DATA
from voicetune.providers.profiles import PROVIDERS, ProfileError, load_profiles


@pytest.fixture
def broken(tmp_path):
    """Writes the shipped profiles with one thing changed and returns the file."""

    def write(*path, value=None, remove=False):
        content = json.loads(PROVIDERS.read_text("utf-8"))
        place = content
        for step in path[:-1]:
            place = place[step]
        if remove:
            del place[path[-1]]
        else:
            place[path[-1]] = value
        file = tmp_path / "providers.json"
        file.write_text(json.dumps(content), "utf-8")
        return file

    return write


def test_this_computer_comes_first_and_needs_no_key():
    first = next(iter(load_profiles().values()))
    assert (first.id, first.local, first.needs_key, first.base_url) == ("local", True, False, "")
    assert all(model.prices is None for model in first.models)


def test_openai_has_the_published_prices_and_dates():
    openai = load_profiles()["openai"]
    assert openai.closes_on == date(2027, 1, 6)
    assert openai.serving_ends_on == date(2027, 1, 14)
    assert "7 May 2026" in openai.closed_to
    assert openai.verified == "documentation"
    published = {
        model.id: (model.prices.training, *vars_of(model.prices.tuned)) for model in openai.models
    }
    assert published == {
        "gpt-4.1-2025-04-14": amounts("25.00 3.00 0.75 12.00"),
        "gpt-4.1-mini-2025-04-14": amounts("5.00 0.80 0.20 3.20"),
        "gpt-4o-2024-08-06": amounts("25.00 3.75 1.875 15.00"),
        "gpt-4o-mini-2024-07-18": amounts("3.00 0.30 0.15 1.20"),
    }
    assert all(model.context == 65_536 for model in openai.models)


def vars_of(rates):
    return rates.input, rates.cached_input, rates.output


def amounts(text):
    return tuple(Decimal(amount) for amount in text.split())


def test_every_price_says_its_currency_unit_day_and_source():
    for profile in load_profiles().values():
        for model in profile.models:
            if model.prices is None:
                continue
            assert model.prices.currency == "USD"
            assert model.prices.unit == "per 1M tokens"
            for priced in (model.prices, model.prices.tuned, model.prices.base):
                assert date(2026, 1, 1) < priced.as_of
                assert priced.source.startswith("https://")


def test_amounts_are_written_as_text_so_that_none_is_rounded():
    def floats(value):
        if isinstance(value, dict | list):
            for inner in value.values() if isinstance(value, dict) else value:
                yield from floats(inner)
        elif isinstance(value, float):
            yield value

    assert list(floats(json.loads(PROVIDERS.read_text("utf-8")))) == []


@pytest.mark.parametrize("asked", ["gpt-4.1-mini", "gpt-4.1-mini-2025-04-14"])
def test_a_model_is_found_with_and_without_its_date(asked):
    assert load_profiles()["openai"].model(asked).name == "GPT-4.1 mini"
    assert load_profiles()["openai"].model("gpt-9") is None


def test_recommends_epochs_by_what_the_place_does():
    profiles = load_profiles()
    assert profiles["openai"].models[0].epochs_for(20) == 5
    assert profiles["local"].models[0].epochs_for(108) == 4


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (
            ("providers", 1, "models", 0, "prices", "training"),
            "-1",
            "providers.json: providers.1.models.0.prices.training: Input should be greater",
        ),
        (("providers", 1, "models", 0, "prices", "unit"), "per 1k tokens", "prices.unit"),
        (("providers", 1, "models", 0, "prices", "currency"), "dollars", "prices.currency"),
        (("providers", 1, "models", 0, "context"), "65536", "models.0.context"),
        (("providers", 1, "closes_on"), "January", "closes_on"),
        (("providers", 1, "surprise"), 1, "surprise: Extra inputs"),
        (("providers", 1, "models"), [], "models"),
        (("providers", 1, "base_url"), "", "base_url unless it is local"),
        (("providers", 1, "api_key_env"), None, "names api_key_env"),
        (("providers", 1, "source"), None, "as_of and source"),
        (("providers", 1, "id"), "local", "same id"),
    ],
)
def test_says_where_a_profile_is_wrong(broken, path, value, said):
    with pytest.raises(ProfileError) as raised:
        load_profiles(broken(*path, value=value))
    assert said in str(raised.value)
    assert str(raised.value).startswith("providers.json: ")


def test_a_price_without_its_day_is_refused(broken):
    file = broken("providers", 1, "models", 0, "prices", "tuned", "as_of", remove=True)
    with pytest.raises(ProfileError, match=r"prices\.tuned\.as_of: Field required"):
        load_profiles(file)


def test_a_file_that_is_not_json_is_refused(tmp_path):
    file = tmp_path / "providers.json"
    file.write_text("{", "utf-8")
    with pytest.raises(ProfileError, match=r"providers\.json: Invalid JSON"):
        load_profiles(file)


def test_profiles_ship_with_the_app():
    assert PROVIDERS.parent == DATA
