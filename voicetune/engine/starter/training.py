"""Trains the starter model from nothing: mostly prose first, more and more conversations later.

The same code runs on a processor and on a CUDA device: all texts are token rows on the device
before the first step, so that the device never waits.
"""

import copy
import json
import random
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch.nn import functional

from voicetune.engine.starter import corpus
from voicetune.engine.starter.held_out import answer_batches, mean_loss, prose_batches
from voicetune.engine.starter.rows import (
    Rows,
    conversation_rows,
    joined,
    load_rows,
    prose_rows,
    save_rows,
)
from voicetune.engine.starter.tokenizer import END, train_tokenizer

ROWS = "rows.safetensors"
AVERAGED_OVER = 200
"""Steps: the horizon of the running average of the weights."""


@dataclass(frozen=True)
class Recipe:
    """What is trained and for how long; written into the model card.

    `seconds`, if not 0, ends the run by the clock where `steps` would last longer; schedules
    follow whichever is further.
    """

    width: int = 320
    layers: int = 8
    heads: int = 5
    feed_forward: int = 864
    context: int = 1024
    length: int = 512
    rows: int = 64
    steps: int = 7000
    seconds: float = 0.0
    warmup: float = 0.02
    learning_rate: float = 6e-3
    weight_decay: float = 0.1
    decay_from: float = 0.5
    dropout: float = 0.1
    conversations: float = 0.5
    rounds: int = 6
    answers_only_from: float = 0.85
    seed: int = 7


def mixture(progress: float, recipe: Recipe) -> tuple[float, float, float]:
    """Returns the shares of (prose, sections, conversations) in a batch at `progress` 0 to 1.

    Prose teaches the language first; conversations come late, since they are few and are learned
    by heart when they come early and often.
    """
    rise = max(0.0, (progress - 0.2) / 0.8)
    conversations = 0.1 + (recipe.conversations - 0.1) * rise
    sections = 0.10
    return 1 - conversations - sections, sections, conversations


def learning_rate_factor(progress: float, recipe: Recipe) -> float:
    """Returns the factor on the learning rate: linear warm-up, a plateau, then linear to zero.

    The warm-up-stable-decay schedule of Hu et al. 2024 (arXiv 2404.06395).
    """
    rising = (progress + 1e-3) / recipe.warmup
    falling = (1 - progress) / (1 - recipe.decay_from)
    return min(1.0, rising, falling)


def build_model(recipe: Recipe, tokenizer: Any) -> Any:
    """Returns an untrained Llama-architecture model with tied embeddings.

    In training, what attention and feed-forward add to the stream is thinned out by dropout.
    """
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(recipe.seed)
    model = LlamaForCausalLM(
        LlamaConfig(
            vocab_size=len(tokenizer),
            hidden_size=recipe.width,
            intermediate_size=recipe.feed_forward,
            num_hidden_layers=recipe.layers,
            num_attention_heads=recipe.heads,
            num_key_value_heads=recipe.heads,
            max_position_embeddings=recipe.context,
            tie_word_embeddings=True,
            bos_token_id=tokenizer.convert_tokens_to_ids(END),
            eos_token_id=tokenizer.eos_token_id,
            pad_token_id=tokenizer.pad_token_id,
        )
    )

    def thinned(module: Any, _: Any, output: torch.Tensor) -> torch.Tensor:
        return functional.dropout(output, recipe.dropout, module.training)

    for layer in model.model.layers if recipe.dropout else ():
        layer.self_attn.o_proj.register_forward_hook(thinned)
        layer.mlp.down_proj.register_forward_hook(thinned)
    return model


def optimizers(model: Any, recipe: Recipe) -> list[torch.optim.Optimizer]:
    """Returns Muon for the matrices inside the layers and AdamW for everything else.

    Muon (Jordan et al. 2024) reaches the same loss in fewer tokens on models of this size; its
    update is scaled to AdamW's so that both share one learning rate.
    """
    matrices = [p for n, p in model.named_parameters() if p.ndim == 2 and "embed" not in n]
    others = [p for n, p in model.named_parameters() if p.ndim != 2 or "embed" in n]
    return [
        torch.optim.Muon(
            matrices,
            lr=recipe.learning_rate,
            weight_decay=recipe.weight_decay,
            adjust_lr_fn="match_rms_adamw",
        ),
        torch.optim.AdamW(others, lr=recipe.learning_rate, betas=(0.9, 0.95), weight_decay=0.0),
    ]


def make_rows(
    tokenizer: Any,
    documents: list[str],
    conversations: list[corpus.Conversation],
    recipe: Recipe,
) -> dict[str, Rows]:
    """Returns the rows of prose, sections and conversations."""
    rng = random.Random(recipe.seed)
    end = tokenizer.convert_tokens_to_ids(END)
    encoded = tokenizer(documents, verbose=False)["input_ids"]
    sections = corpus.read_sections(documents)
    return {
        "prose": joined([prose_rows(encoded, end, recipe.length, rng) for _ in range(2)]),
        "sections": conversation_rows(tokenizer, sections, recipe.length, rng, 1),
        "conversations": conversation_rows(
            tokenizer, conversations, recipe.length, rng, recipe.rounds
        ),
    }


