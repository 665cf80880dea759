"""How a model is trained: what the request leaves to "auto" is chosen by the model's size."""

import json
import math
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from voicetune.home import DATA

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
    defaults = next(
        size
        for size in _defaults()["sizes"]
        if size["up_to_parameters"] is None or parameters <= size["up_to_parameters"]
    )
    epochs = defaults["epochs"]
    wanted = math.ceil(epochs["examples_seen"] / examples)
    multiplier = 1.0 if learning_rate_multiplier == "auto" else learning_rate_multiplier
    return Recipe(
        n_epochs=min(max(wanted, epochs["at_least"]), epochs["at_most"])
        if n_epochs == "auto"
        else n_epochs,
        batch_size=min(defaults["batch_size"] if batch_size == "auto" else batch_size, examples),
        learning_rate_multiplier=multiplier,
        learning_rate=defaults["learning_rate"] * multiplier,
        rank=defaults["rank"],
    )


@cache
def _defaults() -> dict[str, Any]:
    text = (DATA / "training_defaults.json").read_text(encoding="utf-8")
    defaults: dict[str, Any] = json.loads(text)
    return defaults
