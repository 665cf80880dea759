"""What a run costs, or how long it takes, before it starts."""

from decimal import Decimal

import streamlit as st

from voicetune.cost.estimate import Estimate, estimate, money
from voicetune.cost.prices import Prices
from voicetune.training.eta import in_words
from voicetune.ui.parts.text import aside, prose
from voicetune.ui.train.choice import Choice
from voicetune.ui.train.readiness import Readiness


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
        prose(
            f"{bill.training_tokens:,} [[token|tokens]] to train on × {bill.epochs} "
            f"[[epoch|epochs]] = **{bill.billed_tokens:,} tokens**. The {bill.validation_tokens:,} "
            "tokens kept apart for validation are not trained on."
        )


def summary(choice: Choice, bill: Estimate) -> str:
    """Returns the price, or the time, in a few words."""
    if choice.model.prices is None:
        return "no charge, " + (in_words(bill.time) if bill.time else "time not measured yet")
    return _shown(choice.model.prices, bill.training)


def _draw_time(choice: Choice, bill: Estimate) -> None:
    price, time, speed = st.columns(3)
    price.metric("Price", "Free")
    time.metric("Time", _short(bill))
    with speed:
        if choice.speed is None:
            st.metric("Speed", "Measuring")
            _wait_for_speed()
        else:
            st.metric("Speed", f"{choice.speed:,.0f} tokens/s")
    aside("The speed was measured on this computer, by training for a moment.")


@st.fragment(run_every=3.0)
def _wait_for_speed() -> None:
    """Has the page drawn anew a little later, when the engine knows its speed."""
    if st.session_state.pop("_asked_for_speed", False):
        st.session_state["_asked_for_speed"] = True
        st.rerun()
    st.session_state["_asked_for_speed"] = True


def _draw_money(prices: Prices, bill: Estimate) -> None:
    training, base, tuned = st.columns(3)
    training.metric("Training, once", _shown(prices, bill.training))
    base.metric(f"{bill.answers:,} answers, base", _shown(prices, bill.answers_base))
    tuned.metric(f"{bill.answers:,} answers, tuned", _shown(prices, bill.answers_tuned))
    hosting = (
        f"Keeping the model ready costs {_shown(prices, bill.hosting_per_hour)} an hour, "
        f"{_shown(prices, bill.hosting_per_month)} a month."
        if prices.hosting_per_hour
        else "Keeping the model ready costs nothing."
    )
    aside(
        f"{hosting} Answers are counted at the usual length of yours. Prices as of "
        f"{prices.as_of:%-d %B %Y}, from [its price list]({prices.source}); look before you pay."
    )


def _shown(prices: Prices, amount: Decimal | None) -> str:
    return money(amount or Decimal(0), prices.currency)


def _short(bill: Estimate) -> str:
    if bill.time is None:
        return "Not known yet"
    words = in_words(bill.time)
    return words[0].upper() + words[1:]
