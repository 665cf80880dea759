"""What can be compared: the base model, the tuned one, and the checkpoints on the way to it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol


class Checkpoint(Protocol):
    """What is read of a checkpoint; the workspace's checkpoints are such."""

    @property
    def step_number(self) -> int: ...
    @property
    def model(self) -> str: ...
    @property
    def available(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Contender:
    """One model that can answer: its id, a name in words, and what it is.

    `kind` is "base", "tuned", "checkpoint" or "guest", a model of another place. `run_id` is the
    workspace's run (0 for a base model), `step` a checkpoint's step. `place` is a guest's, or that
    of a tuned model which another server holds; all others are where their run is.
    """

    model: str
    name: str
    kind: str
    run_id: int = 0
    step: int | None = None
    place: str = ""

    @property
    def key(self) -> str:
        """What tells it from every other one."""
        own = f"{self.run_id}/" if self.run_id else ""
        return f"{self.place}/{own}{self.model}" if self.place else self.model


def guest_contender(place: str, place_name: str, model: str) -> Contender:
    """Returns a model of a place that only answers."""
    return Contender(model, f"{model} ({place_name})", "guest", place=place)


def base_contender(model: str, name: str) -> Contender:
    """Returns the base model as it came, before any training."""
    return Contender(model, f"{name}, before training (base model)", "base")


def run_contenders(
    run_id: int,
    voice: str,
    tuned: str | None,
    checkpoints: Collection[Checkpoint] = (),
    epochs: Mapping[int, float] | None = None,
) -> list[Contender]:
    """Returns what one run offers: its tuned model first, then its checkpoints, the latest first.

    `voice` names the run in words, `tuned` is its model id once it has one, `epochs` says which
    epoch a step belongs to. Checkpoints that are gone or no model (some places keep files instead)
    are left out, and so is the last one of a finished run: it is the tuned model itself.
    """
    last = max((checkpoint.step_number for checkpoint in checkpoints), default=0)
    usable = sorted(
        (
            c
            for c in checkpoints
            if c.model and c.available and not (tuned and c.step_number == last)
        ),
        key=lambda checkpoint: checkpoint.step_number,
        reverse=True,
    )
    found = []
    if tuned:
        found.append(Contender(tuned, f"{voice}, tuned", "tuned", run_id))
    for checkpoint in usable:
        step = checkpoint.step_number
        epoch = (epochs or {}).get(step)
        moment = f"step {step}" if epoch is None else f"epoch {round(epoch)}"
        found.append(
            Contender(
                checkpoint.model,
                f"{voice}, after {moment} (checkpoint)",
                "checkpoint",
                run_id,
                step,
            )
        )
    return found
