from decimal import Decimal

import pytest

from voicetune.cost.money import money, rate, typed_amount, typed_currency


@pytest.mark.parametrize(
    ("amount", "currency", "words"),
    [
        ("0.525", "USD", "$0.53"),
        ("0", "USD", "$0.00"),
        ("0.0099", "USD", "under $0.01"),
        ("0.01", "USD", "$0.01"),
        ("1240", "USD", "$1,240.00"),
        ("2.675", "EUR", "€2.68"),
        ("12", "CHF", "12.00 CHF"),
        ("0.001", "CHF", "under 0.01 CHF"),
    ],
)
def test_money_in_words(amount, currency, words):
    assert money(Decimal(amount), currency) == words


@pytest.mark.parametrize(
    ("amount", "words"),
    [("25", "$25.00"), ("1.875", "$1.875"), ("0.0750", "$0.075"), ("1E+2", "$100.00")],
)
def test_rates_are_shown_as_published(amount, words):
    assert rate(Decimal(amount), "USD") == words


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("4", "4"),
        (" $4.00 ", "4.00"),
        ("1,240.50", "1240.50"),
        ("1,240", "1240"),
        ("1.240,50", "1240.50"),
        ("4,5", "4.5"),
        ("0,53 €", "0.53"),
        ("12 CHF", "12"),
        ("0", "0"),
        ("-1", None),
        ("four", None),
        ("", None),
        ("1.2.3", None),
        ("٤", "4"),
    ],
)
def test_reads_amounts_as_they_are_typed(typed, amount):
    assert typed_amount(typed) == (None if amount is None else Decimal(amount))


@pytest.mark.parametrize(
    ("typed", "currency"),
    [("$4", "USD"), ("4,50 €", "EUR"), ("12 chf", "CHF"), ("4", None), ("4 dollars", None)],
)
def test_reads_the_currency_that_is_typed_with_an_amount(typed, currency):
    assert typed_currency(typed) == currency
