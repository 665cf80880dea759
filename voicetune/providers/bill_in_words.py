"""One place's bill for the terminal and as data."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from voicetune.cost.estimate import SHOWN, Estimate
from voicetune.cost.money import money
from voicetune.cost.prices import Prices
from voicetune.cost.tokens import Length
from voicetune.examples.example import Example
from voicetune.providers import offers_in_words
from voicetune.providers.profiles import Profile
from voicetune.training.eta import in_words


@dataclass(frozen=True, slots=True)
class Choice:
    """The model to train, whichever place it is at."""

    profile: Profile
    id: str
    name: str
    context: int
    epochs: int
    prices: Prices | None
    measure: Callable[[Sequence[Example]], list[Length]]
    tokens_per_second: float | None = None


def as_data(choice: Choice, bill: Estimate, counts: tuple[int, int]) -> dict[str, Any]:
    """Returns the estimate for JSON; amounts are texts, so that they stay exact."""
    amount, base = offers_in_words.amount, choice.prices.base if choice.prices else None
    return {
        "place": choice.profile.id,
        "model": choice.id,
        "examples": {"training": counts[0], "validation": counts[1]},
        "tokens": {
            "training": bill.training_tokens,
            "validation": bill.validation_tokens,
            "billed": bill.billed_tokens,
        },
        "epochs": bill.epochs,
        "currency": bill.currency,
        "training": amount(bill.training),
        "minimum_applies": bill.minimum_applies,
        "hosting_per_hour": amount(bill.hosting_per_hour),
        "hosting_per_month": amount(bill.hosting_per_month),
        "storage_per_month": amount(bill.storage_per_month),
        "answers": bill.answers,
        "answers_base": amount(bill.answers_base),
        "answers_with_examples": amount(bill.answers_shown),
        "answers_tuned": amount(bill.answers_tuned),
        "break_even": offers_in_words.even_as_data(bill.break_even),
        "as_of": str(choice.prices.as_of) if choice.prices else None,
        "source": choice.prices.source if choice.prices else None,
        "base_as_of": str(base.as_of) if base else None,
        "base_source": base.source if base else None,
        "tokens_per_second": choice.tokens_per_second,
        "seconds": None if bill.time is None else round(bill.time.total_seconds(), 1),
    }


def as_text(choice: Choice, bill: Estimate, counts: tuple[int, int]) -> str:
    """Returns the estimate as a person reads it."""
    profile = choice.profile
    billed_too = choice.prices is not None and choice.prices.bills_validation
    lines = [
        f"{profile.name}, {choice.name} ({choice.id})",
        f"Examples: {counts[0]:,} to train on, {counts[1]:,} held out for validation.",
        f"Tokens: {bill.training_tokens:,} to train on, {bill.validation_tokens:,} for "
        f"validation, which {'is billed too, each epoch' if billed_too else 'is not billed'}.",
        f"Epochs: {bill.epochs}, so {bill.billed_tokens:,} tokens in all.",
        *_time_or_money(choice, bill),
    ]
    if profile.closed_to and profile.as_of:
        lines.append(f"Closed to {profile.closed_to} (as of {_day(profile.as_of)}).")
    if profile.closes_on and profile.serving_ends_on:
        lines.append(
            f"It takes no new jobs from {_day(profile.closes_on)}, and its tuned models stop "
            f"on {_day(profile.serving_ends_on)}."
        )
    return "\n".join(lines)


def _time_or_money(choice: Choice, bill: Estimate) -> list[str]:
    if choice.profile.free:
        return _time(choice, bill)
    if choice.prices is None:
        return ["Price: not known. Put yours in on the app's Train page."]
    return _money(choice.prices, bill)


def _time(choice: Choice, bill: Estimate) -> list[str]:
    if bill.time is None or choice.tokens_per_second is None:
        return ["Time: not known yet; this computer's speed could not be measured."]
    return [
        f"Time: {in_words(bill.time)}, at {choice.tokens_per_second:,.0f} tokens a second "
        "(measured on this computer).",
        "Cost: none.",
    ]


def _money(prices: Prices, bill: Estimate) -> list[str]:
    def shown(amount: Decimal | None) -> str:
        return "not known" if amount is None else money(amount, prices.currency)

    hosting = "none"
    if prices.hosting_per_hour:
        hosting = f"{shown(bill.hosting_per_hour)} an hour, {shown(bill.hosting_per_month)} a month"
    least = ", the least a job costs there" if bill.minimum_applies else ""
    lines = [
        f"Training: {shown(bill.training)}{least}.",
        f"Hosting: {hosting}.",
        f"{bill.answers:,} answers of the usual length: {shown(bill.answers_base)} with the base "
        f"model, {shown(bill.answers_shown)} with {SHOWN} examples in each prompt, "
        f"{shown(bill.answers_tuned)} with the tuned one.",
        f"Tuning pays for itself, against {SHOWN} examples in each prompt: "
        f"{offers_in_words.even_in_words(bill.break_even)}.",
    ]
    if bill.storage_per_month:
        lines.insert(2, f"Storage: {shown(bill.storage_per_month)} a month.")
    if prices.yours_since:
        return [*lines, f"Your own prices, put in on {_day(prices.yours_since)}."]
    lines.append(f"Prices as of {_day(prices.as_of)}, from {prices.source}")
    if prices.base:
        lines.append(
            f"(the base model's as of {_day(prices.base.as_of)}, from {prices.base.source})."
        )
    return lines


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
