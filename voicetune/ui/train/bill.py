"""What a run costs, or how long it takes, before it starts."""

from contextlib import suppress
from decimal import Decimal

import streamlit as st

from voicetune.cost.estimate import SHOWN, BreakEven, Estimate, estimate
from voicetune.cost.measured import MeasuredSet
from voicetune.cost.money import money
from voicetune.cost.prices import Prices
from voicetune.examples.intake import counted
from voicetune.providers.engine_state import local_models
from voicetune.training.eta import in_words
from voicetune.ui.parts.dates import day_in_words
from voicetune.ui.parts.text import aside, prose
from voicetune.ui.train.choice import Choice
from voicetune.ui.train.readiness import Readiness

SECONDS_BETWEEN = 3.0
"""How often to look whether the engine has measured its speed by now."""
NOT_KNOWN = "Not known"


def work_out(choice: Choice, ready: Readiness, measured: MeasuredSet, epochs: int) -> Estimate:
    """Returns the bill of a run with these epochs."""
    return estimate(
        training_tokens=ready.training_tokens,
        validation_tokens=ready.validation_tokens,
        epochs=epochs,
        prices=None if choice.profile.free else choice.model.prices,
        median_question_tokens=ready.question_tokens,
        median_answer_tokens=ready.answer_tokens,
        median_shown_tokens=measured.shown,
        tokens_per_second=choice.speed,
    )


def draw_bill(choice: Choice, bill: Estimate) -> None:
    """Draws the figures, and how they come about."""
    prices = choice.model.prices
    with st.container(border=True, key="bill", gap="small"):
        if choice.profile.free:
            _draw_time(choice, bill)
        elif prices is None:
            _draw_nothing_known(choice)
        else:
            _draw_money(prices, bill)
        prose(in_tokens(bill, billed_apart=prices is not None and prices.bills_validation))
        if not choice.profile.free and choice.model.tokenizer != "o200k_base":
            aside(
                "Counted with OpenAI's vocabulary. This model has its own, so its count differs "
                "by a few in a hundred."
            )


def in_tokens(bill: Estimate, *, billed_apart: bool = False) -> str:
    """Says how the tokens of a bill come about."""
    apart = ""
    if bill.validation_tokens:
        kept = f" The {counted(bill.validation_tokens, 'token')} kept apart for validation are "
        apart = kept + ("billed too here, each epoch." if billed_apart else "not trained on.")
    return (
        f"{bill.training_tokens:,} [[token|tokens]] to train on × {bill.epochs} "
        f"[[epoch|{'epoch' if bill.epochs == 1 else 'epochs'}]] = "
        f"**{bill.training_tokens * bill.epochs:,} tokens**.{apart}"
    )


def summary(choice: Choice, bill: Estimate) -> str:
    """Returns the price, or the time, in a few words."""
    if choice.profile.free:
        return "no charge, " + (in_words(bill.time) if bill.time else "time not measured yet")
    if bill.training is None or bill.currency is None:
        return "price not known here"
    return money(bill.training, bill.currency)


def pays_off(even: BreakEven | None) -> str:
    """Says after how many answers tuning has paid for itself."""
    if even is None:
        return "not known"
    if even.answers is None:
        return "never"
    return f"{even.answers:,} answers" + (" a month" if even.hosted_month else "")


def _draw_time(choice: Choice, bill: Estimate) -> None:
    price, time, speed = st.columns(3)
    price.metric("Price", "Free")
    time.metric("Time", _first_upper(in_words(bill.time)) if bill.time else "Not known yet")
    if choice.speed is not None:
        speed.metric("Speed", f"{choice.speed:,.0f} tokens/s")
        where = "this computer" if choice.profile.local else "your server"
        aside(f"The speed was measured on {where}, in real training.")
        return
    if not choice.measures:
        speed.metric("Speed", NOT_KNOWN)
        aside("Your server does not say how fast it trains.")
        return
    speed.metric("Speed", "Measuring")
    aside(
        "The engine trains for a few seconds to see how fast this computer is. While another "
        "training is under way, it takes the speed from that one."
    )
    st.fragment(_wait_for_speed, run_every=SECONDS_BETWEEN)(choice)


def _wait_for_speed(choice: Choice) -> None:
    """Has the page drawn anew as soon as the engine knows its speed."""
    from openai import OpenAIError

    with suppress(OpenAIError):
        model = next((m for m in local_models(choice.place) if m.id == choice.model.id), None)
        if model is not None and model.tokens_per_second is not None:
            st.rerun()


def _draw_nothing_known(choice: Choice) -> None:
    prose(
        f"**What {choice.profile.name} charges is not known here.** Look it up before you start; "
        "under “What it costs” you can put in its prices."
    )


def _draw_money(prices: Prices, bill: Estimate) -> None:
    with st.grid(2, min_column_width=220, gap="small"):
        st.metric("Training, once", _shown(prices, bill.training))
        st.metric(f"{bill.answers:,} answers, tuned model", _shown(prices, bill.answers_tuned))
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
        prose("Its price list depends on your account or region. You can put your price in below.")
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
        f"Prices as of {day_in_words(prices.as_of)}, from [its price list]({prices.source})"
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


def _first_upper(words: str) -> str:
    return words[0].upper() + words[1:]
