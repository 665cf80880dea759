"""What a run costs, or how long it takes, before it starts."""

from contextlib import suppress
from decimal import Decimal

import streamlit as st

from voicetune.cost.estimate import Estimate, estimate
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


def work_out(choice: Choice, ready: Readiness, epochs: int) -> Estimate:
    """Returns the bill of a run with these epochs."""
    return estimate(
        training_tokens=ready.training_tokens,
        validation_tokens=ready.validation_tokens,
        epochs=epochs,
        prices=choice.model.prices,
        median_question_tokens=ready.question_tokens,
        median_answer_tokens=ready.answer_tokens,
        tokens_per_second=choice.speed,
    )


def draw_bill(choice: Choice, bill: Estimate) -> None:
    """Draws the figures, and how they come about."""
    prices = choice.model.prices
    with st.container(border=True, key="bill", gap="small"):
        if prices is None:
            _draw_time(choice, bill)
        else:
            _draw_money(prices, bill)
        kept_apart = (
            f" The {counted(bill.validation_tokens, 'token')} kept apart for validation are not "
            "trained on."
            if bill.validation_tokens
            else ""
        )
        prose(
            f"{bill.training_tokens:,} [[token|tokens]] to train on × {bill.epochs} "
            f"[[epoch|{'epoch' if bill.epochs == 1 else 'epochs'}]] = "
            f"**{bill.billed_tokens:,} tokens**.{kept_apart}"
        )


def summary(choice: Choice, bill: Estimate) -> str:
    """Returns the price, or the time, in a few words."""
    if choice.model.prices is None:
        return "no charge, " + (in_words(bill.time) if bill.time else "time not measured yet")
    return _shown(choice.model.prices, bill.training)


def _draw_time(choice: Choice, bill: Estimate) -> None:
    price, time, speed = st.columns(3)
    price.metric("Price", "Free")
    time.metric("Time", _first_upper(in_words(bill.time)) if bill.time else "Not known yet")
    if choice.speed is not None:
        speed.metric("Speed", f"{choice.speed:,.0f} tokens/s")
        aside("The speed was measured on this computer, in real training.")
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


def _draw_money(prices: Prices, bill: Estimate) -> None:
    training, base, tuned = st.columns(3)
    training.metric("Training, once", _shown(prices, bill.training))
    base.metric(f"{bill.answers:,} answers, base model", _shown(prices, bill.answers_base))
    tuned.metric(f"{bill.answers:,} answers, tuned model", _shown(prices, bill.answers_tuned))
    hosting = (
        f"Keeping the model ready costs {_shown(prices, bill.hosting_per_hour)} an hour, "
        f"{_shown(prices, bill.hosting_per_month)} a month."
        if prices.hosting_per_hour
        else "Keeping the model ready (hosting) costs nothing."
    )
    aside(
        f"{hosting} Answers are counted at the usual length of yours. Prices as of "
        f"{day_in_words(prices.as_of)}, from [its price list]({prices.source})"
        + (
            f"; the base model's as of {day_in_words(prices.base.as_of)}, from "
            f"[here]({prices.base.source})"
            if prices.base and prices.base.source != prices.source
            else ""
        )
        + ". Look there before you pay."
    )


def _shown(prices: Prices, amount: Decimal | None) -> str:
    return money(amount or Decimal(0), prices.currency)


def _first_upper(words: str) -> str:
    return words[0].upper() + words[1:]
