"""Is it better to train all weights of the starter model than a LoRA adapter on it?

`python -m benchmarks.full_or_adapter [--seeds 1 2] [--voices NAME…] [--epochs 3]`

Both sample voices; of each, 18 examples are held out by chance (others for another seed). The
adapter is the engine's own (data/training_defaults.json); "all weights" trains every number of the
model, kept in float32. Both take the same examples in the same order for the same epochs, with the
engine's batch size and schedule, at several learning rates. The figure is the mean loss a learned
token on the held-out examples, in nats, at the end and at the best epoch. The last lines compare
both at the learning rate that was best for each on the whole, and say how far their difference
varies between voices and seeds.
"""

import argparse
import json
import random
import statistics
from collections.abc import Iterator
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812 - PyTorch's own name for it

from voicetune.engine import base_model
from voicetune.engine.batching_by_length import batch_order
from voicetune.engine.masking import IGNORED, Encoded, encode
from voicetune.engine.models import starter_folder
from voicetune.engine.recipe import Recipe, choose_recipe
from voicetune.home import DATA

VOICES = ("hiring_manager", "nursery_owner")
HELD_OUT = 18
RATES = {"adapter": (1e-3, 2e-3), "all weights": (1e-4, 3e-4, 1e-3)}
FOLDER = starter_folder()
DEVICE = torch.accelerator.current_accelerator() or torch.device("cpu")


def read(voice: str, seed: int) -> tuple[list[Encoded], list[Encoded]]:
    """Returns a voice's examples as tokens: those to learn from and those held out."""
    tokenizer = base_model.load_tokenizer(FOLDER)
    lines = (DATA / "samples" / f"{voice}.jsonl").read_text("utf-8").splitlines()
    rows = [encode(tokenizer, json.loads(line)["messages"], limit=1024) for line in lines]
    random.Random(seed).shuffle(rows)
    return rows[HELD_OUT:], rows[:HELD_OUT]


def make_model(side: str, recipe: Recipe, seed: int) -> Any:
    """Returns the starter model with what is to be trained switched on."""
    from peft import LoraConfig, get_peft_model
    from transformers import set_seed

    set_seed(seed)
    if side == "all weights":
        return base_model.load_model(FOLDER, torch.float32).to(DEVICE)
    base = base_model.load_model(FOLDER, base_model.training_precision().weights).to(DEVICE)
    adapter = LoraConfig(task_type="CAUSAL_LM", **recipe.lora.settings)
    return get_peft_model(base, adapter).get_base_model()


def train(
    side: str, rate: float, recipe: Recipe, rows: list[Encoded], held_out: list[Encoded], seed: int
) -> Iterator[float]:
    """Trains and yields the loss on the held-out examples after each epoch."""
    from transformers import get_cosine_schedule_with_warmup

    model = make_model(side, recipe, seed)
    learned = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(learned, lr=rate, weight_decay=0.0, fused=True)
    steps = recipe.n_epochs * recipe.steps_an_epoch(len(rows))
    schedule = get_cosine_schedule_with_warmup(optimizer, max(1, steps // 20), steps)
    for epoch in range(recipe.n_epochs):
        model.train()
        order = batch_order([len(row.ids) for row in rows], recipe.batch_size, seed, epoch)
        for start in range(0, len(order), recipe.batch_size):
            nats, count = score(model, [rows[i] for i in order[start : start + recipe.batch_size]])
            (nats / count).backward()
            torch.nn.utils.clip_grad_norm_(learned, 1.0)
            optimizer.step()
            optimizer.zero_grad()
            schedule.step()
        model.eval()
        with torch.no_grad():
            scores = [score(model, held_out[i : i + 6]) for i in range(0, len(held_out), 6)]
        yield float(sum(nats for nats, _ in scores)) / sum(count for _, count in scores)


def score(model: Any, rows: list[Encoded]) -> tuple[torch.Tensor, int]:
    """Returns the summed loss of a batch and how many tokens of it are learned."""
    longest = max(len(row.ids) for row in rows)
    short = [longest - len(row.ids) for row in rows]
    ids = torch.tensor([r.ids + [0] * n for r, n in zip(rows, short, strict=True)])
    labels = torch.tensor([r.labels + [IGNORED] * n for r, n in zip(rows, short, strict=True)])
    ids, labels = ids.to(DEVICE), labels.to(DEVICE)
    targets = labels[:, 1:]
    learned = targets != IGNORED
    bfloat16 = base_model.training_precision().autocast
    with torch.autocast(DEVICE.type, torch.bfloat16, enabled=bfloat16):
        # What is padded comes after all that is learned, which sees only what is before it.
        hidden = model.model(input_ids=ids, use_cache=False).last_hidden_state[:, :-1]
        logits = model.lm_head(hidden[learned]).float()
    return F.cross_entropy(logits, targets[learned], reduction="sum"), int(learned.sum())


def main() -> None:
    """Prints every run, then how the two sides compare."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.full_or_adapter")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--voices", nargs="+", choices=VOICES, default=VOICES)
    parser.add_argument("--epochs", type=int, default=3)
    asked = parser.parse_args()
    ends: dict[tuple[str, float], list[float]] = {}
    bests: dict[tuple[str, float], list[float]] = {}
    for voice in asked.voices:
        for seed in asked.seeds:
            rows, held_out = read(voice, seed)
            recipe = choose_recipe(parameters=12_500_000, examples=len(rows), n_epochs=asked.epochs)
            for side, rates in RATES.items():
                for rate in rates:
                    losses = list(train(side, rate, recipe, rows, held_out, seed))
                    ends.setdefault((side, rate), []).append(losses[-1])
                    bests.setdefault((side, rate), []).append(min(losses))
                    shown = " ".join(f"{loss:.3f}" for loss in losses)
                    print(f"{voice}, seed {seed}, {side} {rate:.0e}: {shown}", flush=True)
    for name, found in (("at the end", ends), ("at the best epoch", bests)):
        means = {key: statistics.mean(losses) for key, losses in found.items()}
        side_best = {s: min((k for k in means if k[0] == s), key=lambda k: means[k]) for s in RATES}
        pairs = zip(*(found[side_best[side]] for side in RATES), strict=True)
        gains = [adapter - whole for adapter, whole in pairs]
        shown = ", ".join(f"{s} {means[k]:.3f} (rate {k[1]:.0e})" for s, k in side_best.items())
        varies = f", varying by {statistics.stdev(gains):.3f}" if len(gains) > 1 else ""
        print(f"{name}: {shown}; all weights better by {statistics.mean(gains):.3f}{varies}")


if __name__ == "__main__":
    main()
