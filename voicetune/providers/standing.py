"""How a place stands on a given day: open, closing, closed; answering, or not any more."""

from dataclasses import dataclass
from datetime import date

from voicetune.providers.profiles import ModelProfile, Profile


@dataclass(frozen=True, slots=True)
class Standing:
    """A place on one day. Days left are None where no end is known; 0 and less: it is over.

    The day that a place names is the first on which it no longer trains, or answers.
    """

    training_days: int | None
    answering_days: int | None

    @property
    def trains(self) -> bool:
        """Whether it still takes jobs."""
        return self.training_days is None or self.training_days > 0

    @property
    def answers(self) -> bool:
        """Whether tuned models still answer."""
        return self.answering_days is None or self.answering_days > 0


def standing(profile: Profile, today: date, model: ModelProfile | None = None) -> Standing:
    """Returns how a place stands; with a model, when that one stops answering."""
    answers_until = (model.serving_ends_on if model else None) or profile.serving_ends_on
    return Standing(_left(profile.closes_on, today), _left(answers_until, today))


def _left(day: date | None, today: date) -> int | None:
    return None if day is None else (day - today).days
