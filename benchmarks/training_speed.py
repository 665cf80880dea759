"""Figure (c): tokens a second of training, against TRL as it comes, on the same model and data.

`python -m benchmarks.training_speed [--model FOLDER] [--epochs 3] [--rounds 2]`

Both sides train a LoRA adapter of the same rank on all linear layers, on the sample voice's first
108 examples, with the loss on the assistant's turns. The reference is TRL's SFTTrainer with
SFTConfig's defaults (batches of 8 in random order, padded; gradient checkpointing) in a fresh
Python process: once in float32, once in the bfloat16 that it can be told to use on a CPU. Ours is
the engine's warm worker with its own defaults, reporting every step and saving its state.

Two figures a side: the whole job, from asking for it to the trained adapter (imports and loading
are part of it; a warm worker has the imports behind it), and the training loop alone. Tokens are
those of the conversations; padding does not count. Rounds take turns; the best of each is taken.
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


@dataclass(frozen=True)
class Speed:
    """Tokens a second over the whole job and over its training loop."""

    job: float
    loop: float


def measure_reference(arguments: argparse.Namespace, number_format: str) -> Speed:
    """Runs TRL in a process of its own and returns its speed."""
    command = [sys.executable, "-m", "benchmarks.training_speed", "--reference", number_format]
    command += ["--model", str(arguments.model), "--epochs", str(arguments.epochs)]
    began = time.monotonic()
    done = subprocess.run(
        command, cwd=ROOT, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    seconds = time.monotonic() - began
    result = json.loads(done.stdout.splitlines()[-1])
    return Speed(result["tokens"] / seconds, result["tokens"] / result["loop_seconds"])


def run_reference(model: Path, epochs: int, number_format: str) -> None:
    """Trains with TRL's defaults and prints what was trained in how long."""
    from datasets import Dataset
    from peft import LoraConfig
    from transformers import AutoTokenizer
    from trl import SFTConfig, SFTTrainer

    with SAMPLE.open(encoding="utf-8") as lines:
        examples = [json.loads(line) for line in lines][:EXAMPLES]
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
                use_cpu=True,
                bf16=number_format == "bfloat16",
                model_init_kwargs={"dtype": number_format},
                report_to="none",
                disable_tqdm=True,
            ),
        )
        began = time.monotonic()
        trainer.train()
        seconds = time.monotonic() - began
        trainer.save_model(out)
    tokens = epochs * sum(len(row["input_ids"]) for row in trainer.train_dataset)
    print(json.dumps({"tokens": tokens, "loop_seconds": seconds}))


def measure_ours(arguments: argparse.Namespace) -> Speed:
    """Gives the job to a worker that is ready and returns its speed."""
    with tempfile.TemporaryDirectory() as folder:
        training = Path(folder) / "training.jsonl"
        training.write_text("".join(SAMPLE.open(encoding="utf-8").readlines()[:EXAMPLES]))
        worker = subprocess.Popen(
            [sys.executable, "-m", "voicetune.engine.trainer"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        _until(worker, "ready")
        job = {
            "op": "train",
            "job_id": "ftjob-1",
            "model": str(arguments.model),
            "adapter": None,
            "training_file": str(training),
            "validation_file": None,
            "out": folder,
            "n_epochs": arguments.epochs,
            "batch_size": "auto",
            "learning_rate_multiplier": "auto",
            "seed": 7,
            "resume": False,
        }
        began = time.monotonic()
        assert worker.stdin
        worker.stdin.write(json.dumps(job).encode() + b"\n")
        worker.stdin.flush()
        _until(worker, "started")
        loop = time.monotonic()
        tokens = _until(worker, "finished")["trained_tokens"]
        ended = time.monotonic()
        worker.wait()
    return Speed(tokens / (ended - began), tokens / (ended - loop))


def _until(worker: "subprocess.Popen[bytes]", kind: str) -> dict[str, Any]:
    assert worker.stdout
    for line in worker.stdout:
        event: dict[str, Any] = json.loads(line)
        if event["event"] == kind:
            return event
    raise SystemExit(f"the worker ended before it said {kind}")


def main() -> None:
    """Prints the speeds and their ratios."""
    from voicetune.engine.models import starter_folder

    parser = argparse.ArgumentParser(prog="python -m benchmarks.training_speed")
    parser.add_argument("--model", type=Path, default=starter_folder())
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--reference", choices=["float32", "bfloat16"], help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.reference:
        run_reference(arguments.model, arguments.epochs, arguments.reference)
        return
    sides: dict[str, list[Speed]] = {"ours": [], "TRL float32": [], "TRL bfloat16": []}
    for _ in range(arguments.rounds):
        sides["ours"].append(measure_ours(arguments))
        sides["TRL float32"].append(measure_reference(arguments, "float32"))
        sides["TRL bfloat16"].append(measure_reference(arguments, "bfloat16"))
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    print(f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}{load}")
    print(f"{arguments.epochs} epochs, {EXAMPLES} examples, best of {arguments.rounds}, tokens/s")
    best = {
        side: Speed(max(s.job for s in speeds), max(s.loop for s in speeds))
        for side, speeds in sides.items()
    }
    for side, speed in best.items():
        print(
            f"{side:13} whole job {speed.job:6,.0f} ({best['ours'].job / speed.job:.2f} x)"
            f"   loop alone {speed.loop:6,.0f} ({best['ours'].loop / speed.loop:.2f} x)"
        )


if __name__ == "__main__":
    main()
