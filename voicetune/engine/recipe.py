"""How a model is trained: what the request leaves to "auto" is chosen by the model's size."""

import math
from dataclasses import dataclass
from typing import Literal

from voicetune.cost.epochs import local_batch_size, local_defaults, local_epochs
from voicetune.engine.lora_settings import Lora

Auto = Literal["auto"]


@dataclass(frozen=True, slots=True)
class Recipe:
    """The numbers of one training run; `learning_rate` has the multiplier in it.

    `patience` counts epochs, where training stops early.
    """

    n_epochs: int
    batch_size: int
    learning_rate_multiplier: float
    learning_rate: float
    lora: Lora
    beta: float | None = None
    patience: int = 1

    @property
    def told(self) -> dict[str, int | float]:
        """The hyperparameters as a job names them; `beta` is preference training's alone."""
        names = ("n_epochs", "batch_size", "learning_rate_multiplier", "beta")
        return {name: value for name in names if (value := getattr(self, name)) is not None}

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
    method: str = "supervised",
    beta: float | Auto = "auto",
) -> Recipe:
    """Returns the recipe for a model of so many parameters and so many training examples.

    A batch is never larger than the set. The choices stand in data/training_defaults.json.
    """
    defaults = local_defaults(parameters)
    multiplier = 1.0 if learning_rate_multiplier == "auto" else learning_rate_multiplier
    if method == "dpo":
        return _preference_recipe(parameters, examples, n_epochs, batch_size, multiplier, beta)
    return Recipe(
        n_epochs=local_epochs(examples, parameters) if n_epochs == "auto" else n_epochs,
        batch_size=local_batch_size(examples, parameters)
        if batch_size == "auto"
        else min(batch_size, examples),
        learning_rate_multiplier=multiplier,
        learning_rate=defaults["learning_rate"] * multiplier,
        lora=Lora.default(parameters),
        patience=defaults["patience"],
    )


def _preference_recipe(
    parameters: int,
    pairs: int,
    n_epochs: int | Auto,
    batch_size: int | Auto,
    multiplier: float,
    beta: float | Auto,
) -> Recipe:
    defaults = local_defaults(parameters)
    dpo = defaults["dpo"]
    return Recipe(
        n_epochs=dpo["epochs"] if n_epochs == "auto" else n_epochs,
        batch_size=min(pairs, defaults["batch_size"] if batch_size == "auto" else batch_size),
        learning_rate_multiplier=multiplier,
        learning_rate=dpo["learning_rate"] * multiplier,
        lora=Lora.default(parameters),
        beta=dpo["beta"] if beta == "auto" else beta,
        patience=defaults["patience"],
    )
