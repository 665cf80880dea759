"""What a voice has cost so far, and how much it may cost."""

import streamlit as st

from voicetune.cost.money import money, rate, typed_amount, typed_currency
from voicetune.cost.spent import Spent
from voicetune.examples.intake import counted
from voicetune.runs.spending import spent_on
from voicetune.ui.parts.text import aside, escape, prose
from voicetune.workspace.database import Workspace
from voicetune.workspace.datasets import Dataset
from voicetune.workspace.money import Budget, budget_of, set_budget

USUAL_CURRENCY = "USD"


def draw_budget(ws: Workspace, voice: Dataset) -> None:
    """Draws cost to date and the budget, with the way to change it."""
    budget = budget_of(ws, voice.id)
    currency = budget.currency if budget else USUAL_CURRENCY
    so_far = spent_on(ws, voice.id, currency)
    with st.container(border=True, key="budget", gap="small"):
        with st.grid(2, min_column_width=220, gap="small"):
            st.metric("Cost to date", money(so_far.amount, currency))
            st.metric("Budget of this voice", money(budget.amount, currency) if budget else "None")
        prose(in_words(so_far))
        typed = st.text_input(
            "Budget for training this voice",
            value=rate(budget.amount, budget.currency) if budget else "",
            placeholder="None",
            key=f"budget_{voice.id}",
            width=420,
            icon=":material/savings:",
        )
        amount = typed_amount(typed or "")
        if typed and amount is None:
            aside(f":material/error: “{escape(typed)}” is no amount. Write it like 5 or 4.50.")
        else:
            asked = typed_currency(typed or "") or currency
            wanted = None if amount is None else Budget(amount, asked)
            if wanted != budget:
                set_budget(ws, voice.id, wanted)
                st.rerun()
        aside("A launch that would go above it asks for the amount to be typed in.")


def in_words(so_far: Spent) -> str:
    """Says what the cost to date is made of."""
    if not so_far.attempts:
        return "Nothing was trained at a place that charges yet."
    words = f"{counted(so_far.attempts, 'training')} at places that charge"
    if so_far.without_model:
        words += f", {so_far.without_model:,} of them without a model"
        if so_far.failed:
            words += f" ({money(so_far.failed, so_far.currency)})"
    words += ". "
    if so_far.billed == so_far.amount:
        words += "All of it by the tokens the places say they trained."
    else:
        words += (
            f"{money(so_far.billed, so_far.currency)} of it by the tokens the places say they "
            "trained, the rest estimated."
        )
    if so_far.unknown:
        words += f" {counted(so_far.unknown, 'run')} at an unknown price not counted."
    return words
