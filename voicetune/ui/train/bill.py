"""What a run costs, or how long it takes, before it starts."""

from contextlib import suppress

import streamlit as st

from voicetune.cost.estimate import Estimate, estimate
from voicetune.cost.measured import MeasuredSet
from voicetune.cost.money import money
from voicetune.examples.intake import counted
from voicetune.providers.engine_state import local_models
from voicetune.training.eta import in_words
from voicetune.ui.parts.text import aside, prose
from voicetune.ui.train.choice import Choice
from voicetune.ui.train.money_view import NOT_KNOWN, draw_money
from voicetune.ui.train.readiness import Readiness

SECONDS_BETWEEN = 3.0
"""How often to look whether the engine has measured its speed by now."""


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
        tokens_per_second=choice.speed and choice.speed * ready.pace,
    )


def draw_bill(choice: Choice, bill: Estimate, *, on_pairs: bool = False) -> None:
    """Draws the figures, and how they come about."""
    prices = choice.model.prices
    with st.container(border=True, key="bill", gap="small"):
        if choice.profile.free:
            _draw_time(choice, bill)
        elif prices is None:
            _draw_nothing_known(choice)
        else:
            draw_money(prices, bill)
        prose(in_tokens(bill, billed_apart=prices is not None and prices.bills_validation))
        if on_pairs:
            aside("Both answers of each pair are read, so both are counted.")
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


def _first_upper(words: str) -> str:
    return words[0].upper() + words[1:]
