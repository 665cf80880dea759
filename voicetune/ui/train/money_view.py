"""A bill in money: training, answers, hosting, when it pays, and whose prices these are."""

from decimal import Decimal

import streamlit as st

from voicetune.cost.estimate import SHOWN, Estimate
from voicetune.cost.money import money
from voicetune.cost.prices import Prices
from voicetune.ui.parts.dates import day_in_words
from voicetune.ui.parts.text import aside, prose

NOT_KNOWN = "Not known"


def draw_money(prices: Prices, bill: Estimate) -> None:
    """Draws what a run and its model cost, and from when and where the prices are."""
    with st.grid(2, min_column_width=220, gap="small"):
        st.metric("Training, once", _shown(prices, bill.training))
        by_the_hour = bill.answers_tuned == 0 and bill.hosting_per_hour
        st.metric(
            f"{bill.answers:,} answers, tuned model",
            "By the hour" if by_the_hour else _shown(prices, bill.answers_tuned),
        )
        st.metric(f"{bill.answers:,} answers, base model", _shown(prices, bill.answers_base))
        st.metric(
            f"The same with {SHOWN} examples in each prompt", _shown(prices, bill.answers_shown)
        )
    if bill.minimum_applies:
        prose(
            f"By the token it would be less: {money(prices.minimum_charge, prices.currency)} is "
            "the least a job costs there."
        )
    if prices.training is None:
        prose(
            "Its price list depends on your account or region. Under “What it costs” you can put "
            "in yours."
        )
    prose(_break_even_in_words(bill))
    aside(f"{_hosting(prices, bill)} Answers are counted at the usual length of yours.")
    aside(sources(prices))


def _break_even_in_words(bill: Estimate) -> str:
    even = bill.break_even
    other = f"the base model with {SHOWN} of your examples in each prompt"
    if even is None:
        return f"Whether tuning pays for itself against {other} cannot be said without all prices."
    if even.answers is None:
        return f"In money, tuning never pays for itself: {other} is cheaper from the first answer."
    when = f"after **{even.answers:,} answers**"
    if even.hosted_month:
        when += " a month, since the hosting is paid by the hour"
    return f"Against {other}, tuning pays for itself {when}."


def _hosting(prices: Prices, bill: Estimate) -> str:
    words = "Keeping the model ready (hosting) costs nothing."
    if prices.hosting_per_hour:
        words = (
            f"Keeping the model ready costs {_shown(prices, bill.hosting_per_hour)} an hour, "
            f"{_shown(prices, bill.hosting_per_month)} a month."
        )
    if bill.storage_per_month:
        words += f" Storing it costs {_shown(prices, bill.storage_per_month)} a month."
    return words


def sources(prices: Prices) -> str:
    """Says from when and where prices are."""
    if prices.yours_since:
        return f"Your own prices, put in on {day_in_words(prices.yours_since)}."
    words = (
        f"Prices as of {day_in_words(prices.as_of)}, from [this page]({prices.source})"
        if prices.source.startswith("http")
        else f"Prices as of {day_in_words(prices.as_of)}"
    )
    if prices.base and prices.base.source != prices.source:
        words += (
            f"; the base model's as of {day_in_words(prices.base.as_of)}, from "
            f"[here]({prices.base.source})"
        )
    return words + ". Look there before you pay."


def _shown(prices: Prices, amount: Decimal | None) -> str:
    return NOT_KNOWN if amount is None else money(amount, prices.currency)