def batch(
    sources: dict[str, Rows], progress: float, recipe: Recipe, rng: random.Random
) -> dict[str, torch.Tensor]:
    """Returns the model's inputs: rows drawn by the shares of the sources at `progress`."""
    _, *shares = mixture(progress, recipe)
    counts = [int(share * recipe.rows + rng.random()) for share in shares]
    counts = [recipe.rows - sum(counts), *counts]
    drawn = {
        name: rows.draw(count) for (name, rows), count in zip(sources.items(), counts, strict=True)
    }
    late = progress >= recipe.answers_only_from
    rows = joined(list(drawn.values()))
    labels = [part.labels(late and name == "conversations") for name, part in drawn.items()]
    return {
        "input_ids": rows.ids.long(),
        "attention_mask": rows.mask(),
        "labels": torch.cat(labels),
    }


def prepare(
    prose: Path, files: Sequence[Path], out: Path, recipe: Recipe
) -> tuple[Any, list[str], list[corpus.Conversation]]:
    """Writes tokenizer and rows into `out` unless they are there.

    Returns the tokenizer, the held-out prose and the held-out conversations.
    """
    from transformers import AutoTokenizer

    out.mkdir(parents=True, exist_ok=True)
    documents, held_out_prose = corpus.read_prose(prose)
    conversations, held_out = corpus.read_conversations(files)
    if not (out / "tokenizer.json").exists():
        texts = [m["content"] for c in conversations for m in c]
        train_tokenizer(documents + texts * 4, out)
    tokenizer = AutoTokenizer.from_pretrained(out)
    if not (out / ROWS).exists():
        save_rows(make_rows(tokenizer, documents, conversations, recipe), out / ROWS)
    return tokenizer, held_out_prose, held_out


def train(prose: Path, files: Sequence[Path], out: Path, recipe: Recipe, device: str) -> None:
    """Trains by the recipe and writes the best model, its tokenizer and a log of losses into `out`.

    The best is the one with the lowest loss on the held-out answers, of the weights as they are
    and of their running average.
    """
    tokenizer, held_out_prose, held_out = prepare(prose, files, out, recipe)
    sources = {name: rows.to(device) for name, rows in load_rows(out / ROWS).items()}
    tokens = {name: int((rows.kinds > 0).sum()) for name, rows in sources.items()}
    print(f"tokens in rows: {tokens}, {len(held_out)} held-out conversations", flush=True)
    model = build_model(recipe, tokenizer).to(device)
    checks = (
        answer_batches(tokenizer, held_out, device),
        prose_batches(tokenizer, held_out_prose, device),
    )
    Run(model, sources, checks, recipe, out).go()


class Run:
    """One training run: steps, the running average of the weights, checks and the best so far."""

    def __init__(
        self, model: Any, sources: dict[str, Rows], checks: Any, recipe: Recipe, out: Path
    ) -> None:
        self.model, self.sources, self.recipe, self.out = model, sources, recipe, out
        self.answers, self.prose = checks
        self.weights = [p.data for p in model.parameters()]
        self.average = [w.clone() for w in self.weights]
        self.best = float("inf")

    def go(self) -> None:
        """Takes all steps."""
        recipe, kind = self.recipe, self.weights[0].device.type
        rng = random.Random(recipe.seed)
        opts = optimizers(self.model, recipe)
        compiled: Any = torch.compile(self.model)
        began, step, progress, next_check = 0.0, 0, 0.0, 0.04
        while progress < 1:
            inputs = batch(self.sources, progress, recipe, rng)
            with torch.autocast(kind, dtype=torch.bfloat16):
                loss = compiled(**inputs, use_cache=False).loss
            loss.backward()
            torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
            for opt in opts:
                for group in opt.param_groups:
                    group["lr"] = recipe.learning_rate * learning_rate_factor(progress, recipe)
                opt.step()
                opt.zero_grad()
            step += 1
            torch._foreach_lerp_(self.average, self.weights, max(1 / AVERAGED_OVER, 1 / step))
            began = began or time.monotonic()
            seconds = time.monotonic() - began
            progress = max(step / recipe.steps, seconds / (recipe.seconds or float("inf")))
            if progress >= next_check or progress >= 1:
                next_check += 0.04
                self.check(step, seconds, loss.item())
        facts = {**asdict(recipe), "steps": step, "device": _device_name(kind)}
        (self.out / "recipe.json").write_text(json.dumps(facts, indent=1) + "\n")

    @torch.no_grad()
    def check(self, step: int, seconds: float, loss: float) -> None:
        """Measures the weights and their average, logs both and writes the best so far."""
        self.model.eval()
        now = [w.clone() for w in self.weights]
        answers = mean_loss(self.model, self.answers)
        torch._foreach_copy_(self.weights, self.average)
        averaged = mean_loss(self.model, self.answers)
        if averaged > answers:
            torch._foreach_copy_(self.weights, now)
        entry = {
            "step": step,
            "seconds": round(seconds, 1),
            "loss": round(loss, 4),
            "held_out_answers": round(answers, 4),
            "averaged": round(averaged, 4),
            "held_out_prose": round(mean_loss(self.model, self.prose), 4),
        }
        print(json.dumps(entry), flush=True)
        with (self.out / "training_log.jsonl").open("a", encoding="utf-8") as log:
            log.write(json.dumps(entry) + "\n")
        if min(answers, averaged) < self.best:
            self.best = min(answers, averaged)
            copy.deepcopy(self.model).bfloat16().save_pretrained(self.out)
        torch._foreach_copy_(self.weights, now)
        self.model.train()


def _device_name(kind: str) -> str:
    return torch.cuda.get_device_name() if kind == "cuda" else kind
