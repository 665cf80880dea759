"""How a trainer is started: alone, or by `accelerate launch` as one process for each GPU."""

import os
import subprocess
import sys
from pathlib import Path

TRAINER = (sys.executable, "-m", "voicetune.engine.trainer")


def trainer_command(processes: int | None = None, config: Path | None = None) -> tuple[str, ...]:
    """Returns the command of a trainer that consists of so many processes; None: one a GPU.

    `config` is a file that `accelerate config` has written, for several machines or whatever else
    it knows to say; it then says how many processes there are.
    """
    if config is not None:
        return _launched("--config_file", str(config))
    count = max(1, gpus()) if processes is None else processes
    if count == 1:
        return TRAINER
    here = ("--num_machines", "1", "--main_process_port", "0", "--gpu_ids", "all")
    plain = ("--mixed_precision", "no", "--dynamo_backend", "no")
    return _launched("--multi_gpu", "--num_processes", str(count), *here, *plain)


def _launched(*options: str) -> tuple[str, ...]:
    python, *module = TRAINER
    return (python, "-m", "accelerate.commands.launch", *options, *module)


def gpus() -> int:
    """Returns how many NVIDIA GPUs may be used here, without loading PyTorch."""
    visible = os.environ.get("CUDA_VISIBLE_DEVICES")
    if visible is not None:
        return len([name for name in visible.split(",") if name not in ("", "-1")])
    try:
        told = subprocess.run(("nvidia-smi", "-L"), capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return 0
    return sum(line.startswith("GPU ") for line in told.stdout.splitlines())
