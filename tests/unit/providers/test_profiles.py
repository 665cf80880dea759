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
            for priced in filter(None, (model.prices, model.prices.tuned, model.prices.base)):
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
            ("providers", 2, "models", 0, "prices", "training"),
            "-1",
            "providers.json: providers.2.models.0.prices.training: Input should be greater",
        ),
        (("providers", 2, "models", 0, "prices", "unit"), "per 1k tokens", "prices.unit"),
        (("providers", 2, "models", 0, "prices", "currency"), "dollars", "prices.currency"),
        (("providers", 2, "models", 0, "context"), "65536", "models.0.context"),
        (("providers", 2, "closes_on"), "January", "closes_on"),
        (("providers", 2, "surprise"), 1, "surprise: Extra inputs"),
        (("providers", 2, "models"), [], "models"),
        (("providers", 2, "base_url"), "", "base_url or an address unless it is local"),
        (("providers", 2, "api_key_env"), None, "names api_key_env"),
        (("providers", 2, "source"), None, "as_of and source"),
        (("providers", 1, "id"), "local", "same id"),
    ],
)
def test_says_where_a_profile_is_wrong(broken, path, value, said):
    with pytest.raises(ProfileError) as raised:
        load_profiles(broken(*path, value=value))
    assert said in str(raised.value)
    assert str(raised.value).startswith("providers.json: ")


def test_a_price_without_its_day_is_refused(broken):
    file = broken("providers", 2, "models", 0, "prices", "tuned", "as_of", remove=True)
    with pytest.raises(ProfileError, match=r"prices\.tuned\.as_of: Field required"):
        load_profiles(file)


def test_a_file_that_is_not_json_is_refused(tmp_path):
    file = tmp_path / "providers.json"
    file.write_text("{", "utf-8")
    with pytest.raises(ProfileError, match=r"providers\.json: Invalid JSON"):
        load_profiles(file)


def test_profiles_ship_with_the_app():
    assert PROVIDERS.parent == DATA


def test_every_place_of_the_plan_is_there_and_says_what_it_can_do():
    kinds = {profile.id: profile.kind for profile in load_profiles().values()}
    assert kinds == {
        "local": "engine",
        "server": "server",
        "openai": "hosted",
        "azure": "hosted",
        "nebius": "hosted",
        "tinker": "elsewhere",
        "together": "elsewhere",
        "fireworks": "elsewhere",
        "vllm": "chat",
        "ollama": "chat",
        "lmstudio": "chat",
        "llamacpp": "chat",
        "compatible": "chat",
    }
    assert [p.id for p in load_profiles().values() if p.trains] == [
        "local",
        "server",
        "openai",
        "azure",
        "nebius",
    ]
    assert not load_profiles()["together"].chats
    assert load_profiles()["tinker"].chats


def test_a_place_known_from_its_documentation_names_it_and_the_day_it_was_read():
    for profile in load_profiles().values():
        assert profile.verified_on >= date(2026, 11, 22)
        if profile.verified == "documentation":
            assert None not in (profile.source, profile.as_of), profile.id
        if profile.serving.options:
            assert None not in (profile.serving.source, profile.serving.as_of), profile.id


def test_the_known_deviations_are_data():
    azure, nebius, together = (load_profiles()[each] for each in ("azure", "nebius", "together"))
    assert azure.file_encoding == "utf-8-bom"
    assert azure.limits.suffix_characters == 40
    assert azure.requests.extra == {"trainingType": "GlobalStandard"}
    assert azure.status_of("canceled") == "cancelled"
    assert azure.serving.options[0].deleted_after_hours == 24
    assert nebius.requests.hyperparameters == "top-level"
    assert nebius.requests.extra_hyperparameters == {"lora": True}
    assert nebius.losses.order[0] == "checkpoints"
    assert not nebius.supports.metric_events
    model = nebius.model("meta-llama/Llama-3.1-8B-Instruct")
    assert model.base_id == "meta-llama/Meta-Llama-3.1-8B-Instruct"
    assert nebius.model(model.base_id) is model
    assert together.models[0].prices.minimum_charge == Decimal(4)
    assert together.models[0].prices.bills_validation
    assert azure.status_of("some_new_state") == "some_new_state"


OWN = {
    "id": "village",
    "name": "Village server",
    "summary": "Speaks the protocol.",
    "kind": "hosted",
    "base_url": "http://127.0.0.1:9/v1",
    "needs_key": False,
    "verified": "documentation",
    "verified_on": "2026-11-26",
    "supports": {},
    "losses": {"order": ["events"]},
    "serving": {"how": "by-token", "explanation": "At once."},
    "models": [
        {
            "id": "tiny",
            "name": "Tiny",
            "context": 512,
            "licence": "MIT",
            "note": "Tiny.",
            "prices": None,
        }
    ],
}


def test_a_file_in_the_home_folder_adds_places(voicetune_home):
    voicetune_home.mkdir()
    (voicetune_home / "providers.json").write_text(json.dumps({"providers": [OWN]}), "utf-8")
    assert list(load_profiles())[-1] == "village"
    assert "village" not in load_profiles(PROVIDERS)


def test_a_named_file_adds_places_and_may_replace_a_shipped_one(tmp_path, monkeypatch):
    file = tmp_path / "mine.json"
    file.write_text(json.dumps({"providers": [OWN | {"id": "openai"}]}), "utf-8")
    monkeypatch.setenv("VOICETUNE_PROVIDERS", str(file))
    assert load_profiles()["openai"].name == "Village server"
    assert list(load_profiles())[2] == "openai"


def test_says_where_a_file_of_ones_own_is_wrong(tmp_path, monkeypatch):
    file = tmp_path / "mine.json"
    monkeypatch.setenv("VOICETUNE_PROVIDERS", str(file))
    with pytest.raises(ProfileError, match=r"^mine\.json: No such file"):
        load_profiles()
    file.write_text(json.dumps({"providers": [OWN | {"statuses": {"done": "finished"}}]}), "utf-8")
    with pytest.raises(ProfileError, match=r"mine\.json: providers\.0\.statuses\.done: Input"):
        load_profiles()


@pytest.mark.parametrize(
    ("place", "change", "said"),
    [
        ("together", {"not_driven": None}, "not driven from here says why"),
        ("nebius", {"losses": None}, "has models and losses"),
        ("nebius", {"losses": {"order": ["tea leaves"]}}, r"losses\.order\.0"),
        ("azure", {"file_encoding": "utf-16"}, "file_encoding"),
        ("azure", {"requests": {"hyperparameters": "bottom"}}, r"requests\.hyperparameters"),
        ("vllm", {"address": None}, "base_url or an address"),
    ],
)
def test_says_what_a_place_lacks(broken, place, change, said):
    shipped = json.loads(PROVIDERS.read_text("utf-8"))["providers"]
    at = next(n for n, profile in enumerate(shipped) if profile["id"] == place)
    with pytest.raises(ProfileError, match=said):
        load_profiles(broken("providers", at, value=shipped[at] | change))
