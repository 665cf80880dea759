"""The comparison as a table."""

from collections.abc import Sequence
from decimal import Decimal

import pandas as pd
import streamlit as st

from voicetune.cost.money import money
from voicetune.providers.offers import Offer
from voicetune.providers.offers_in_words import even_in_words
from voicetune.training.eta import in_words

UNKNOWN = "not known"
PLACE_PIXELS = 140
"""Wide enough for a name, narrow enough to leave room beside it on a phone."""


def draw_table(shown: Sequence[Offer]) -> None:
    """Draws one row an offer; the place stays in sight while the rest is scrolled on a phone."""
    st.dataframe(
        pd.DataFrame([row(offer) for offer in shown]),
        hide_index=True,
        alt="What this voice costs at each place: training, answers, keeping it ready",
        key="costs_table",
        height="content",
        column_config={
            "Place": st.column_config.TextColumn(pinned=True, width=PLACE_PIXELS),
        },
    )


def row(offer: Offer) -> dict[str, str]:
    """Returns an offer in words; the columns are those of the table."""
    bill, free = offer.bill, offer.profile.free

    def amount(value: Decimal | None) -> str:
        if free:
            return "free"
        if value is None or bill.currency is None:
            return UNKNOWN
        return money(value, bill.currency) if value else "nothing"

    training = amount(offer.training)
    if bill.minimum_applies:
        training += " (its least)"
    elif not offer.exact and offer.training:
        training = f"≈ {training}"
    if free and bill.time:
        training = f"free, {in_words(bill.time)}"
    return {
        "Place": offer.profile.name.split(" (")[0],
        "Model": offer.model.name,
        "Training, once": training,
        "1,000 tuned": "by the hour" if offer.by_the_hour else amount(offer.answers),
        "1,000 base": amount(bill.answers_base),
        "1,000 with examples": amount(bill.answers_shown),
        "Ready for a month": amount(offer.month),
        "Pays off after": "free" if free else even_in_words(bill.break_even),
        "Now": _now(offer),
    }


def _now(offer: Offer) -> str:
    days = offer.standing.training_days
    if not offer.standing.answers:
        return "closed, silent"
    if not offer.standing.trains:
        return "closed"
    if days is not None:
        return f"closes in {days} days" if days != 1 else "closes tomorrow"
    return "open" if offer.profile.trains else "elsewhere"
