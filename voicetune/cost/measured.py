"""A set in tokens, counted once and then billed at any price, limit and number of epochs."""

from collections.abc import Sequence
from dataclasses import dataclass

from voicetune.cost.estimate import Estimate, estimate, median_shown
from voicetune.cost.prices import Prices
from voicetune.cost.tokens import Length, billed, median_lengths


@dataclass(frozen=True, slots=True)
class MeasuredSet:
    """The tokens of each example by split, and the median of what asks, answers and is shown."""

    training: tuple[int, ...]
    validation: tuple[int, ...]
    question: int
    answer: int
    shown: int

    @classmethod
    def of(cls, training: Sequence[Length], validation: Sequence[Length]) -> "MeasuredSet":
        """Takes what a bill needs from measured examples."""
        question, answer = median_lengths(training)
        return cls(
            tuple(length.total for length in training),
            tuple(length.total for length in validation),
            question,
            answer,
            median_shown(training),
        )

    def bill(
        self,
        prices: Prices | None,
        epochs: int,
        *,
        limit: int | None = None,
        tokens_per_second: float | None = None,
    ) -> Estimate:
        """Works out a run's bill; examples longer than `limit` count up to it."""
        return estimate(
            training_tokens=billed(self.training, limit),
            validation_tokens=billed(self.validation, limit),
            epochs=epochs,
            prices=prices,
            median_question_tokens=self.question,
            median_answer_tokens=self.answer,
            median_shown_tokens=self.shown,
            tokens_per_second=tokens_per_second,
        )
