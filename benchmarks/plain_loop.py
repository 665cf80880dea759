"""A training loop as one would write it by hand for speed: the second reference of figure (c).

Weights rest in bfloat16 where the hardware computes it, adapters in float32; logits are made for
learned positions alone; the optimizer is fused; nothing is masked, since no token looks ahead.
It reports nothing and saves nothing until the end.

Two ways with rows of unlike lengths, since which is faster depends on the machine. `packed`: the
conversations of a batch lie one after another in a single row, and attention takes them apart.
Else: they are padded at the end, in batches of like lengths, of whose tokens about 1 % are padding.
"""

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812 - PyTorch's own name for it

from voicetune.engine import base_model
from voicetune.engine.batching_by_length import batch_order
from voicetune.engine.masking import IGNORED, Encoded, encode
from voicetune.engine.recipe import Recipe, choose_recipe


@dataclass(frozen=True, slots=True)
class Loop:
    """Seconds on the clock and of processor time that the steps took, and the tokens they read."""

    seconds: float
    processor: float
    tokens: int


@dataclass(frozen=True, slots=True)
class Batch:
    """Ids, labels and places of a batch, each rows × tokens; `lengths` where a row holds several.

    A label stands under its own token, and IGNORED under the first of a conversation.
    """

    ids: torch.Tensor
    labels: torch.Tensor
    positions: torch.Tensor
    lengths: list[int] | None

    @classmethod
    def packed(cls, rows: Sequence[Encoded], device: Any) -> "Batch":
        """Returns the conversations one after another in one row."""
        ids = [token for row in rows for token in row.ids]
        labels = [label for row in rows for label in (IGNORED, *row.labels[1:])]
        positions = [place for row in rows for place in range(len(row.ids))]
        tensors = (torch.tensor([numbers], device=device) for numbers in (ids, labels, positions))
        return cls(*tensors, [len(row.ids) for row in rows])

    @classmethod
    def padded(cls, rows: Sequence[Encoded], device: Any) -> "Batch":
        """Returns a conversation a row, all as long as the longest."""
        longest = max(len(row.ids) for row in rows)
        gaps = [longest - len(row.ids) for row in rows]
        ids = [row.ids + [0] * gap for row, gap in zip(rows, gaps, strict=True)]
        labels = [row.labels + [IGNORED] * gap for row, gap in zip(rows, gaps, strict=True)]
        tensors = (torch.tensor(numbers, device=device) for numbers in (ids, labels))
        return cls(*tensors, torch.arange(longest, device=device)[None], None)


def train(
    folder: Path,
    conversations: list[list[dict[str, Any]]],
    epochs: int,
    *,
    seed: int,
    packed: bool,
) -> tuple[Any, Loop]:
    """Trains an adapter with the engine's own numbers; returns the tuned model too."""
    from peft import LoraConfig, get_peft_model
    from peft.helpers import disable_input_dtype_casting
    from transformers import AttentionInterface, get_cosine_schedule_with_warmup, set_seed

    device = torch.accelerator.current_accelerator() if torch.accelerator.is_available() else "cpu"
    precision = base_model.training_precision()
    tokenizer = base_model.load_tokenizer(folder)
    base = base_model.load_model(folder, precision.weights).to(device)
    AttentionInterface.register("each", _attend_to_each)
    base.set_attn_implementation("each")
    rows = [encode(tokenizer, messages) for messages in conversations]
    recipe = choose_recipe(parameters=base.num_parameters(), examples=len(rows), n_epochs=epochs)
    set_seed(seed)
    model = get_peft_model(base, LoraConfig(task_type="CAUSAL_LM", **recipe.lora.settings))
    learned = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(learned, lr=recipe.learning_rate, weight_decay=0.0, fused=True)
    steps = epochs * recipe.steps_an_epoch(len(rows))
    schedule = get_cosine_schedule_with_warmup(optimizer, math.ceil(0.05 * steps), steps)
    model.train()
    with disable_input_dtype_casting(model, active=precision.autocast):
        clock, processor = time.monotonic(), time.process_time()
        for part in _parts(rows, recipe, seed):
            batch = (Batch.packed if packed else Batch.padded)(part, device)
            with torch.autocast(str(device), torch.bfloat16, enabled=precision.autocast):
                loss = loss_of(model, batch)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(learned, 1.0)
            optimizer.step()
            optimizer.zero_grad()
            schedule.step()
        loss.item()  # waits for the GPU
        took = time.monotonic() - clock, time.process_time() - processor
    return model, Loop(*took, epochs * sum(len(row.ids) for row in rows))


def _parts(rows: list[Encoded], recipe: Recipe, seed: int) -> Iterator[list[Encoded]]:
    for epoch in range(recipe.n_epochs):
        order = batch_order([len(row.ids) for row in rows], recipe.batch_size, seed, epoch)
        for start in range(0, len(order), recipe.batch_size):
            yield [rows[i] for i in order[start : start + recipe.batch_size]]


def _attend_to_each(
    module: Any,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: None,
    scaling: float,
    lengths: list[int] | None = None,
    **_: Any,
) -> tuple[torch.Tensor, None]:
    """Lets a token see the earlier ones of its conversation; tensors are rows × heads × tokens."""
    lengths = lengths or [query.shape[2]]
    parts = zip(*(tensor.split(lengths, dim=2) for tensor in (query, key, value)), strict=True)
    seen = [
        F.scaled_dot_product_attention(*part, is_causal=True, scale=scaling, enable_gqa=True)
        for part in parts
    ]
    return torch.cat(seen, dim=2).transpose(1, 2).contiguous(), None


def loss_of(model: Any, batch: Batch) -> torch.Tensor:
    """Returns the mean loss a learned token."""
    base = model.get_base_model()
    kinds = {} if batch.lengths is None else {"lengths": batch.lengths}
    hidden = base.base_model(
        input_ids=batch.ids, position_ids=batch.positions, use_cache=False, **kinds
    ).last_hidden_state[:, :-1]
    targets = batch.labels[:, 1:]
    learned = targets != IGNORED
    logits = base.get_output_embeddings()(hidden[learned]).float()
    return F.cross_entropy(logits, targets[learned])


@torch.no_grad()
def held_out_loss(model: Any, tokenizer: Any, conversations: list[list[dict[str, Any]]]) -> float:
    """Returns the mean loss a learned token in float32, one conversation at a time."""
    model.float().eval()
    nats, count = 0.0, 0
    for messages in conversations:
        row = encode(tokenizer, messages)
        learned = sum(label != IGNORED for label in row.labels[1:])
        nats += loss_of(model, Batch.padded([row], model.device)).item() * learned
        count += learned
    return nats / count
