"""How a model is trained: what the request leaves to "auto" is chosen by the model's size."""

import math
from dataclasses import dataclass
from typing import Literal

from voicetune.cost.epochs import local_batch_size, local_defaults, local_epochs

Auto = Literal["auto"]


@dataclass(frozen=True, slots=True)
class Recipe:
    """The numbers of one training run; `learning_rate` has the multiplier in it."""

    n_epochs: int
    batch_size: int
    learning_rate_multiplier: float
    learning_rate: float
    rank: int

    def steps_an_epoch(self, examples: int) -> int:
        """Returns how many batches it takes to see every example once."""
        return math.ceil(examples / self.batch_size)


def choose_recipe(
    *,
    parameters: int,
    examples: int,
    n_epochs: int | Auto = "auto",
    batch_size: int | Auto = "auto",
    learning_rate_multiplier: float | Auto = "auto",
) -> Recipe:
    """Returns the recipe for a model of so many parameters and so many training examples.

    A batch is never larger than the set. The choices stand in data/training_defaults.json.
    """
    defaults = local_defaults(parameters)
    multiplier = 1.0 if learning_rate_multiplier == "auto" else learning_rate_multiplier
    return Recipe(
        n_epochs=local_epochs(examples, parameters) if n_epochs == "auto" else n_epochs,
        batch_size=local_batch_size(examples, parameters)
        if batch_size == "auto"
        else min(batch_size, examples),
        learning_rate_multiplier=multiplier,
        learning_rate=defaults["learning_rate"] * multiplier,
        rank=defaults["rank"],
    )
