"""Early stopping: which epoch was the best by its validation loss, and when that is long ago.

What was seen stands in Transformers' TrainerState, which is saved with every state of a run and
comes back after a pause or a kill.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from voicetune.engine.resume import DONE


@dataclass(frozen=True, slots=True)
class EarlyStopping:
    """Ends a run once the validation loss has not been lower for `patience` epochs."""

    patience: int

    def look(self, state: Any, loss: float) -> None:
        """Takes in the loss on all validation examples at the end of an epoch."""
        if state.best_metric is None or loss < state.best_metric:
            state.best_metric, state.best_global_step = loss, state.global_step

    def over(self, state: Any) -> bool:
        """Returns whether training is to end, at an epoch's end or between two."""
        if state.best_global_step is None:
            return False
        return epoch_of(state, state.global_step) - best_epoch(state) >= self.patience

    def words(self, state: Any) -> list[str]:
        """Returns what is to be said of it when training has ended."""
        last, best = epoch_of(state, state.global_step), best_epoch(state)
        lowest = f"its validation loss, {state.best_metric:.2f}, was the lowest."
        said = []
        if last < state.num_train_epochs:
            waited = "1 epoch" if self.patience == 1 else f"{self.patience} epochs"
            said.append(
                f"Training stopped early, after epoch {last} of {state.num_train_epochs}: the "
                f"validation loss had not become lower for {waited}."
            )
        if best == last:
            said.append(f"Epoch {best}, the last one, was the best: {lowest}")
        else:
            said.append(
                f"Epoch {best} was the best: {lowest} The tuned model is the one of that epoch."
            )
        return said


def epoch_of(state: Any, step: int) -> int:
    """Returns the last epoch that had ended after a step."""
    return step // (int(state.max_steps) // int(state.num_train_epochs))


def best_epoch(state: Any) -> int:
    """Returns the epoch with the lowest validation loss so far."""
    return epoch_of(state, state.best_global_step)


def saved_run(folder: Path) -> Any:
    """Returns the TrainerState in a saved state's folder."""
    from transformers import TrainerState

    return TrainerState.load_from_json(str(folder / DONE))
