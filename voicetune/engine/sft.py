"""TRL's SFTTrainer as the engine uses it: exact losses and accuracies, own data order and state."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812 - PyTorch's own name for it
from trl.trainer.sft_trainer import SFTTrainer

from voicetune.engine.batching_by_length import Batches
from voicetune.engine.joined_lora import join_adapters
from voicetune.engine.masking import IGNORED, Encoded
from voicetune.engine.ranks import Ranks
from voicetune.engine.stateful import StatefulTrainer, check_loss

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

    new_score = Score
    scored_at_once = 8
    blank = Encoded([0, 0], [IGNORED, IGNORED])

    def __init__(
        self,
        *,
        rows: Sequence[Encoded],
        order: Batches,
        ranks: Ranks,
        state_folder: Path,
        **arguments: Any,
    ) -> None:
        data = self.prepare_state(rows, order, ranks, state_folder)
        super().__init__(train_dataset=data, **arguments)
        join_adapters(self.model)
        base = self.model.get_base_model()
        config = base.config.get_text_config()
        plain = all(getattr(config, name, None) in (None, 1.0) for name in _LOGIT_CHANGES)
        self._own_head = plain and self.args.device.type != "cuda" and base.base_model is not base

    def columns(self, row: Encoded) -> dict[str, list[int]]:
        """Returns a conversation as the collator takes it."""
        return {"input_ids": row.ids, "labels": row.labels}

    def counted(self, inputs: dict[str, Any]) -> int:
        """Returns how many tokens are learned."""
        return int((inputs["labels"][:, 1:] != IGNORED).sum())

    def compute_loss(
        self,
        model: Any,
        inputs: dict[str, Any],
        return_outputs: bool = False,
        num_items_in_batch: Any = None,
    ) -> Any:
        """Returns the mean loss a learned token of the whole batch, and adds to `step_score`."""
        learned = self.counted(inputs)
        if self._own_head:
            loss_sum, correct = self._score(inputs)
            loss = loss_sum / (learned if num_items_in_batch is None else num_items_in_batch)
            score = Score(loss_sum.item(), correct, learned)
        else:
            loss = super().compute_loss(model, inputs, num_items_in_batch=num_items_in_batch)
            items = learned if num_items_in_batch is None else int(num_items_in_batch)
            mode = self._metrics["train" if model.training else "eval"]
            share = mode["mean_token_accuracy"][-1]
            score = Score(loss.item() * items, round(share * learned), learned)
        check_loss(loss)
        self.step_score.add(score)
        if model.training:
            self.tokens_read += int(inputs["attention_mask"].sum())
        return loss

    def _score(self, inputs: dict[str, Any]) -> tuple[torch.Tensor, int]:
        base = self.model.get_base_model()
        with torch.autocast(self.args.device.type, torch.bfloat16, enabled=self.args.bf16):
            # Padding comes last, where no token looks: without a mask attention is half the work.
            read = base.base_model(input_ids=inputs["input_ids"], use_cache=False)
            hidden = read.last_hidden_state[:, :-1]
            targets = inputs["labels"][:, 1:]
            learned = targets != IGNORED
            logits = base.get_output_embeddings()(hidden[learned]).float()
        wanted = targets[learned]
        # The first of the largest, as argmax gives it, in a third of the time
        guessed = logits.detach().max(-1).indices
        correct = int((guessed == wanted).sum())
        return F.cross_entropy(logits, wanted, reduction="sum"), correct
