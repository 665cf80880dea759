"""TRL's SFTTrainer as the engine uses it: exact losses and accuracies, own data order and state."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812 - PyTorch's own name for it
from trl.trainer.sft_trainer import SFTTrainer

from voicetune.engine.failures import EngineError
from voicetune.engine.masking import IGNORED, Encoded
from voicetune.engine.stateful import StatefulTrainer

_LOGIT_CHANGES = (
    "final_logit_softcapping",
    "logit_scale",
    "logits_scaling",
    "lm_head_multiplier",
    "output_multiplier",
)
"""Settings of a model that change logits after its head; TRL's own head knows them all."""


@dataclass(slots=True)
class Score:
    """Sums over learned tokens: their loss in nats, how many the model guessed, how many."""

    nats: float = 0.0
    correct: int = 0
    tokens: int = 0

    def add(self, other: "Score") -> None:
        """Adds the other's sums."""
        self.nats += other.nats
        self.correct += other.correct
        self.tokens += other.tokens

    @property
    def loss(self) -> float:
        """Mean cross-entropy a learned token."""
        return self.nats / self.tokens

    @property
    def accuracy(self) -> float:
        """Share of learned tokens that were the model's first guess."""
        return self.correct / self.tokens

    @property
    def figures(self) -> dict[str, float]:
        """The means, by their names in a metric event."""
        return {"loss": self.loss, "mean_token_accuracy": self.accuracy}


class VoiceTrainer(StatefulTrainer, SFTTrainer):
    """Trains on `Encoded` conversations whose labels say what is learned.

    Off the GPU the loss is computed here, on the learned positions alone: TRL's fused head scores
    every position in tiles there, and a step of a small model took 1.7 times as long with it.
    """

    def __init__(self, *, rows: Sequence[Encoded], state_folder: Path, **arguments: Any) -> None:
        from datasets import Dataset

        self.step_score = Score()
        self.prepare_state([len(row.ids) for row in rows], arguments["args"], state_folder)
        data = Dataset.from_list([{"input_ids": row.ids, "labels": row.labels} for row in rows])
        super().__init__(train_dataset=data, **arguments)
        base = self.model.get_base_model()
        config = base.config.get_text_config()
        plain = all(getattr(config, name, None) in (None, 1.0) for name in _LOGIT_CHANGES)
        self._own_head = plain and self.args.device.type != "cuda" and base.base_model is not base

    def compute_loss(
        self,
        model: Any,
        inputs: dict[str, Any],
        return_outputs: bool = False,
        num_items_in_batch: Any = None,
    ) -> Any:
        """Returns the mean loss a learned token of the whole batch, and adds to `step_score`."""
        learned = int((inputs["labels"][:, 1:] != IGNORED).sum())
        if self._own_head:
            loss_sum, correct = self._score(inputs)
            loss = loss_sum / (learned if num_items_in_batch is None else num_items_in_batch)
            score = Score(loss_sum.item(), correct, learned)
        else:
            loss = super().compute_loss(  # type: ignore[no-untyped-call]
                model, inputs, num_items_in_batch=num_items_in_batch
            )
            items = learned if num_items_in_batch is None else int(num_items_in_batch)
            mode = self._metrics["train" if model.training else "eval"]
            share = mode["mean_token_accuracy"][-1]
            score = Score(loss.item() * items, round(share * learned), learned)
        if not torch.isfinite(loss):
            raise EngineError(
                "loss_not_finite",
                "The loss became infinite: the learning rate is too high for this set. "
                "Choose a smaller learning rate multiplier and train again.",
                "learning_rate_multiplier",
            )
        self.step_score.add(score)
        if model.training:
            self.tokens_read += int(inputs["attention_mask"].sum())
        return loss

    def _score(self, inputs: dict[str, Any]) -> tuple[torch.Tensor, int]:
        base = self.model.get_base_model()
        with torch.autocast(self.args.device.type, torch.bfloat16, enabled=self.args.bf16):
            hidden = base.base_model(
                input_ids=inputs["input_ids"],
                attention_mask=inputs["attention_mask"],
                use_cache=False,
            ).last_hidden_state[:, :-1]
            targets = inputs["labels"][:, 1:]
            learned = targets != IGNORED
            logits = base.get_output_embeddings()(hidden[learned]).float()
        wanted = targets[learned]
        correct = int((logits.detach().argmax(-1) == wanted).sum())
        return F.cross_entropy(logits, wanted, reduction="sum"), correct

    def take_score(self) -> Score:
        """Returns the score of everything since the last call."""
        score, self.step_score = self.step_score, Score()
        return score

    @torch.no_grad()
    def score(self, rows: Sequence[Encoded]) -> Score:
        """Returns the score of rows that are not trained on; the step's own score is kept."""
        kept, self.step_score = self.step_score, Score()
        self.model.eval()
        for batch in _chunks(sorted(rows, key=lambda row: len(row.ids)), 8):
            inputs = self.data_collator([{"input_ids": r.ids, "labels": r.labels} for r in batch])
            self.compute_loss(self.model, self._prepare_inputs(inputs))
        self.model.train()
        measured, self.step_score = self.step_score, kept
        return measured


def _chunks(rows: Sequence[Encoded], size: int) -> Iterable[Sequence[Encoded]]:
    return (rows[i : i + size] for i in range(0, len(rows), size))
