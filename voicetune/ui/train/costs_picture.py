"""The comparison as one picture: three amounts a place, from nothing to thousands."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

import streamlit as st

from voicetune.cost.money import money
from voicetune.providers.offers import Offer
from voicetune.ui.parts.ink import ink

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

Pick = Callable[[Offer], Decimal | None]
_LEAST = 0.01
"""What is less than a cent stands at the cent, and nothing stands at `_NOTHING`."""
_NOTHING = 0.002
_STEPS = (0.1, 1, 10, 100, 1_000, 10_000)
_SERIES: tuple[tuple[str, str, str, Pick], ...] = (
    ("Training, once", "#C2694A", "circle", lambda offer: offer.training),
    ("1,000 answers", "#4F82AD", "diamond", lambda offer: offer.answers),
    ("Ready for a month", "#5C9454", "square", lambda offer: offer.month),
)
"""Readable on the light and on the dark page alike, and told apart by shape too."""
_ASIDE = (-0.22, 0, 0.22)
"""The marks of a place stand one below the other, so that none hides another."""
_ROW_PIXELS, _LEGEND_PIXELS, _FOOT_PIXELS = 52, 66, 40
"""The legend has room for three lines, as many as it takes on a phone."""


def draw_picture(shown: Sequence[Offer]) -> None:
    """Draws the picture of the offers, the first on top."""
    st.plotly_chart(
        costs_figure(shown, ink()),
        key="costs_picture",
        config={"displayModeBar": False},
        alt="What training, 1,000 answers and a month of keeping the model ready cost at each "
        "place, on a scale in which each step is ten times the last",
    )


def costs_figure(shown: Sequence[Offer], colour: str | None = None) -> "Figure":
    """Returns the figure: one line a place, one mark an amount; `colour` is that of writing.

    The scale is logarithmic, since a month of a rented graphics card is ten thousand times a
    training. An amount that is not known has no mark.
    """
    from plotly.graph_objects import Figure, Scatter

    names = [_name(offer, shown) for offer in shown]
    figure = Figure()
    for (label, paint, symbol, pick), aside in zip(_SERIES, _ASIDE, strict=True):
        known = [(n, o, v) for n, o in enumerate(shown) if (v := pick(o)) is not None]
        figure.add_trace(
            Scatter(
                x=[_at(value) for _, _, value in known],
                y=[number + aside for number, _, _ in known],
                name=label,
                mode="markers",
                marker={"size": 12, "color": paint, "symbol": symbol},
                customdata=[_words(value, offer) for _, offer, value in known],
                hovertemplate=f"{label}: %{{customdata}}<extra></extra>",
            )
        )
    symbol = _symbol(shown)
    figure.update_layout(
        height=_LEGEND_PIXELS + _FOOT_PIXELS + _ROW_PIXELS * len(shown),
        margin={"l": 4, "r": 12, "t": _LEGEND_PIXELS, "b": 8},
        legend={
            "orientation": "h",
            "yref": "container",
            "y": 1,
            "yanchor": "top",
            "x": 0,
            "xanchor": "left",
        },
        hovermode="closest",
        dragmode=False,
        uirevision="keep",
        font={"color": colour} if colour else {},
    )
    for number in range(0, len(shown), 2):
        figure.add_hrect(
            y0=number - 0.5,
            y1=number + 0.5,
            fillcolor="rgba(128, 118, 104, 0.09)",
            line_width=0,
            layer="below",
        )
    ticks = [_NOTHING, *_STEPS]
    figure.update_xaxes(
        type="log",
        range=[-2.95, 4.15],
        tickvals=ticks,
        ticktext=[f"{symbol}0", *(_tick(step, symbol) for step in _STEPS)],
        fixedrange=True,
        showgrid=True,
        tickangle=0,
        tickfont={"color": colour} if colour else {},
    )
    figure.update_yaxes(
        tickvals=list(range(len(shown))),
        ticktext=names,
        range=[len(shown) - 0.5, -0.5],
        fixedrange=True,
        showgrid=True,
        zeroline=False,
        ticklabelposition="outside",
        tickfont={"color": colour} if colour else {},
    )
    return figure


def _symbol(shown: Sequence[Offer]) -> str:
    """The currency of all amounts; none where there are several, which are not converted."""
    currencies = {offer.bill.currency for offer in shown if offer.bill.currency}
    return money(Decimal(1), currencies.pop()).replace("1.00", "") if len(currencies) == 1 else ""


def _name(offer: Offer, shown: Sequence[Offer]) -> str:
    alone = sum(other.profile.id == offer.profile.id for other in shown) == 1
    short = offer.profile.name.split(" (")[0]
    return short if alone else f"{short}<br>{offer.model.name}"


def _at(value: Decimal) -> float:
    return _NOTHING if value == 0 else max(_LEAST, float(value))


def _words(value: Decimal, offer: Offer) -> str:
    return "nothing" if value == 0 else money(value, offer.bill.currency or "USD")


def _tick(step: float, symbol: str) -> str:
    if step < 1:
        return f"{symbol}{step:g}"
    return f"{symbol}{step / 1000:g}k" if step >= 1000 else f"{symbol}{step:g}"
