"""Figure (d): two answers at once against one alone: time to the first token and wall time.

`python -m benchmarks.concurrent_answers [--model FOLDER] [--adapter FOLDER] [--rounds 7]`

Drives the answering worker over its pipes, as the engine's server does. The pair is what Compare
asks for: the same question to the base model and to a tuned one (without --adapter, a random LoRA
adapter of the engine's own rank on all linear layers, which costs the same). Answers are 120
tokens long whatever is said, so that the same work is compared. Rounds take turns; medians.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
QUESTION = "How do I tell my network that I am looking for work without sounding desperate?"
TOKENS = 120


@dataclass(frozen=True)
class Timing:
    """Seconds from asking to the first piece of text (the later of two) and to the end."""

    first: float
    whole: float


class Worker:
    """The answering worker."""

    def __init__(self, model: Path) -> None:
        self._model = model
        self._process = subprocess.Popen(
            [sys.executable, "-m", "voicetune.engine.generator"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "VOICETUNE_STARTER": str(model)},
        )
        self._next()

    def answer(self, *adapters: Path | None) -> Timing:
        """Asks for one answer an adapter (None is the base model), all at once."""
        began = time.monotonic()
        for number, adapter in enumerate(adapters):
            self._ask(str(number), adapter)
        firsts: dict[str, float] = {}
        running = len(adapters)
        while running:
            event = self._next()
            if event["event"] == "error":
                raise SystemExit(event["message"])
            if event["event"] == "token":
                firsts.setdefault(event["id"], time.monotonic() - began)
            running -= event["event"] == "usage"
            if event["event"] == "usage":
                assert event["completion_tokens"] == TOKENS, event
        return Timing(max(firsts.values()), time.monotonic() - began)

    def _ask(self, name: str, adapter: Path | None) -> None:
        assert self._process.stdin
        command = {
            "op": "chat",
            "id": name,
            "model": str(self._model),
            "adapter": str(adapter) if adapter else None,
            "messages": [{"role": "user", "content": QUESTION}],
            "n": 1,
            "temperature": 1.0,
            "top_p": 1.0,
            "seed": 7,
            "stop": [],
            "max_tokens": TOKENS,
            "presence_penalty": 0.0,
            "frequency_penalty": 0.0,
        }
        self._process.stdin.write(json.dumps(command).encode() + b"\n")
        self._process.stdin.flush()

    def _next(self) -> dict[str, Any]:
        assert self._process.stdout
        event: dict[str, Any] = json.loads(self._process.stdout.readline())
        return event

    def stop(self) -> None:
        """Ends the worker."""
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait()


def prepare(model: Path, folder: Path) -> Path:
    """Copies the model without an end token, so that every answer runs to its full length."""
    import shutil

    endless = Path(shutil.copytree(model, folder / "endless"))
    for name in ("config.json", "generation_config.json", "tokenizer_config.json"):
        settings = json.loads((endless / name).read_text())
        settings.pop("eos_token_id", None)
        settings.pop("eos_token", None)
        (endless / name).write_text(json.dumps(settings))
    return endless


def random_adapter(model: Path, folder: Path) -> Path:
    """Saves a LoRA adapter that changes the model a little and returns its folder."""
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM

    from voicetune.engine.recipe import choose_recipe

    base = AutoModelForCausalLM.from_pretrained(model)
    rank = choose_recipe(parameters=base.num_parameters(), examples=100).lora.rank
    config = LoraConfig(r=rank, lora_alpha=2, target_modules="all-linear", init_lora_weights=False)
    get_peft_model(base, config).save_pretrained(folder)
    return folder


def main() -> None:
    """Prints the times of one and of two answers and their ratios."""
    from voicetune.engine.models import starter_folder

    parser = argparse.ArgumentParser(prog="python -m benchmarks.concurrent_answers")
    parser.add_argument("--model", type=Path, default=starter_folder())
    parser.add_argument("--adapter", type=Path)
    parser.add_argument("--rounds", type=int, default=7)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        model = prepare(arguments.model, Path(folder))
        tuned = arguments.adapter or random_adapter(model, Path(folder) / "adapter")
        worker = Worker(model)
        cases: dict[str, tuple[Path | None, ...]] = {
            "base alone": (None,),
            "tuned alone": (tuned,),
            "base and tuned": (None, tuned),
            "tuned twice": (tuned, tuned),
        }
        timings: dict[str, list[Timing]] = {name: [] for name in cases}
        for adapters in cases.values():
            worker.answer(*adapters)
        for _ in range(arguments.rounds):
            for name, adapters in cases.items():
                timings[name].append(worker.answer(*adapters))
        worker.stop()
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    print(f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}{load}")
    print(f"{TOKENS} tokens an answer, median of {arguments.rounds}")
    whole = {n: statistics.median(t.whole for t in ts) for n, ts in timings.items()}
    for name, seconds in whole.items():
        first = statistics.median(t.first for t in timings[name])
        print(f"{name:15} first text {first * 1000:5.0f} ms   whole {seconds:.2f} s")
    alone = statistics.mean((whole["base alone"], whole["tuned alone"]))
    for name, one in (
        ("base and tuned", whole["tuned alone"]),
        ("base and tuned", alone),
        ("tuned twice", whole["tuned alone"]),
    ):
        against = "the mean of one alone" if one == alone else "tuned alone"
        print(f"{name} against {against}: {whole[name] / one:.2f} x")


if __name__ == "__main__":
    main()
