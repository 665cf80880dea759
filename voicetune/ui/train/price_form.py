"""Putting in one's own prices: they move faster than releases of VoiceTune."""

from collections.abc import Sequence
from decimal import Decimal

import streamlit as st

from voicetune.cost.money import typed_amount
from voicetune.cost.prices import Prices, Rates
from voicetune.providers.offers import Offer
from voicetune.providers.own_prices import name_of
from voicetune.ui import session
from voicetune.ui.parts.dates import day_in_words
from voicetune.ui.parts.text import aside, escape
from voicetune.workspace.database import Workspace
from voicetune.workspace.money import keep_own_prices

FIELDS = {
    "training": "Training, 1M tokens",
    "minimum_charge": "The least a job costs",
    "hosting_per_hour": "Keeping it ready, an hour",
    "tuned_input": "Tuned model reads, 1M",
    "tuned_output": "Tuned model writes, 1M",
    "base_input": "Base model reads, 1M",
    "base_output": "Base model writes, 1M",
}
NEEDED = ("minimum_charge", "hosting_per_hour")
SOURCE = "put in by you"


def draw_price_form(ws: Workspace, offers: Sequence[Offer]) -> None:
    """Draws the form for one model's prices, with the way back to those that shipped."""
    paid = {name_of(o.profile, o.model): o for o in offers if not o.profile.free}
    with st.expander("Change a price", icon=":material/edit:", key="change_price"):
        aside(
            "Prices move faster than releases of VoiceTune. What you put in is kept with your "
            "voices, marked as yours, and used in every estimate."
        )
        chosen = st.selectbox(
            "Whose price",
            list(paid),
            format_func=lambda name: f"{paid[name].profile.name}, {paid[name].model.name}",
            key="price_of",
            width=420,
        )
        if chosen is None:
            return
        prices = paid[chosen].model.prices
        if prices is not None and prices.yours_since:
            _offer_reset(ws, chosen, prices)
        typed = _draw_fields(chosen, prices)
    if typed is not None:
        keep_own_prices(ws, chosen, typed.model_dump(mode="json"))
        st.rerun()


def read_prices(fields: dict[str, str], shipped: Prices | None) -> tuple[Prices | None, list[str]]:
    """Reads the form; returns the prices, or the labels of the fields that hold no amount.

    What is left empty is not known. What the form does not ask for stays as it shipped.
    """
    amounts: dict[str, Decimal | None] = {}
    wrong = []
    for name, label in FIELDS.items():
        text = fields.get(name, "").strip()
        amounts[name] = typed_amount(text) if text else None
        if text and amounts[name] is None:
            wrong.append(label)
    for side in ("tuned", "base"):
        if (amounts[f"{side}_input"] is None) != (amounts[f"{side}_output"] is None):
            wrong.append(f"both prices of the {side} model, or neither")
    if wrong:
        return None, wrong
    day = session.today()

    def rates(side: str) -> Rates | None:
        read, write = amounts[f"{side}_input"], amounts[f"{side}_output"]
        if read is None or write is None:
            return None
        return Rates(input=read, output=write, as_of=day, source=SOURCE)

    kept = shipped.model_dump() if shipped else {"currency": "USD", "unit": "per 1M tokens"}
    return (
        Prices.model_validate(
            {
                **kept,
                "as_of": day,
                "source": SOURCE,
                "training": amounts["training"],
                **{name: amounts[name] or Decimal(0) for name in NEEDED},
                "tuned": rates("tuned"),
                "base": rates("base"),
                "yours_since": day,
            }
        ),
        [],
    )


def _draw_fields(chosen: str, prices: Prices | None) -> Prices | None:
    currency = prices.currency if prices else "USD"
    with st.form(f"prices_{chosen}", border=False):
        fields = {}
        with st.grid(2, min_column_width=220, gap="small"):
            for name, label in FIELDS.items():
                fields[name] = st.text_input(
                    f"{label} ({currency})",
                    value=_shown(prices, name),
                    placeholder="Nothing" if name in NEEDED else "Not known",
                    key=f"price_{chosen}_{name}",
                )
        if not st.form_submit_button("Use these prices", type="primary", key="save_price"):
            return None
    read, wrong = read_prices({name: value or "" for name, value in fields.items()}, prices)
    if wrong:
        st.error(f"No amount: {'; '.join(wrong)}.", icon=":material/error:")
    return read


def _shown(prices: Prices | None, name: str) -> str:
    if prices is None:
        return ""
    side, _, what = name.rpartition("_")
    if side in ("tuned", "base"):
        rates: Rates | None = getattr(prices, side)
        value = getattr(rates, what) if rates else None
    else:
        value = getattr(prices, name)
    return "" if value is None or (name in NEEDED and not value) else f"{value:f}"


def _offer_reset(ws: Workspace, chosen: str, prices: Prices) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(
            f":blue-badge[:material/person: yours since "
            f"{escape(day_in_words(prices.yours_since or prices.as_of))}]"
        )
        if st.button("Back to the shipped price", key="reset_price", type="tertiary"):
            keep_own_prices(ws, chosen, None)
            for name in FIELDS:
                st.session_state.pop(f"price_{chosen}_{name}", None)
            st.rerun()
