"""A training loop as one would write it by hand for speed: the second reference of figure (c).

The conversations of a batch are packed into one row without padding, each seeing only itself;
weights rest in bfloat16 where the hardware computes it, adapters in float32; logits are made for
learned positions alone; the optimizer is fused. It reports nothing and saves nothing until the end.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812 - PyTorch's own name for it

from voicetune.engine import base_model
from voicetune.engine.batching_by_length import batch_order
from voicetune.engine.masking import IGNORED, Encoded, encode
from voicetune.engine.recipe import Recipe, choose_recipe


@dataclass(frozen=True)
class Loop:
    """Seconds on the clock and of processor time that the steps took, and the tokens they read."""

    seconds: float
    processor: float
    tokens: int


def train(folder: Path, conversations: list[list[dict[str, Any]]], epochs: int, seed: int) -> Any:
    """Trains an adapter with the engine's own numbers; returns (model, tokenizer, Loop)."""
    from peft import LoraConfig, get_peft_model
    from transformers import get_cosine_schedule_with_warmup, set_seed

    device = torch.accelerator.current_accelerator() if torch.accelerator.is_available() else "cpu"
    precision = base_model.training_precision()
    tokenizer = base_model.load_tokenizer(folder)
    base = base_model.load_model(folder, precision.weights).to(device)
    rows = [encode(tokenizer, messages) for messages in conversations]
    recipe = choose_recipe(parameters=base.num_parameters(), examples=len(rows), n_epochs=epochs)
    set_seed(seed)
    adapter = LoraConfig(task_type="CAUSAL_LM", **recipe.lora.settings)
    model = get_peft_model(base, adapter)
    learned = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(learned, lr=recipe.learning_rate, weight_decay=0.0, fused=True)
    steps = epochs * recipe.steps_an_epoch(len(rows))
    schedule = get_cosine_schedule_with_warmup(optimizer, max(1, steps // 20), steps)
    model.train()
    clock, processor = time.monotonic(), time.process_time()
    for batch in _batches(rows, recipe, seed):
        ids, labels, positions, visible = (t.to(device) for t in pack(batch))
        with torch.autocast(str(device), torch.bfloat16, enabled=precision.autocast):
            loss = loss_of(model, ids, labels, positions, visible)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(learned, 1.0)
        optimizer.step()
        optimizer.zero_grad()
        schedule.step()
    loss.item()  # waits for the GPU
    took = time.monotonic() - clock, time.process_time() - processor
    return model, tokenizer, Loop(*took, epochs * sum(len(row.ids) for row in rows))


def _batches(rows: list[Encoded], recipe: Recipe, seed: int) -> Iterator[list[Encoded]]:
    for epoch in range(recipe.n_epochs):
        order = batch_order([len(row.ids) for row in rows], recipe.batch_size, seed, epoch)
        for start in range(0, len(order), recipe.batch_size):
            yield [rows[i] for i in order[start : start + recipe.batch_size]]


def pack(rows: list[Encoded]) -> tuple[torch.Tensor, ...]:
    """Returns ids, labels and places (1 × tokens) and what each token sees (1 × 1 × n × n)."""
    ids = torch.tensor([token for row in rows for token in row.ids])
    labels = torch.tensor([label for row in rows for label in (IGNORED, *row.labels[1:])])
    owner = torch.tensor([n for n, row in enumerate(rows) for _ in row.ids])
    positions = torch.cat([torch.arange(len(row.ids)) for row in rows])
    order = torch.arange(len(ids))
    visible = (owner[:, None] == owner) & (order[:, None] >= order)
    return ids[None], labels[None], positions[None], visible[None, None]


def loss_of(
    model: Any,
    ids: torch.Tensor,
    labels: torch.Tensor,
    positions: torch.Tensor,
    visible: torch.Tensor,
) -> torch.Tensor:
    """Returns the mean loss a learned token."""
    base = model.get_base_model()
    hidden = base.base_model(
        input_ids=ids, position_ids=positions, attention_mask=visible, use_cache=False
    ).last_hidden_state[:, :-1]
    targets = labels[:, 1:]
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
        tensors = (t.to(model.device) for t in pack([row]))
        learned = sum(label != IGNORED for label in row.labels[1:])
        nats += loss_of(model, *tensors).item() * learned
        count += learned
    return nats / count
