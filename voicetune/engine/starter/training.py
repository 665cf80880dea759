"""Trains the starter model from nothing: mostly prose first, more and more conversations later."""

import json
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import safe_open
from safetensors.torch import save_file

from voicetune.engine.starter import corpus
from voicetune.engine.starter.tokenizer import END, train_tokenizer

Rows = Iterator[tuple[list[int], list[int]]]


@dataclass(frozen=True)
class Recipe:
    """What is trained and for how long; written into the model card."""

    width: int = 320
    layers: int = 8
    heads: int = 5
    feed_forward: int = 864
    context: int = 1024
    length: int = 512
    rows: int = 8
    steps: int = 6000
    warmup: int = 150
    learning_rate: float = 6e-3
    weight_decay: float = 0.1
    decay_from: float = 0.55
    answers_only_from: float = 0.85
    seed: int = 7


def mixture(progress: float) -> tuple[float, float, float]:
    """Returns the shares of (prose, sections, conversations) in a batch at `progress` 0 to 1.

    Prose teaches the language first; conversations come late, since they are few and are learned
    by heart when they come early and often.
    """
    conversations = 0.08 + 0.42 * max(0.0, (progress - 0.3) / 0.7)
    sections = 0.10
    return 1 - conversations - sections, sections, conversations


def learning_rate_factor(step: int, recipe: Recipe) -> float:
    """Returns the factor on the learning rate: linear warm-up, a plateau, then linear to zero.

    The plateau lets a run go on from any checkpoint with more steps or more texts (the
    warm-up-stable-decay schedule of Hu et al. 2024, arXiv 2404.06395).
    """
    if step < recipe.warmup:
        return (step + 1) / recipe.warmup
    start = recipe.decay_from * recipe.steps
    return min(1.0, (recipe.steps - step) / (recipe.steps - start))


