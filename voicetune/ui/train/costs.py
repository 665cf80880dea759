"""What a set costs at every place: to train, to keep ready, to use; and what it cost so far."""

from collections.abc import Sequence

import streamlit as st

from voicetune.examples.intake import counted
from voicetune.providers.offers import Offer, best_of_each
from voicetune.ui.parts.dates import day_in_words
from voicetune.ui.parts.text import aside, prose
from voicetune.ui.train.budget import draw_budget
from voicetune.ui.train.costs_picture import draw_picture
from voicetune.ui.train.costs_table import draw_table
from voicetune.ui.train.counting import all_offers
from voicetune.ui.train.facts import checked
from voicetune.ui.train.price_form import draw_price_form
from voicetune.workspace.database import Workspace
from voicetune.workspace.datasets import Dataset


def draw(ws: Workspace, voice: Dataset) -> None:
    """Draws the view for one voice."""
    epochs = st.session_state.get("epochs")
    offers = all_offers(ws, voice, epochs=epochs)
    draw_budget(ws, voice)
    st.subheader("Every place, for this voice", anchor=False)
    prose(
        "Three amounts, and they differ by far: training is paid once, answers each time, and some "
        "places charge by the hour for keeping your model ready, used or not."
    )
    every = st.toggle("Show every model", key="every_model", persist_state="session")
    shown = offers if every else best_of_each(offers)
    draw_picture(shown)
    draw_table(shown)
    _draw_remarks(shown, epochs)
    draw_price_form(ws, offers)
    _draw_sources(shown)


def _draw_remarks(shown: Sequence[Offer], epochs: int | None) -> None:
    bill = next((o for o in shown if o.exact and not o.profile.local), shown[0]).bill
    rounds = f"your {counted(epochs, 'epoch')}" if epochs else "the epochs each model recommends"
    lines = [
        f"For {counted(bill.training_tokens, 'token')} to train on, in {rounds}. An answer is as "
        "long as yours usually are.",
        "In the picture each step to the right is ten times the last.",
        "“With examples” is the base model that reads five of your examples with each question: "
        "no training at all, and often cheaper than people think. “Pays off after” compares "
        "tuning with that.",
    ]
    if len({offer.bill.currency for offer in shown if offer.bill.currency}) > 1:
        lines.append("Each amount is in its place's own currency; nothing is converted.")
    if any(not offer.exact for offer in shown):
        lines.append(
            "≈ counted with OpenAI's vocabulary; such a model has its own, and its count differs "
            "by a few in a hundred."
        )
    for line in lines:
        aside(line)


def _draw_sources(shown: Sequence[Offer]) -> None:
    with st.expander("Where these prices are from", icon=":material/source:", key="sources"):
        for profile in {offer.profile.id: offer.profile for offer in shown}.values():
            if profile.free:
                continue
            read = dict.fromkeys(
                f"your own, of {day_in_words(prices.yours_since)}"
                if prices.yours_since
                else f"[{prices.source}]({prices.source}), as of {day_in_words(prices.as_of)}"
                for offer in shown
                if offer.profile.id == profile.id and (prices := offer.model.prices)
            )
            prose(f"**{profile.name}**: {'; '.join(read) or 'no prices known'}.")
            aside(checked(profile))
