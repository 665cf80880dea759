"""Memory of training: the peak of a real step against the estimate that decides how it is taken.

`python -m benchmarks.training_memory`

Each case runs in a process of its own, on the starter model and on random weights in the shape of
SmolLM2-135M. The peak is what the process holds more than before the trainer was made, with the
weights touched; the estimate is `voicetune.engine.memory.training_bytes` less those weights.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from voicetune.engine.lora_settings import Lora

ROOT = Path(__file__).resolve().parent.parent
CASES = [
    (shape, rows, longest, checkpointing)
    for shape, longest in (("starter", 512), ("135M", 256))
    for rows, checkpointing in ((1, False), (4, False), (4, True))
]
MIB = 2**20
LORA = Lora(rank=32, alpha=64, targets="all-linear")


def measure(shape: str, rows: int, longest: int, checkpointing: bool) -> None:
    """Takes two steps and prints the peak and the estimate in bytes."""
    import psutil
    import torch

    from benchmarks.training_speed import make_shape
    from voicetune.engine import assembly, base_model
    from voicetune.engine.job import Job
    from voicetune.engine.masking import Encoded
    from voicetune.engine.memory import Plan, Shape, training_bytes
    from voicetune.engine.models import describe, starter_folder
    from voicetune.engine.recipe import Recipe

    with tempfile.TemporaryDirectory() as temporary:
        out = Path(temporary)
        folder = starter_folder() if shape == "starter" else make_shape(out / "model")
        number = base_model.training_precision().weights
        tokenizer = base_model.load_tokenizer(folder)
        model = base_model.load_model(folder, number)
        for parameter in model.parameters():
            parameter.data.add_(0)  # weights are mapped from the file until they are touched
        process, over = psutil.Process(), threading.Event()
        before = peak = process.memory_info().rss

        def watch() -> None:
            nonlocal peak
            while not over.wait(0.005):
                peak = max(peak, process.memory_info().rss)

        watcher = threading.Thread(target=watch)
        watcher.start()
        ids = torch.randint(0, model.config.vocab_size, (2 * rows, longest)).tolist()
        job = Job(out, None, out, None, out / "out", 1, rows, 1.0, 1, False)
        trainer, _ = assembly.build(
            job,
            Recipe(1, rows, 1.0, 1e-4, LORA),
            Plan(rows, checkpointing, 0),
            model,
            tokenizer,
            [Encoded(row, row) for row in ids],
            [],
            lambda *_, **__: None,
            lambda: False,
        )
        assembly.train(trainer)
        over.set()
        watcher.join()
        config, parameters = describe(folder)
        estimate = training_bytes(
            Shape.of(config, parameters),
            rows=rows,
            longest=longest,
            lora=LORA,
            number=number.itemsize,
            checkpointing=checkpointing,
        )
    print(json.dumps({"peak": peak - before, "estimate": estimate - parameters * number.itemsize}))


def main() -> None:
    """Prints peak, estimate and their ratio for every case."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.training_memory")
    parser.add_argument("--case", type=int, help=argparse.SUPPRESS)
    case = parser.parse_args().case
    if case is not None:
        measure(*CASES[case])
        return
    for number, (shape, rows, longest, checkpointing) in enumerate(CASES):
        command = [sys.executable, "-m", "benchmarks.training_memory", "--case", str(number)]
        done = subprocess.run(
            command, cwd=ROOT, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        found = json.loads(done.stdout.splitlines()[-1])
        twice = ", computed twice" if checkpointing else ""
        print(
            f"{shape}, {rows} x {longest} tokens{twice}: peak {found['peak'] / MIB:,.0f} MiB, "
            f"estimate {found['estimate'] / MIB:,.0f} MiB "
            f"({found['estimate'] / found['peak']:.2f} x)"
        )


if __name__ == "__main__":
    main()
