"""What a training run costs and how long it takes, before it starts, and what using it costs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_CEILING, Decimal
from statistics import median

from voicetune.cost.prices import Prices, Rates
from voicetune.cost.tokens import Length, billed, lengths, median_lengths
from voicetune.examples.example import Example

MILLION = Decimal(1_000_000)
HOURS_A_MONTH = 730
"""365 days of 24 hours, a twelfth of them."""
SHOWN = 5
"""How many examples a prompt would hold that shows the voice instead of training it."""


@dataclass(frozen=True, slots=True)
class BreakEven:
    """After how many answers tuning has paid for itself; None: never.

    It is held against the base model with examples in each prompt. `hosted_month` says that the
    answers are those of one month, since keeping the model ready is paid by the hour.
    """

    answers: int | None
    hosted_month: bool = False


@dataclass(frozen=True, slots=True)
class Estimate:
    """A run's bill; amounts are exact and in `currency`, all None at a place free of charge.

    `billed_tokens` = training tokens x epochs, with the validation tokens where a place bills them.
    `training` has the minimum charge in it; `minimum_applies` says that it is no more than that.
    `answers_base`, `answers_shown` and `answers_tuned` are what `answers` answers cost on the base
    model, on the base model with `SHOWN` examples in each prompt, and on the tuned one. An amount
    is None, and so is `break_even`, where a price it needs is not known. `time` is None where no
    speed was measured.
    """

    epochs: int
    training_tokens: int
    validation_tokens: int
    billed_tokens: int
    answers: int
    currency: str | None = None
    training: Decimal | None = None
    minimum_applies: bool = False
    hosting_per_hour: Decimal | None = None
    hosting_per_month: Decimal | None = None
    storage_per_month: Decimal | None = None
    answers_base: Decimal | None = None
    answers_shown: Decimal | None = None
    answers_tuned: Decimal | None = None
    break_even: BreakEven | None = None
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
    median_shown_tokens: int = 0,
    tokens_per_second: float | None = None,
) -> Estimate:
    """Works out the bill of a run.

    Tokens are those of one pass over each side. `median_question_tokens` is all that asks: system
    message, question and earlier turns; `median_shown_tokens` is an example in a prompt.
    `tokens_per_second` is the training speed measured on this computer, None at other places.
    """
    passes = training_tokens
    if prices is not None and prices.bills_validation:
        passes += validation_tokens
    tokens = passes * epochs
    time = None if tokens_per_second is None else duration(tokens, tokens_per_second)
    if prices is None:
        return Estimate(epochs, training_tokens, validation_tokens, tokens, answers, time=time)

    def cost_of_answers(rates: Rates | None, examples: int = 0) -> Decimal | None:
        if rates is None:
            return None
        read = median_question_tokens + examples * median_shown_tokens
        return answers * (read * rates.input + median_answer_tokens * rates.output) / MILLION

    training, minimum_applies = _training(prices, tokens)
    shown, tuned = cost_of_answers(prices.base, SHOWN), cost_of_answers(prices.tuned)
    hosting = prices.hosting_per_hour * HOURS_A_MONTH
    return Estimate(
        epochs,
        training_tokens,
        validation_tokens,
        tokens,
        answers,
        currency=prices.currency,
        training=training,
        minimum_applies=minimum_applies,
        hosting_per_hour=prices.hosting_per_hour,
        hosting_per_month=hosting,
        storage_per_month=prices.storage_per_gb_month * prices.stored_gb,
        answers_base=cost_of_answers(prices.base),
        answers_shown=shown,
        answers_tuned=tuned,
        break_even=_break_even(training, hosting, shown, tuned, answers),
        time=time,
    )


def _training(prices: Prices, tokens: int) -> tuple[Decimal | None, bool]:
    if prices.training is None:
        return None, False
    by_tokens = tokens * prices.training / MILLION
    return max(by_tokens, prices.minimum_charge), by_tokens < prices.minimum_charge


def _break_even(
    training: Decimal | None,
    hosting: Decimal,
    shown: Decimal | None,
    tuned: Decimal | None,
    answers: int,
) -> BreakEven | None:
    if training is None or shown is None or tuned is None:
        return None
    saved = shown - tuned
    if saved <= 0:
        return BreakEven(None, hosting > 0)
    needed = ((training + hosting) * answers / saved).to_integral_value(ROUND_CEILING)
    return BreakEven(int(needed), hosting > 0)


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
        median_shown_tokens=median_shown(learned),
        tokens_per_second=tokens_per_second,
    )


def median_shown(measured: Sequence[Length]) -> int:
    """Returns the median tokens of an example in a prompt; 0 for no examples."""
    return round(median(length.shown for length in measured)) if measured else 0


def duration(tokens: int, tokens_per_second: float) -> timedelta:
    """Returns how long training takes for so many tokens, all epochs together."""
    return timedelta(seconds=tokens / tokens_per_second)
