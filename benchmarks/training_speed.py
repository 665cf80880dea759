"""Figure (c): tokens a second of training, against TRL as it comes and a loop tuned by hand.

`python -m benchmarks.training_speed [--model FOLDER | --shape 135M] [--examples 72] [--rounds 5]`

All sides train a LoRA adapter of the same rank on all linear layers, on the sample voice's first
examples, with the loss on the assistant's turns, on the GPU where there is one. The first reference
is TRL's SFTTrainer with SFTConfig's defaults (batches of 8 in random order, padded; gradient
checkpointing): once in float32, once in the bfloat16 that it can be told to use. The second is
`plain_loop`, with our settings, batches and seed, packed and padded. Ours is the engine's job with
its own defaults, reporting every step and saving its state.

Each side has a process of its own that waits while another trains; it has trained on eight examples
before the first round. Rounds take turns, so that what disturbs one side disturbs all. A figure is
the median over the rounds of the training loop's tokens a second, and by processor time, which
other programs on the machine disturb less; a ratio is the median of the rounds' own ratios. Tokens
are those of the conversations; padding does not count. The last line is the loss of each side's
last adapter on the 12 examples that none of them trained on.

`--shape 135M` takes random weights in the shape of SmolLM2-135M instead of the starter model, and
12 examples where not told otherwise.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.training_sides import SIDES, Chats, Task, Trained

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "data" / "samples" / "hiring_manager.jsonl"
HELD_OUT = 12
WARM_UP = 8


def conversations() -> Chats:
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


class Side:
    """One side's process: trains when it is told to, and answers with a line of JSON."""

    def __init__(self, name: str, arguments: argparse.Namespace) -> None:
        command = [sys.executable, "-m", "benchmarks.training_speed", "--side", name]
        for option in ("model", "examples", "epochs"):
            command += [f"--{option}", str(getattr(arguments, option))]
        self.name = name
        self._process = subprocess.Popen(
            command,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def ask(self, what: str) -> dict[str, float]:
        """Returns the answer to "warm up", "train" or "loss"."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(what + "\n")
        self._process.stdin.flush()
        answer: dict[str, float] = json.loads(self._process.stdout.readline())
        return answer

    def leave(self) -> None:
        """Ends the process."""
        self._process.communicate()


def run_side(arguments: argparse.Namespace) -> None:
    """Is a side's process: answers what it is asked until nobody asks any more."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # TRL prints
    if not arguments.side.startswith("TRL"):
        from voicetune.engine import trainer
        from voicetune.engine.protocol import prepare_environment

        prepare_environment(spins=trainer.SPINS)
        trainer.warm_up()
    from benchmarks.plain_loop import held_out_loss
    from voicetune.engine.base_model import load_tokenizer

    chats = conversations()
    done: list[Trained] = []
    with tempfile.TemporaryDirectory() as folder:
        for number, line in enumerate(sys.stdin):
            answer: dict[str, Any]
            if line.strip() == "loss":
                tuned = done[-1].tuned()
                loss = held_out_loss(tuned, load_tokenizer(arguments.model), chats[-HELD_OUT:])
                answer = {"loss": loss}
            else:
                warm = line.strip() == "warm up"
                out = Path(folder) / str(number)
                out.mkdir()
                count, epochs = (WARM_UP, 1) if warm else (arguments.examples, arguments.epochs)
                task = Task(arguments.model, chats[:count], epochs, out)
                done[:] = [SIDES[arguments.side](task)]
                loop = done[-1].loop
                answer = {
                    "second": loop.tokens / loop.seconds,
                    "processor second": loop.tokens / loop.processor,
                }
            print(json.dumps(answer), file=answers, flush=True)


def main() -> None:
    """Prints the speeds and their ratios."""
    from voicetune.engine.models import starter_folder

    parser = argparse.ArgumentParser(prog="python -m benchmarks.training_speed")
    parser.add_argument("--model", type=Path, default=starter_folder())
    parser.add_argument("--shape", choices=["135M"])
    parser.add_argument("--examples", type=int)
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--without", action="append", default=[], choices=SIDES)
    parser.add_argument("--side", choices=SIDES, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    arguments.examples = arguments.examples or (12 if arguments.shape else 72)
    if arguments.side:
        run_side(arguments)
    elif arguments.shape:
        with tempfile.TemporaryDirectory() as folder:
            arguments.model = make_shape(Path(folder))
            compare(arguments)
    else:
        compare(arguments)


def compare(arguments: argparse.Namespace) -> None:
    """Lets the sides train in turn and prints the medians."""
    sides = [Side(name, arguments) for name in SIDES if name not in arguments.without]
    for side in sides:
        side.ask("warm up")
    rounds = [{side.name: side.ask("train") for side in sides} for _ in range(arguments.rounds)]
    losses = {side.name: side.ask("loss")["loss"] for side in sides}
    for side in sides:
        side.leave()
    print(f"{device()}, {os.cpu_count()} cores, Python {platform.python_version()}{load()}")
    print(
        f"{arguments.model.name if not arguments.shape else arguments.shape}, "
        f"{arguments.examples} examples, epochs: {arguments.epochs}, {arguments.rounds} rounds"
    )
    for unit in ("second", "processor second"):
        print(f"tokens a {unit}, and ours ÷ theirs:")
        for side in sides:
            speed = statistics.median(done[side.name][unit] for done in rounds)
            ratios = [done["ours"][unit] / done[side.name][unit] for done in rounds]
            ends = f"{min(ratios):.2f} to {max(ratios):.2f}"
            print(f"  {side.name:19} {speed:8,.0f}   {statistics.median(ratios):.2f} x ({ends})")
    print("held-out loss, and theirs ÷ ours:")
    for name, loss in losses.items():
        print(f"  {name:19} {loss:8.4f}   {loss / losses['ours']:.3f} x")


def device() -> str:
    """Returns the GPU's name, or the processor's kind."""
    import torch

    return torch.cuda.get_device_name() if torch.cuda.is_available() else platform.machine()


def load() -> str:
    """Returns how many programs want to run, where the system counts them."""
    return f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""


if __name__ == "__main__":
    main()
