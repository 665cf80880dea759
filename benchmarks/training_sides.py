"""The sides of figure (c): each trains an adapter on conversations, and says what its loop took."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.plain_loop import Loop

Chats = list[list[dict[str, Any]]]
SEED = 7


@dataclass(frozen=True)
class Task:
    """What is trained on what, and a folder for what comes of it."""

    model: Path
    chats: Chats
    epochs: int
    out: Path


@dataclass(frozen=True)
class Trained:
    """What a loop took, and how to come by the tuned model."""

    loop: Loop
    tuned: Callable[[], Any]


def train_ours(task: Task) -> Trained:
    """Does what the engine's worker does with a job; the loop ends with its last checkpoint."""
    from peft import PeftModel

    from voicetune.engine import base_model
    from voicetune.engine.job import Job
    from voicetune.engine.training_job import run

    heard: dict[str, tuple[float, float, dict[str, Any]]] = {}

    def hear(event: str, **fields: Any) -> None:
        heard[event] = time.monotonic(), time.process_time(), fields

    file = task.out / "training.jsonl"
    file.write_text("".join(json.dumps({"messages": chat}) + "\n" for chat in task.chats))
    run(
        Job(task.model, None, file, None, task.out, task.epochs, "auto", "auto", SEED, False),
        hear,
        lambda: False,
    )
    start, end = heard["started"], heard["finished"]
    weights = base_model.training_precision().weights
    return Trained(
        Loop(end[0] - start[0], end[1] - start[1], end[2]["trained_tokens"]),
        lambda: PeftModel.from_pretrained(
            base_model.load_model(task.model, weights), end[2]["folder"]
        ),
    )


def train_plain(task: Task, *, packed: bool) -> Trained:
    """Trains with the loop tuned by hand."""
    from benchmarks.plain_loop import train

    tuned, loop = train(task.model, task.chats, task.epochs, seed=SEED, packed=packed)
    return Trained(loop, lambda: tuned)


def train_trl(task: Task, *, number_format: str) -> Trained:
    """Trains with TRL's defaults, with an adapter of the same rank on the same layers."""
    import torch
    from datasets import Dataset
    from peft import LoraConfig
    from transformers import AutoTokenizer
    from trl import SFTConfig, SFTTrainer

    from voicetune.engine.lora_settings import Lora
    from voicetune.engine.models import describe

    lora = Lora.default(describe(task.model)[1])
    trainer = SFTTrainer(
        model=str(task.model),
        processing_class=AutoTokenizer.from_pretrained(task.model),
        train_dataset=Dataset.from_list([{"messages": chat} for chat in task.chats]),
        peft_config=LoraConfig(task_type="CAUSAL_LM", **lora.settings),
        args=SFTConfig(
            output_dir=str(task.out),
            num_train_epochs=task.epochs,
            assistant_only_loss=True,
            use_cpu=not torch.accelerator.is_available(),
            bf16=number_format == "bfloat16",
            model_init_kwargs={"dtype": number_format},
            report_to="none",
            disable_tqdm=True,
        ),
    )
    clock, processor = time.monotonic(), time.process_time()
    trainer.train()
    took = time.monotonic() - clock, time.process_time() - processor
    tokens = task.epochs * sum(len(row["input_ids"]) for row in trainer.train_dataset)
    return Trained(Loop(*took, tokens), lambda: trainer.model)


SIDES: dict[str, Callable[[Task], Trained]] = {
    "ours": train_ours,
    "plain loop, padded": lambda task: train_plain(task, packed=False),
    "plain loop, packed": lambda task: train_plain(task, packed=True),
    "TRL float32": lambda task: train_trl(task, number_format="float32"),
    "TRL bfloat16": lambda task: train_trl(task, number_format="bfloat16"),
}
