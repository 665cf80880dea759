"""TRL's DPOTrainer as the engine uses it: pairs encoded here, own data order and state.

Direct preference optimisation (Rafailov et al. 2023, arXiv 2305.18290): the preferred answer is to
become likelier than the rejected one, measured against the model before the job, which is the base
model or the adapter that the job goes on from.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from trl.trainer.dpo_trainer import DPOTrainer

from voicetune.engine.batching_by_length import Batches
from voicetune.engine.joined_lora import join_adapters
from voicetune.engine.masking import IGNORED, Encoded
from voicetune.engine.ranks import Ranks
from voicetune.engine.stateful import StatefulTrainer, check_loss


@dataclass(frozen=True, slots=True)
class EncodedPair:
    """A preferred and a rejected conversation, alike up to their last answer."""

    chosen: Encoded
    rejected: Encoded

    @property
    def tokens(self) -> int:
        """How many tokens are read to learn from it once."""
        return len(self.chosen.ids) + len(self.rejected.ids)


@dataclass(slots=True)
class PairScore:
    """Sums over pairs: their loss, their reward margins, and how many are the right way round.

    A reward is beta times how much likelier an answer has become, in nats; the margin is that of
    the preferred answer less that of the rejected one.
    """

    loss: float = 0.0
    margin: float = 0.0
    right: float = 0.0
    pairs: int = 0

    @property
    def figures(self) -> dict[str, float]:
        """The means, by their names in a metric event."""
        return {
            "loss": self.loss / self.pairs,
            "reward_margin": self.margin / self.pairs,
            "reward_accuracy": self.right / self.pairs,
        }


class PreferenceTrainer(StatefulTrainer, DPOTrainer):
    """Trains on `EncodedPair`s; dropout is off, so that the reference is the model itself."""

    new_score = PairScore
    scored_at_once = 4
    blank = EncodedPair(*(Encoded([0, 0], [IGNORED, IGNORED]) for _ in range(2)))

    def __init__(
        self,
        *,
        rows: Sequence[EncodedPair],
        order: Batches,
        ranks: Ranks,
        state_folder: Path,
        **arguments: Any,
    ) -> None:
        super().__init__(
            train_dataset=self.prepare_state(rows, order, ranks, state_folder),
            data_collator=PairCollator(arguments["processing_class"].pad_token_id),
            **arguments,
        )
        join_adapters(self.model)

    def _prepare_dataset(self, dataset: Any, *_: Any) -> Any:
        return dataset  # encoded already, by the rules of `masking`

    def columns(self, pair: EncodedPair) -> dict[str, list[int]]:
        """Returns a pair as the collator takes it."""
        sides = {"chosen": pair.chosen, "rejected": pair.rejected}
        ids = {side: row.ids for side, row in sides.items()}
        masks = {
            f"{side}_mask": [int(label != IGNORED) for label in row.labels]
            for side, row in sides.items()
        }
        return ids | masks

    def counted(self, inputs: dict[str, Any]) -> int:
        """Returns how many pairs there are; a blank one is none."""
        return int(inputs["completion_mask"].any(1).sum()) // 2

    def compute_loss(
        self,
        model: Any,
        inputs: dict[str, Any],
        return_outputs: bool = False,
        num_items_in_batch: Any = None,
    ) -> Any:
        """Returns the mean loss a pair of the whole batch, and adds to `step_score`."""
        loss = super().compute_loss(model, inputs)
        check_loss(loss)
        told = self._metrics["train" if model.training else "eval"]
        pairs = self.counted(inputs)
        self.step_score.loss += loss.item() * pairs
        self.step_score.margin += told["rewards/margins"][-1] * pairs
        self.step_score.right += told["rewards/accuracies"][-1] * pairs
        self.step_score.pairs += pairs
        if model.training:
            self.tokens_read += int(inputs["attention_mask"].sum())
        return loss * (1 if num_items_in_batch is None else pairs / num_items_in_batch)


@dataclass(frozen=True, slots=True)
class PairCollator:
    """Pads a batch: the preferred conversations first, then the rejected ones.

    `completion_mask` is 1 where a token counts: in the last answer, with the token that ends it.
    """

    pad: int

    def __call__(self, rows: list[dict[str, list[int]]]) -> dict[str, torch.Tensor]:
        """Returns ids, attention and completion mask, each 2 × pairs × tokens."""
        ids = [row[side] for side in ("chosen", "rejected") for row in rows]
        masks = [row[f"{side}_mask"] for side in ("chosen", "rejected") for row in rows]
        longest = max(map(len, ids))
        return {
            "input_ids": torch.tensor([i + [self.pad] * (longest - len(i)) for i in ids]),
            "attention_mask": torch.tensor([[1] * len(i) + [0] * (longest - len(i)) for i in ids]),
            "completion_mask": torch.tensor([m + [0] * (longest - len(m)) for m in masks]),
        }
