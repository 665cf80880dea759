"""What every trainer of this engine has: its data order, its scores, and a state to go on from."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import astuple
from pathlib import Path
from typing import Any, ClassVar

import torch

from voicetune.engine import resume
from voicetune.engine.batching_by_length import Batches
from voicetune.engine.failures import EngineError
from voicetune.engine.ranks import Ranks

TOLD = 500
"""Events kept to be said again after a resume: more than a server can miss while it dies."""


class StatefulTrainer:
    """Mixed into one of TRL's trainers, before it in the order of classes.

    `new_score` makes an empty score, `scored_at_once` rows are scored in one pass, `columns` gives
    a row as the data collator takes it, `blank` is a row of which nothing is learned, and `counted`
    says over how many things of a batch the loss is a mean.
    """

    loss_is_scaled_for_ga: Any = True

    new_score: ClassVar[Callable[[], Any]]
    scored_at_once: ClassVar[int]
    blank: ClassVar[Any]
    columns: Callable[[Any], dict[str, list[int]]]
    counted: Callable[[dict[str, Any]], int]
    accelerator: Any
    compute_loss: Any
    data_collator: Any
    _prepare_inputs: Any

    args: Any
    model: Any
    optimizer: Any
    lr_scheduler: Any
    state: Any
    train_dataset: Any

    def prepare_state(
        self, rows: Sequence[Any], order: Batches, ranks: Ranks, state_folder: Path
    ) -> Any:
        """Sets the order of the rows, who trains with us and where the state goes.

        Returns the rows as a data set, with a blank one after them for whoever has none in a batch.
        """
        from datasets import Dataset

        self.order, self.ranks, self.state_folder = order, ranks, state_folder
        self.told: deque[dict[str, Any]] = deque(maxlen=TOLD)
        self.tokens_read = 0
        self.step_score = type(self).new_score()
        blank = [] if ranks.count == 1 else [type(self).blank]
        return Dataset.from_list([self.columns(row) for row in (*rows, *blank)])

    def get_train_dataloader(self) -> Any:
        """Returns the parts of the batches that this process learns from, in order."""
        from torch.utils.data import DataLoader

        loader = DataLoader(
            self.train_dataset,
            batch_sampler=self.order,  # type: ignore[arg-type]
            collate_fn=self.data_collator,
        )
        return self.accelerator.prepare(loader)

    def get_batch_samples(self, epoch_iterator: Any, num_batches: int, device: Any) -> Any:
        """Returns a step's parts of this process, and the count that its loss is a mean over."""
        parts = [next(epoch_iterator) for _ in range(num_batches)]
        (counted,) = self.ranks.sum([sum(map(self.counted, parts))])
        return parts, counted

    def training_step(self, model: Any, inputs: Any, num_items_in_batch: Any = None) -> Any:
        """Learns from a part; after a step's last one every process has the gradients of all."""
        loss = super().training_step(model, inputs, num_items_in_batch)  # type: ignore[misc]
        if self.accelerator.sync_gradients:
            self.ranks.sum_gradients(self.model.parameters())
        return loss

    def together(self, score: Any) -> Any:
        """Returns the sum of every process's score; each must ask for it."""
        return type(score)(*self.ranks.sum(astuple(score)))

    def take_score(self) -> Any:
        """Returns the score of everything since the last call."""
        score, self.step_score = self.step_score, type(self).new_score()
        return score

    @torch.no_grad()
    def score(self, rows: Sequence[Any]) -> Any:
        """Returns the score of rows that are not trained on, a share of which each process reads.

        The step's own score is kept.
        """
        kept = self.take_score()
        self.model.eval()
        ordered = self.ranks.share(sorted(rows, key=lambda row: row.tokens))
        for start in range(0, len(ordered), self.scored_at_once):
            batch = ordered[start : start + self.scored_at_once]
            inputs = self.data_collator([self.columns(row) for row in batch])
            self.compute_loss(self.model, self._prepare_inputs(inputs))
        self.model.train()
        measured, self.step_score = self.step_score, kept
        return self.together(measured)

    def _clip_grad_norm(self, model: Any) -> torch.Tensor:
        """Clips the gradients of what is trained; Transformers would walk through all the model."""
        trained = [p for group in self.optimizer.param_groups for p in group["params"]]
        return torch.nn.utils.clip_grad_norm_(trained, self.args.max_grad_norm)

    def floating_point_ops(self, inputs: dict[str, Any]) -> int:
        """Nobody asks for it, and Transformers would walk through the whole model to tell."""
        return 0

    def _send_telemetry(self) -> None:
        """TRL would tell its makers that it is used; nothing leaves this machine."""

    def _save_checkpoint(self, model: Any, trial: Any) -> None:
        if not self.ranks.first:
            return
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
