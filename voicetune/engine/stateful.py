"""What every trainer of this engine has: an own data order, and a state from which it goes on."""

from collections import deque
from pathlib import Path
from typing import Any

from voicetune.engine import resume
from voicetune.engine.batching_by_length import LengthSampler

TOLD = 500
"""Events kept to be said again after a resume: more than a server can miss while it dies."""


class StatefulTrainer:
    """Mixed into one of TRL's trainers, before it in the order of classes."""

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
