"""What a voice costs at every place: the comparison, one's own prices, the budget."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from streamlit.testing.v1 import AppTest

from tests.stand_in import StandIn
from tests.ui.conftest import OpenPage
from tests.ui.engine_place import engine, tokenizer_folder
from tests.ui.test_train_page import shown
from voicetune.cost.measured import MeasuredSet
from voicetune.cost.tokens import Length
from voicetune.providers.offers import Offer, best_of_each, offers
from voicetune.providers.profiles import load_profiles
from voicetune.ui import session
from voicetune.ui.samples import add_sample
from voicetune.ui.train.costs_picture import costs_figure
from voicetune.ui.train.costs_table import row
from voicetune.ui.train.price_form import read_prices
from voicetune.workspace.database import Workspace
from voicetune.workspace.money import Budget, budget_of, own_prices, set_budget
from voicetune.workspace.runs import create_run, update_run

__all__ = ["engine", "tokenizer_folder"]

TODAY = date(2026, 12, 1)
SET = MeasuredSet.of([Length(350, 100, 240, 40)] * 100, [Length(350, 100, 240, 40)] * 10)


@pytest.fixture(autouse=True)
def december(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "today", lambda: TODAY)


@pytest.fixture
def voice(ws: Workspace) -> int:
    return add_sample(ws, "hiring_manager")


def table(at: AppTest) -> dict[str, dict[str, str]]:
    frame = at.dataframe[0].value
    return {place: dict(line) for place, line in frame.set_index("Place").iterrows()}


def paid_run(ws: Workspace, voice: int, key: str, status: str, tokens: int | None) -> None:
    run = create_run(
        ws,
        key=key,
        dataset_id=voice,
        dataset_name="Voice",
        place="openai",
        model="gpt-4.1-mini-2025-04-14",
        files={"training": b"{}"},
        estimate={"currency": "USD", "training": "0.30", "price": "5.00", "minimum_charge": "0"},
    )
    update_run(ws, run.id, status=status, trained_tokens=tokens)


def test_compares_every_place_for_this_set(
    open_page: OpenPage, engine: StandIn, voice: int
) -> None:
    at = open_page("train", voice=voice, view="costs")
    assert not at.exception
    lines = table(at)
    assert list(lines) == [
        "This computer",
        "OpenAI",
        "Microsoft Foundry",
        "Nebius Token Factory",
        "Tinker",
        "Together AI",
        "Fireworks AI",
    ]
    assert lines["This computer"]["Training, once"] == "free"
    assert lines["OpenAI"]["Now"] == "closes in 36 days"
    assert lines["Together AI"]["Training, once"] == "$4.00 (its least)"
    assert lines["Microsoft Foundry"]["Ready for a month"] == "$1,241.00"
    assert lines["Nebius Token Factory"]["1,000 tuned"] == "by the hour"
    assert lines["Nebius Token Factory"]["Training, once"].startswith("≈ $")
    assert "Look" not in lines
    assert "22 November 2026" in shown(at)
    at.toggle(key="every_model").set_value(True).run()
    assert len(at.dataframe[0].value) == 18
    assert at.get("plotly_chart")


def test_epochs_that_were_chosen_are_those_compared(
    open_page: OpenPage, engine: StandIn, voice: int
) -> None:
    at = open_page("train", voice=voice)
    at.number_input(key="epochs").set_value(1).run()
    at.segmented_control(key="choice_view").set_value("costs").run()
    assert not at.exception
    assert "in your 1 epoch." in shown(at)
    assert table(at)["OpenAI"]["Training, once"] == "$0.06"


def offered(place: str) -> Offer:
    found = offers(load_profiles().values(), lambda profile, model: SET, {}, TODAY)
    return next(each for each in best_of_each(found) if each.profile.id == place)


def test_a_row_says_when_tuning_pays() -> None:
    assert row(offered("openai"))["Pays off after"].endswith(" answers")
    assert row(offered("azure"))["Pays off after"] == "not known"
    assert row(offered("local"))["Pays off after"] == "free"
    assert row(offered("fireworks"))["Pays off after"].endswith(" answers a month")


def test_the_picture_has_a_mark_for_each_known_amount_and_none_for_the_unknown() -> None:
    shown = [offered(place) for place in ("local", "openai", "azure", "nebius")]
    training, answers, month = costs_figure(shown, "#000").data
    assert [round(y) for y in training.y] == [0, 1, 2, 3]
    assert [round(y) for y in answers.y] == [0, 1]
    assert [round(y) for y in month.y] == [0, 1, 2, 3]
    assert list(training.customdata)[:2] == ["nothing", "$0.32"]
    assert training.x[0] < 0.01 <= training.x[1]


def test_the_scale_names_a_currency_only_where_there_is_one() -> None:
    one, other = offered("openai"), offered("tinker")
    ticks = costs_figure([one, other]).layout.xaxis.ticktext
    assert (ticks[0], ticks[2]) == ("$0", "$1")
    euros = replace(other, bill=replace(other.bill, currency="EUR"))
    assert costs_figure([one, euros]).layout.xaxis.ticktext[2] == "1"


def test_a_price_of_ones_own_is_used_marked_and_taken_back(
    open_page: OpenPage, ws: Workspace, engine: StandIn, voice: int
) -> None:
    at = open_page("train", voice=voice, view="costs")
    name = "azure/gpt-4.1-mini-2025-04-14"
    at.selectbox(key="price_of").set_value(name).run()
    at.text_input(key=f"price_{name}_training").set_value("1,50")
    at.text_input(key=f"price_{name}_hosting_per_hour").set_value("")
    at.button(key="save_price").click().run()
    assert not at.exception
    kept = own_prices(ws)[name]
    assert (kept["training"], kept["hosting_per_hour"]) == ("1.50", "0")
    assert kept["yours_since"] == "2026-12-01"
    # 19,172 tokens, three epochs, at 1.50: less than GPT-4.1 at 2.00, so it stands for the place.
    assert table(at)["Microsoft Foundry"]["Training, once"] == "$0.09"
    assert "yours since 1 December 2026" in shown(at)
    at.button(key="reset_price").click().run()
    assert not at.exception
    assert own_prices(ws) == {}
    assert table(at)["Microsoft Foundry"]["Training, once"] == "$0.12"


def test_what_is_no_amount_is_not_kept(
    open_page: OpenPage, ws: Workspace, engine: StandIn, voice: int
) -> None:
    at = open_page("train", voice=voice, view="costs")
    name = at.selectbox(key="price_of").value
    at.text_input(key=f"price_{name}_training").set_value("cheap")
    at.button(key="save_price").click().run()
    assert "No amount: Training, 1M tokens." in at.error[0].value
    assert own_prices(ws) == {}


def test_both_prices_of_a_side_belong_together() -> None:
    read, wrong = read_prices({"training": "1", "tuned_input": "0.5"}, None)
    assert read is None
    assert wrong == ["both prices of the tuned model, or neither"]
    read, wrong = read_prices({"training": "1"}, None)
    assert (read.training, read.tuned, read.minimum_charge) == (Decimal(1), None, Decimal(0))


def test_cost_to_date_counts_what_failed_and_what_is_estimated(
    open_page: OpenPage, ws: Workspace, engine: StandIn, voice: int
) -> None:
    paid_run(ws, voice, "a", "succeeded", 60_000)
    paid_run(ws, voice, "b", "cancelled", 20_000)
    paid_run(ws, voice, "c", "failed", None)
    paid_run(ws, voice, "d", "running", None)
    at = open_page("train", voice=voice, view="costs")
    assert not at.exception
    assert {m.label: m.value for m in at.metric}["Cost to date"] == "$0.70"
    said = shown(at)
    assert "4 trainings at places that charge, 2 of them without a model" in said
    assert r"(\$0.10)" in said
    assert r"\$0.40 of it by the tokens the places say they trained" in said


def test_a_budget_is_set_changed_and_taken_away(
    open_page: OpenPage, ws: Workspace, engine: StandIn, voice: int
) -> None:
    at = open_page("train", voice=voice, view="costs")
    field = f"budget_{voice}"
    at.text_input(key=field).set_value("$4.50").run()
    assert not at.exception
    assert budget_of(ws, voice) == Budget(Decimal("4.50"), "USD")
    at.text_input(key=field).set_value("a lot").run()
    assert budget_of(ws, voice).amount == Decimal("4.50")
    assert "is no amount" in shown(at)
    at.text_input(key=field).set_value("4,50 €").run()
    assert budget_of(ws, voice) == Budget(Decimal("4.50"), "EUR")
    at.text_input(key=field).set_value("").run()
    assert budget_of(ws, voice) is None


def ask_for_money(dataset_id: int, place: str) -> None:
    """Draws what the dialog asks before a launch, on a page of its own."""
    import streamlit as st

    from tests.ui.test_costs import offered
    from voicetune.providers.client import Place
    from voicetune.ui.session import workspace
    from voicetune.ui.train import confirm
    from voicetune.ui.train.choice import Choice
    from voicetune.workspace.datasets import get_dataset

    offer = offered(place)
    choice = Choice(Place(offer.profile, "http://x/v1", ""), offer.profile, offer.model)
    ws = workspace()
    allowed = confirm._money_allowed(ws, get_dataset(ws, dataset_id), choice, offer.bill)
    st.text("allowed" if allowed else "held back")


def asked(dataset_id: int, place: str = "openai") -> AppTest:
    at = AppTest.from_function(ask_for_money, args=(dataset_id, place), default_timeout=20)
    return at.run()


def test_a_launch_within_the_budget_is_not_held_back(ws: Workspace, voice: int) -> None:
    assert asked(voice).text[0].value == "allowed"
    set_budget(ws, voice, Budget(Decimal(1), "USD"))
    assert asked(voice).text[0].value == "allowed"
    assert asked(voice, "local").text[0].value == "allowed"


def test_a_launch_above_the_budget_needs_the_amount_typed_in(ws: Workspace, voice: int) -> None:
    paid_run(ws, voice, "a", "succeeded", 60_000)
    set_budget(ws, voice, Budget(Decimal("0.50"), "USD"))
    at = asked(voice)
    assert at.text[0].value == "held back"
    # 0.30 to date and 0.315 for this run.
    assert "will have cost $0.62" in at.warning[0].value.replace("\\", "")
    at.text_input(key="typed_amount").set_value("0.30").run()
    assert at.text[0].value == "held back"
    at.text_input(key="typed_amount").set_value("$0.32").run()
    assert at.text[0].value == "allowed"


def test_an_unknown_price_has_to_be_looked_up_first(ws: Workspace, voice: int) -> None:
    at = AppTest.from_function(ask_unpriced, args=(voice,), default_timeout=20).run()
    assert at.text[0].value == "held back"
    at.checkbox(key="price_looked_up").check().run()
    assert at.text[0].value == "allowed"


def ask_unpriced(dataset_id: int) -> None:
    import streamlit as st

    from tests.ui.test_costs import SET, TODAY
    from voicetune.providers.client import Place
    from voicetune.providers.offers import offers
    from voicetune.providers.profiles import load_profiles
    from voicetune.ui.session import workspace
    from voicetune.ui.train import confirm
    from voicetune.ui.train.choice import Choice
    from voicetune.workspace.datasets import get_dataset

    azure = load_profiles()["azure"]
    offer = offers([azure], lambda profile, model: SET, {}, TODAY)[1]
    choice = Choice(Place(azure, "http://x/v1", ""), azure, offer.model)
    ws = workspace()
    allowed = confirm._money_allowed(ws, get_dataset(ws, dataset_id), choice, offer.bill)
    st.text("allowed" if allowed else "held back")


def test_a_budget_in_another_currency_is_not_compared_in_silence(ws: Workspace, voice: int) -> None:
    set_budget(ws, voice, Budget(Decimal(100), "EUR"))
    at = asked(voice)
    assert at.text[0].value == "held back"
    assert "cannot be compared" in at.warning[0].value
