"""Figure (c): tokens a second of training, against TRL as it comes and a loop tuned by hand.

`python -m benchmarks.training_speed [--model FOLDER | --shape 135M] [--epochs 3] [--rounds 2]`

All sides train a LoRA adapter of the same rank on all linear layers, on the sample voice's first
108 examples, with the loss on the assistant's turns, on the GPU where there is one. The first
reference is TRL's SFTTrainer with SFTConfig's defaults (batches of 8 in random order, padded;
gradient checkpointing) in a fresh Python process: once in float32, once in the bfloat16 that it can
be told to use. The second is `plain_loop`, with our settings. Ours is the engine's warm worker with
its own defaults, reporting every step and saving its state.

Two figures a side: the whole job, from asking for it to the trained adapter (imports and loading
are part of it; a warm worker has the imports behind it), and the training loop alone. Tokens are
those of the conversations; padding does not count. Rounds take turns; the best of each is taken.
Each also by processor time, which other programs on the machine disturb less. The last line is the
loss of each side's adapter on the 12 examples that none of them trained on.

`--shape 135M` takes random weights in the shape of SmolLM2-135M instead of the starter model.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "data" / "samples" / "hiring_manager.jsonl"
EXAMPLES = 108
HELD_OUT = 12

SIDES = ("ours", "plain loop", "TRL float32", "TRL bfloat16")


@dataclass(frozen=True)
class Cost:
    """Seconds on the clock and of processor time, for the whole job and for its loop."""

    tokens: int
    job: float
    job_processor: float
    loop: float
    loop_processor: float
    held_out: float


def conversations() -> list[list[dict[str, Any]]]:
    """Returns the messages of every example of the sample."""
    with SAMPLE.open(encoding="utf-8") as lines:
        return [json.loads(line)["messages"] for line in lines]


def make_shape(folder: Path) -> Path:
    """Writes random weights in the shape of SmolLM2-135M with the starter model's tokenizer."""
    import torch
    from transformers import AutoTokenizer, LlamaConfig, LlamaForCausalLM

    from voicetune.engine.models import starter_folder

    tokenizer = AutoTokenizer.from_pretrained(starter_folder())
    torch.manual_seed(1)
    LlamaForCausalLM(
        LlamaConfig(
            vocab_size=49_152,
            hidden_size=576,
            intermediate_size=1536,
            num_hidden_layers=30,
            num_attention_heads=9,
            num_key_value_heads=3,
            max_position_embeddings=8192,
            tie_word_embeddings=True,
            eos_token_id=tokenizer.eos_token_id,
            pad_token_id=tokenizer.pad_token_id,
        )
    ).to(torch.bfloat16).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def measure(side: str, arguments: argparse.Namespace) -> Cost:
    """Runs one side in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.training_speed", "--side", side]
    command += ["--model", str(arguments.model), "--epochs", str(arguments.epochs)]
    began = time.time()
    done = subprocess.run(
        command, cwd=ROOT, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    result = json.loads(done.stdout.splitlines()[-1])
    asked = result.pop("asked") or began
    return Cost(job=result.pop("ended") - asked, **result)


def run_reference(model: Path, epochs: int, number_format: str) -> None:
    """Trains with TRL's defaults and prints what was trained in how long."""
    import torch
    from datasets import Dataset
    from peft import LoraConfig
    from transformers import AutoTokenizer
    from trl import SFTConfig, SFTTrainer

    from benchmarks.plain_loop import held_out_loss

    examples = [{"messages": messages} for messages in conversations()[:EXAMPLES]]
    tokenizer = AutoTokenizer.from_pretrained(model)
    with tempfile.TemporaryDirectory() as out:
        trainer = SFTTrainer(
            model=str(model),
            processing_class=tokenizer,
            train_dataset=Dataset.from_list(examples),
            peft_config=LoraConfig(
                r=32, lora_alpha=64, target_modules="all-linear", task_type="CAUSAL_LM"
            ),
            args=SFTConfig(
                output_dir=out,
                num_train_epochs=epochs,
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
        loop = time.monotonic() - clock, time.process_time() - processor
        trainer.save_model(out)
    tokens = epochs * sum(len(row["input_ids"]) for row in trainer.train_dataset)
    ended, processor = time.time(), time.process_time()
    loss = held_out_loss(trainer.model, tokenizer, conversations()[-HELD_OUT:])
    say(tokens, None, ended, processor, *loop, loss)


def run_plain(model: Path, epochs: int) -> None:
    """Trains with the loop tuned by hand and prints what was trained in how long."""
    from voicetune.engine import trainer
    from voicetune.engine.protocol import prepare_environment

    prepare_environment(spins=trainer.SPINS)
    from benchmarks.plain_loop import held_out_loss, train

    chats = conversations()
    tuned, tokenizer, loop = train(model, chats[:EXAMPLES], epochs, seed=7)
    with tempfile.TemporaryDirectory() as out:
        tuned.save_pretrained(out)
    ended, processor = time.time(), time.process_time()
    loss = held_out_loss(tuned, tokenizer, chats[-HELD_OUT:])
    say(loop.tokens, None, ended, processor, loop.seconds, loop.processor, loss)


def run_ours(model: Path, epochs: int) -> None:
    """Does what the worker does with a job, and prints what was trained in how long."""
    from voicetune.engine import trainer
    from voicetune.engine.protocol import prepare_environment

    prepare_environment(spins=trainer.SPINS)
    from peft import PeftModel

    from benchmarks.plain_loop import held_out_loss
    from voicetune.engine import base_model
    from voicetune.engine.training_job import Job, run

    trainer.warm_up()
    heard: dict[str, tuple[float, float, dict[str, Any]]] = {}

    def hear(event: str, **fields: Any) -> None:
        heard[event] = time.monotonic(), time.process_time(), fields

    with tempfile.TemporaryDirectory() as folder:
        training = Path(folder) / "training.jsonl"
        with SAMPLE.open(encoding="utf-8") as lines:
            training.write_text("".join(lines.readlines()[:EXAMPLES]), encoding="utf-8")
        job = Job(model, None, training, None, Path(folder), epochs, "auto", "auto", 7, False)
        asked, processor = time.time(), time.process_time()
        run(job, hear, lambda: False)
        ended, processor = time.time(), time.process_time() - processor
        start, end = heard["started"], heard["finished"]
        tuned = PeftModel.from_pretrained(
            base_model.load_model(model, base_model.training_precision().weights),
            end[2]["folder"],
        )
        tokenizer = base_model.load_tokenizer(model)
        loss = held_out_loss(tuned, tokenizer, conversations()[-HELD_OUT:])
    loop = end[0] - start[0], end[1] - start[1]
    say(end[2]["trained_tokens"], asked, ended, processor, *loop, loss)


def say(
    tokens: int,
    asked: float | None,
    ended: float,
    job_processor: float,
    loop: float,
    loop_processor: float,
    held_out: float,
) -> None:
    """Prints a side's figures for the process that compares; asked is None for its own start."""
    figures = {
        "tokens": tokens,
        "asked": asked,
        "ended": ended,
        "job_processor": job_processor,
        "loop": loop,
        "loop_processor": loop_processor,
        "held_out": held_out,
    }
    print(json.dumps(figures))


def main() -> None:
    """Prints the speeds and their ratios."""
    from voicetune.engine.models import starter_folder

    parser = argparse.ArgumentParser(prog="python -m benchmarks.training_speed")
    parser.add_argument("--model", type=Path, default=starter_folder())
    parser.add_argument("--shape", choices=["135M"])
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--side", choices=SIDES, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.side == "ours":
        run_ours(arguments.model, arguments.epochs)
    elif arguments.side == "plain loop":
        run_plain(arguments.model, arguments.epochs)
    elif arguments.side:
        run_reference(arguments.model, arguments.epochs, arguments.side.removeprefix("TRL "))
    elif arguments.shape:
        with tempfile.TemporaryDirectory() as folder:
            arguments.model = make_shape(Path(folder))
            compare(arguments)
    else:
        compare(arguments)


def device() -> str:
    """Returns the GPU's name with a comma, or nothing."""
    import torch

    return f"{torch.cuda.get_device_name()}, " if torch.cuda.is_available() else ""


def compare(arguments: argparse.Namespace) -> None:
    """Runs the sides in turn and prints the best of each."""
    costs: dict[str, list[Cost]] = {side: [] for side in SIDES}
    for _ in range(arguments.rounds):
        for side in SIDES:
            costs[side].append(measure(side, arguments))
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    print(device() + machine + load)
    print(f"{arguments.epochs} epochs, {EXAMPLES} examples, best of {arguments.rounds}")
    for figure in ("job", "job_processor", "loop", "loop_processor"):
        speeds = {
            side: max(cost.tokens / getattr(cost, figure) for cost in rounds)
            for side, rounds in costs.items()
        }
        shown = ", ".join(
            f"{side} {speed:,.0f} ({speeds['ours'] / speed:.2f} x)"
            for side, speed in speeds.items()
        )
        unit = "processor second" if figure.endswith("processor") else "second"
        print(f"{figure.removesuffix('_processor'):4} tokens a {unit}: {shown}")
    losses = {side: rounds[-1].held_out for side, rounds in costs.items()}
    shown = ", ".join(
        f"{side} {loss:.4f} ({loss / losses['ours']:.3f} x)" for side, loss in losses.items()
    )
    print(f"held-out loss: {shown}")


if __name__ == "__main__":
    main()
