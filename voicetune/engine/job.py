"""What a trainer is asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from voicetune.engine.protocol import Command
from voicetune.engine.recipe import Auto

Rows = Sequence[Any]
"""Of a job: `Encoded` conversations, or `EncodedPair`s where the method is DPO."""


@dataclass(frozen=True, slots=True)
class Job:
    """What the server asks for; every path is local."""

    model: Path
    adapter: Path | None
    training_file: Path
    validation_file: Path | None
    out: Path
    n_epochs: int | Auto
    batch_size: int | Auto
    learning_rate_multiplier: float | Auto
    seed: int
    resume: bool
    method: Literal["supervised", "dpo"] = "supervised"
    beta: float | Auto = "auto"
    early_stopping: bool = False

    @classmethod
    def of(cls, command: Command) -> "Job":
        """Returns the job of a "train" command."""
        adapter, validation = command["adapter"], command["validation_file"]
        return cls(
            model=Path(command["model"]),
            adapter=Path(adapter) if adapter else None,
            training_file=Path(command["training_file"]),
            validation_file=Path(validation) if validation else None,
            out=Path(command["out"]),
            n_epochs=command["n_epochs"],
            batch_size=command["batch_size"],
            learning_rate_multiplier=command["learning_rate_multiplier"],
            seed=command["seed"],
            resume=command["resume"],
            method=command.get("method", "supervised"),
            beta=command.get("beta", "auto"),
            early_stopping=command.get("early_stopping", False),
        )
