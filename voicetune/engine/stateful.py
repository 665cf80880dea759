"""What every trainer of this engine has: its data order, its scores, and a state to go on from."""

from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, ClassVar

import torch

from voicetune.engine import resume
from voicetune.engine.batching_by_length import LengthSampler
from voicetune.engine.failures import EngineError

TOLD = 500
"""Events kept to be said again after a resume: more than a server can miss while it dies."""


class StatefulTrainer:
    """Mixed into one of TRL's trainers, before it in the order of classes.

    `new_score` makes an empty score, `scored_at_once` rows are scored in one pass, and `columns`
    gives a row as the data collator takes it.
    """

    new_score: ClassVar[Callable[[], Any]]
    scored_at_once: ClassVar[int]
    columns: Callable[[Any], dict[str, list[int]]]
    compute_loss: Any
    data_collator: Any
    _prepare_inputs: Any

    args: Any
    model: Any
    optimizer: Any
    lr_scheduler: Any
    state: Any

    def prepare_state(self, lengths: list[int], args: Any, state_folder: Path) -> None:
        """Sets the order of the examples, by their lengths in tokens, and where the state goes."""
        batch = args.per_device_train_batch_size * args.gradient_accumulation_steps
        self.order = LengthSampler(lengths, batch, args.seed)
        self.state_folder = state_folder
        self.told: deque[dict[str, Any]] = deque(maxlen=TOLD)
        self.tokens_read = 0
        self.step_score = type(self).new_score()

    def take_score(self) -> Any:
        """Returns the score of everything since the last call."""
        score, self.step_score = self.step_score, type(self).new_score()
        return score

    @torch.no_grad()
    def score(self, rows: Sequence[Any]) -> Any:
        """Returns the score of rows that are not trained on; the step's own score is kept."""
        kept = self.take_score()
        self.model.eval()
        ordered = sorted(rows, key=lambda row: row.tokens)
        for start in range(0, len(ordered), self.scored_at_once):
            batch = ordered[start : start + self.scored_at_once]
            inputs = self.data_collator([self.columns(row) for row in batch])
            self.compute_loss(self.model, self._prepare_inputs(inputs))
        self.model.train()
        measured, self.step_score = self.step_score, kept
        return measured

    def _send_telemetry(self) -> None:
        """TRL would tell its makers that it is used; nothing leaves this machine."""

    def _get_train_sampler(self, train_dataset: Any = None) -> Any:
        return self.order

    def _save_checkpoint(self, model: Any, trial: Any) -> None:
        resume.save_state(
            self.state_folder,
            self.model,
            self.optimizer,
            self.lr_scheduler,
            self.state,
            list(self.told),
        )

    def _load_from_checkpoint(self, resume_from_checkpoint: str, model: Any = None) -> None:
        resume.load_weights(Path(resume_from_checkpoint), self.model)

    def _load_optimizer_and_scheduler(self, checkpoint: str | None) -> None:
        if checkpoint is not None:
            resume.load_progress(Path(checkpoint), self.optimizer, self.lr_scheduler)

    def _load_rng_state(self, checkpoint: str | None) -> None:
        if checkpoint is not None:
            resume.load_random_state(Path(checkpoint))


def check_loss(loss: torch.Tensor) -> None:
    """Raises EngineError, with what to do, where a loss is no number any more."""
    if not torch.isfinite(loss):
        raise EngineError(
            "loss_not_finite",
            "The loss became infinite: the learning rate is too high for this set. "
            "Choose a smaller learning rate multiplier and train again.",
            "learning_rate_multiplier",
        )
