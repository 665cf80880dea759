"""How often to go through the examples: the published heuristic, and the local engine's own."""

import json
from functools import cache
from math import ceil
from typing import Any

from voicetune.home import DATA

TARGET_EPOCHS = 3
MIN_TARGET_EXAMPLES = 100
MAX_TARGET_EXAMPLES = 25_000
MIN_EPOCHS = 1
MAX_EPOCHS = 25
PAIR_EPOCHS = 2
"""Epochs over preference pairs where a place does not say: as in OpenAI's cookbook on them."""


def default_epochs(examples: int) -> int:
    """Returns how many epochs suit so many training examples, by OpenAI's published heuristic.

    From its cookbook, "Chat_finetuning_data_prep". What "auto" does is decided at the place and may
    differ.
    """
    if examples < 1:
        return TARGET_EPOCHS
    if examples * TARGET_EPOCHS < MIN_TARGET_EXAMPLES:
        return min(MAX_EPOCHS, MIN_TARGET_EXAMPLES // examples)
    if examples * TARGET_EPOCHS > MAX_TARGET_EXAMPLES:
        return max(MIN_EPOCHS, MAX_TARGET_EXAMPLES // examples)
    return TARGET_EPOCHS


def local_epochs(examples: int, parameters: int) -> int:
    """Returns what "auto" means in the local engine, for a model of so many parameters.

    Small models need to see more; the numbers stand in data/training_defaults.json.
    """
    rule = local_defaults(parameters)["epochs"]
    wanted = ceil(rule["examples_seen"] / max(examples, 1))
    return int(min(max(wanted, rule["at_least"]), rule["at_most"]))


def local_pair_epochs(parameters: int) -> int:
    """Returns what "auto" means in the local engine for preference pairs."""
    return int(local_defaults(parameters)["dpo"]["epochs"])


def local_beta(parameters: int) -> float:
    """Returns the beta that "auto" means in the local engine for preference pairs."""
    return float(local_defaults(parameters)["dpo"]["beta"])


def local_batch_size(examples: int, parameters: int) -> int:
    """Returns the examples a step that "auto" means in the local engine."""
    return int(min(local_defaults(parameters)["batch_size"], max(examples, 1)))


def local_defaults(parameters: int) -> dict[str, Any]:
    """Returns the local engine's defaults for a model of so many parameters."""
    return next(
        size
        for size in _sizes()
        if size["up_to_parameters"] is None or parameters <= size["up_to_parameters"]
    )


@cache
def _sizes() -> list[dict[str, Any]]:
    content = json.loads((DATA / "training_defaults.json").read_text("utf-8"))
    return list(content["sizes"])
