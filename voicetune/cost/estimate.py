"""What a training run costs and how long it takes, before it starts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

from voicetune.cost.prices import Prices, Rates
from voicetune.cost.tokens import Length, billed, lengths, median_lengths
from voicetune.examples.example import Example

MILLION = Decimal(1_000_000)
HOURS_A_MONTH = 730
"""365 days of 24 hours, a twelfth of them."""

_SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£"}


@dataclass(frozen=True, slots=True)
class Estimate:
    """A run's bill; amounts are exact and in `currency`, all None at a place free of charge.

    `billed_tokens` = training tokens x epochs; validation tokens are told apart and not billed.
    `answers_base` and `answers_tuned` are what `answers` answers cost on either model. `time` is
    None where no speed was measured.
    """

    epochs: int
    training_tokens: int
    validation_tokens: int
    billed_tokens: int
    answers: int
    currency: str | None = None
    training: Decimal | None = None
    hosting_per_hour: Decimal | None = None
    hosting_per_month: Decimal | None = None
    answers_base: Decimal | None = None
    answers_tuned: Decimal | None = None
    time: timedelta | None = None


def estimate(
    *,
    training_tokens: int,
    validation_tokens: int,
    epochs: int,
    prices: Prices | None,
    answers: int = 1000,
    median_question_tokens: int,
    median_answer_tokens: int,
    tokens_per_second: float | None = None,
) -> Estimate:
    """Works out the bill of a run.

    Tokens are those of one pass over each side. `median_question_tokens` is all that asks: system
    message, question and earlier turns. `tokens_per_second` is the training speed measured on this
    computer, None at other places.
    """
    billed = training_tokens * epochs
    time = None if tokens_per_second is None else duration(billed, tokens_per_second)
    if prices is None:
        return Estimate(epochs, training_tokens, validation_tokens, billed, answers, time=time)

    def cost_of_answers(rates: Rates) -> Decimal:
        asked, answered = median_question_tokens * rates.input, median_answer_tokens * rates.output
        return answers * (asked + answered) / MILLION

    return Estimate(
        epochs,
        training_tokens,
        validation_tokens,
        billed,
        answers,
        currency=prices.currency,
        training=billed * prices.training / MILLION,
        hosting_per_hour=prices.hosting_per_hour,
        hosting_per_month=prices.hosting_per_hour * HOURS_A_MONTH,
        answers_base=cost_of_answers(prices.base),
        answers_tuned=cost_of_answers(prices.tuned),
        time=time,
    )


def estimate_examples(
    training: Sequence[Example],
    validation: Sequence[Example],
    *,
    epochs: int,
    prices: Prices | None,
    measure: Callable[[Sequence[Example]], list[Length]] = lengths,
    limit: int | None = None,
    answers: int = 1000,
    tokens_per_second: float | None = None,
) -> Estimate:
    """Works out the bill of a run on these examples.

    `measure` counts as the model does: `tokens.lengths` for OpenAI's, a `ModelTokenizer`'s for a
    local one. Examples longer than `limit` count up to it, as they are trained on.
    """
    learned = measure(training)
    question, answer = median_lengths(learned)
    return estimate(
        training_tokens=billed((length.total for length in learned), limit),
        validation_tokens=billed((length.total for length in measure(validation)), limit),
        epochs=epochs,
        prices=prices,
        answers=answers,
        median_question_tokens=question,
        median_answer_tokens=answer,
        tokens_per_second=tokens_per_second,
    )


def duration(tokens: int, tokens_per_second: float) -> timedelta:
    """Returns how long training takes for so many tokens, all epochs together."""
    return timedelta(seconds=tokens / tokens_per_second)


def money(amount: Decimal, currency: str) -> str:
    """Returns an amount as a person reads it: "$0.53", "$1,240.00", "12.00 CHF".

    Rounded half up to the cent; what is less than one is "under $0.01", never "$0.00".
    """
    if 0 < amount < Decimal("0.01"):
        return f"under {money(Decimal('0.01'), currency)}"
    return _with_currency(f"{amount.quantize(Decimal('0.01'), ROUND_HALF_UP):,}", currency)


def rate(amount: Decimal, currency: str) -> str:
    """Returns a price as it is published, not rounded: "$25.00", "$0.075"."""
    decimals = -int(amount.normalize().as_tuple().exponent)
    return _with_currency(f"{amount:,.{max(2, decimals)}f}", currency)


def _with_currency(figure: str, currency: str) -> str:
    symbol = _SYMBOLS.get(currency)
    return f"{symbol}{figure}" if symbol else f"{figure} {currency}"