def build_model(recipe: Recipe, tokenizer: Any) -> Any:
    """Returns an untrained Llama-architecture model with tied embeddings."""
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(recipe.seed)
    return LlamaForCausalLM(
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


def prose_rows(documents: list[list[int]], end: int, length: int, rng: random.Random) -> Rows:
    """Yields rows of `length` tokens from the documents end to end, shuffled anew each round."""
    while True:
        order = list(documents)
        rng.shuffle(order)
        stream = np.concatenate([np.array([*ids, end], dtype=np.int64) for ids in order])
        rows = stream[: len(stream) // length * length].reshape(-1, length)
        picks = list(range(len(rows)))
        rng.shuffle(picks)
        for pick in picks:
            row = rows[pick].tolist()
            yield row, row


def batch(sources: list[Rows], shares: tuple[float, ...], rows: int, rng: random.Random) -> Any:
    """Draws one batch of rows from the sources by their shares: (ids, labels) as tensors."""
    drawn = [next(source) for source in rng.choices(sources, weights=shares, k=rows)]
    return (
        torch.tensor([ids for ids, _ in drawn]),
        torch.tensor([labels for _, labels in drawn]),
    )


def train(prose: Path, files: Sequence[Path], out: Path, recipe: Recipe) -> None:
    """Trains by the recipe and writes model, tokenizer and a log of losses into `out`.

    A checkpoint every 100 steps makes the run resumable: start it again with the same recipe.
    """
    from tokenizers import Tokenizer
    from transformers import AutoTokenizer

    out.mkdir(parents=True, exist_ok=True)
    documents, _ = corpus.read_prose(prose)
    conversations, held_out = corpus.read_conversations(files)
    sections = corpus.read_sections(documents)
    if not (out / "tokenizer.json").exists():
        texts = [m["content"] for c in conversations for m in c]
        train_tokenizer(documents + texts * 4, out)
    tokenizer = AutoTokenizer.from_pretrained(out)
    fast = Tokenizer.from_file(str(out / "tokenizer.json"))
    encoded = [e.ids for e in fast.encode_batch(documents)]
    print(
        f"{sum(map(len, encoded)):,} prose tokens, {len(sections):,} sections, "
        f"{len(conversations):,} conversations, {len(held_out)} held out",
        flush=True,
    )
    rng = random.Random(recipe.seed)
    end = fast.encode(END).ids[0]
    packed = [
        corpus.pack_conversations(tokenizer, source, recipe.length, rng, answers_only)
        for source, answers_only in ((sections, False), (conversations, False))
    ]
    final = corpus.pack_conversations(tokenizer, conversations, recipe.length, rng, True)
    sources = [prose_rows(encoded, end, recipe.length, rng), *packed]
    model = build_model(recipe, tokenizer)
    print(f"{sum(p.numel() for p in model.parameters()):,} parameters", flush=True)
    opts = optimizers(model, recipe)
    state_file = out / "training_state.safetensors"
    start = _load(model, opts, state_file) if state_file.exists() else 0
    rng.seed(recipe.seed + start)
    compiled: Any = torch.compile(model)
    check = _held_out_rows(tokenizer, held_out, recipe)
    began, seen = time.monotonic(), 0
    log = (out / "training_log.jsonl").open("a", encoding="utf-8")
    for step in range(start, recipe.steps):
        progress = step / recipe.steps
        drawn_from = [*sources[:2], final] if progress >= recipe.answers_only_from else sources
        ids, labels = batch(drawn_from, mixture(progress), recipe.rows, rng)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            loss = compiled(input_ids=ids, labels=labels, use_cache=False).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for opt in opts:
            for group in opt.param_groups:
                group["lr"] = recipe.learning_rate * learning_rate_factor(step, recipe)
            opt.step()
            opt.zero_grad()
        seen += ids.numel()
        if (step + 1) % 20 == 0:
            speed = seen / (time.monotonic() - began)
            print(f"step {step + 1} loss {loss.item():.3f} {speed:,.0f} tokens/s", flush=True)
        if (step + 1) % 100 == 0 or step + 1 == recipe.steps:
            answers = _loss(model, check)
            print(f"step {step + 1} held-out answers {answers:.4f}", flush=True)
            log.write(json.dumps({"step": step + 1, "held_out_answers": answers}) + "\n")
            log.flush()
            _save(model, opts, step + 1, state_file)
    model.to(torch.bfloat16).save_pretrained(out)
    (out / "recipe.json").write_text(json.dumps(asdict(recipe), indent=1) + "\n")


def _held_out_rows(tokenizer: Any, conversations: list[corpus.Conversation], recipe: Recipe) -> Any:
    rows = []
    for messages in conversations:
        ids, answer = corpus.encode_conversation(tokenizer, messages)
        labels = [t if a else -100 for t, a in zip(ids, answer, strict=True)]
        rows.append((torch.tensor([ids]), torch.tensor([labels])))
    return rows


@torch.no_grad()
def _loss(model: Any, rows: Any) -> float:
    total, count = 0.0, 0
    for ids, labels in rows:
        learned = int((labels[:, 1:] != -100).sum())
        total += model(input_ids=ids, labels=labels).loss.item() * learned
        count += learned
    return total / count


def _save(model: Any, opts: list[torch.optim.Optimizer], step: int, path: Path) -> None:
    tensors = {f"model/{name}": tensor for name, tensor in model.named_parameters()}
    for number, opt in enumerate(opts):
        for index, state in opt.state_dict()["state"].items():
            for name, tensor in state.items():
                tensors[f"optimizer/{number}/{index}/{name}"] = tensor
    save_file(tensors, path.with_suffix(".tmp"), metadata={"step": str(step)})
    path.with_suffix(".tmp").replace(path)


def _load(model: Any, opts: list[torch.optim.Optimizer], path: Path) -> int:
    with safe_open(path, framework="pt") as saved:
        step = int(saved.metadata()["step"])
        tensors = {name: saved.get_tensor(name) for name in saved.keys()}  # noqa: SIM118
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.copy_(tensors[f"model/{name}"])
    for number, opt in enumerate(opts):
        state: dict[int, dict[str, torch.Tensor]] = {}
        for key, tensor in tensors.items():
            if key.startswith(f"optimizer/{number}/"):
                _, _, index, name = key.split("/")
                state.setdefault(int(index), {})[name] = tensor
        opt.load_state_dict({**opt.state_dict(), "state": state})
    return step
