"""The comparison of all places for the terminal and as data."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from voicetune.cost.estimate import BreakEven
from voicetune.cost.money import money
from voicetune.providers.offers import Offer, best_of_each


def as_data(offer: Offer) -> dict[str, Any]:
    """Returns an offer for JSON; amounts are texts, so that they stay exact."""
    bill, prices = offer.bill, offer.model.prices
    return {
        "place": offer.profile.id,
        "model": offer.model.id,
        "epochs": bill.epochs,
        "billed_tokens": bill.billed_tokens,
        "counted_exactly": offer.exact,
        "currency": bill.currency,
        "training": amount(bill.training),
        "minimum_applies": bill.minimum_applies,
        "hosting_per_month": amount(bill.hosting_per_month),
        "storage_per_month": amount(bill.storage_per_month),
        "answers": bill.answers,
        "answers_base": amount(bill.answers_base),
        "answers_with_examples": amount(bill.answers_shown),
        "answers_tuned": amount(bill.answers_tuned),
        "break_even": even_as_data(bill.break_even),
        "driven_from_here": offer.profile.trains,
        "closes_in_days": offer.standing.training_days,
        "as_of": str(prices.as_of) if prices else None,
        "source": prices.source if prices else None,
        "yours": bool(prices and prices.yours_since),
    }


def as_text(found: Sequence[Offer]) -> str:
    """Returns one line a place, the cheapest of its models, in columns."""
    rows = [("", "training", "1,000 answers", "a month ready", "pays off after")]
    for offer in best_of_each(found):
        rows.append(
            (
                f"{offer.profile.name}, {offer.model.name}",
                ("" if offer.exact else "≈ ") + _shown(offer.training, offer),
                "by the hour" if offer.by_the_hour else _shown(offer.answers, offer),
                _shown(offer.month, offer),
                even_in_words(offer.bill.break_even),
            )
        )
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    return "\n".join(
        [
            *lines,
            "≈ counted with OpenAI's vocabulary; the model has its own. Each price with its day "
            "and source: --json.",
        ]
    )


def amount(value: Decimal | None) -> str | None:
    """Returns an exact amount for JSON."""
    return None if value is None else f"{value:f}"


def even_as_data(even: BreakEven | None) -> dict[str, Any] | None:
    """Returns when tuning pays for itself for JSON; None where a price it needs is not known."""
    if even is None:
        return None
    return {"answers": even.answers, "a_month": even.hosted_month}


def even_in_words(even: BreakEven | None) -> str:
    """Says after how many answers tuning has paid for itself."""
    if even is None:
        return "not known"
    if even.answers is None:
        return "never"
    return f"{even.answers:,} answers" + (" a month" if even.hosted_month else "")


def _shown(value: Decimal | None, offer: Offer) -> str:
    if value is None or offer.bill.currency is None:
        return "not known"
    return money(value, offer.bill.currency) if value else "nothing"
