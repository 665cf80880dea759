import json
from datetime import date
from decimal import Decimal

import pytest

from voicetune.cost.estimate import estimate
from voicetune.cost.prices import Prices, Rates
from voicetune.cost.spent import attempt, frozen, spent

READ = {"as_of": date(2026, 11, 22), "source": "https://example.org/prices"}
PRICES = Prices(
    currency="USD",
    unit="per 1M tokens",
    training=Decimal("5.00"),
    minimum_charge=Decimal("0.10"),
    hosting_per_hour=Decimal(0),
    tuned=Rates(input=Decimal(1), output=Decimal(2), **READ),
    base=Rates(input=Decimal(1), output=Decimal(2), **READ),
    **READ,
)


def kept(prices=PRICES):
    bill = estimate(
        training_tokens=35_000,
        validation_tokens=0,
        epochs=3,
        prices=prices,
        median_question_tokens=300,
        median_answer_tokens=400,
        median_shown_tokens=700,
    )
    return json.loads(json.dumps(frozen(bill, prices)))


def test_what_was_billed_goes_by_the_places_own_count_and_the_price_of_the_launch():
    run = attempt(1, "succeeded", kept(), 104_000)
    assert run.estimated == Decimal("0.525")
    assert run.billed == Decimal("0.52")
    assert (run.estimated_tokens, run.billed_tokens) == (105_000, 104_000)
    assert run.settled


def test_a_bill_is_never_under_the_minimum_charge():
    assert attempt(1, "cancelled", kept(), 1_000).billed == Decimal("0.10")


@pytest.mark.parametrize(
    ("status", "at_most"),
    [
        ("not_started", "0"),
        ("prepared", "0"),
        ("failed", "0"),
        ("running", "0.525"),
        ("some_new_state", "0.525"),
        ("cancelled", "0.525"),
        ("succeeded", "0.525"),
    ],
)
def test_without_the_places_count_a_run_that_was_sent_counts_as_estimated(status, at_most):
    run = attempt(1, status, kept(), None)
    assert run.billed is None
    assert run.at_most == Decimal(at_most)


def test_a_free_run_costs_nothing_and_an_old_estimate_is_read():
    assert attempt(1, "succeeded", kept(None), 500).at_most is None
    assert attempt(1, "succeeded", {}, 500).at_most is None
    assert attempt(1, "succeeded", {"currency": "USD", "training": "0.5"}, 9).at_most == Decimal(
        "0.5"
    )


def test_cost_to_date_is_told_with_what_made_no_model():
    runs = [
        attempt(1, "succeeded", kept(), 104_000),
        attempt(2, "cancelled", kept(), 40_000),
        attempt(3, "not_started", kept(), None),
        attempt(4, "running", kept(), None),
        attempt(5, "succeeded", kept(None), 500),
        attempt(6, "running", {"currency": "USD"}, None),
        attempt(7, "failed", kept(), None),
    ]
    total = spent(runs, "USD")
    assert total.amount == Decimal("0.52") + Decimal("0.20") + Decimal("0.525")
    assert total.billed == Decimal("0.72")
    assert total.failed == Decimal("0.20")
    assert (total.attempts, total.without_model, total.unknown) == (5, 2, 1)
    assert spent(runs, "EUR").attempts == 0
