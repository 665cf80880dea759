"""How many processes train, and that none of them is left behind."""

import asyncio
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from pathlib import Path

import psutil
import pytest

from voicetune.engine.child import Child
from voicetune.engine.ranks import Ranks
from voicetune.engine.trainer_command import TRAINER, gpus, trainer_command

NVIDIA_SMI = """#!/bin/sh
echo "GPU 0: NVIDIA A100-SXM4-80GB (UUID: GPU-1)"
echo "  MIG 1g.10gb     Device  0: (UUID: MIG-1)"
echo "GPU 1: NVIDIA A100-SXM4-80GB (UUID: GPU-2)"
"""
LAUNCHER = """
import subprocess, sys, time
started = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"],
                           start_new_session=True)
print('{"event": "started", "pid": %d}' % started.pid, flush=True)
time.sleep(600)
"""


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Makes a machine whose `nvidia-smi` says this; None: it has none."""

    def make(says: str | None) -> None:
        monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
        monkeypatch.setenv("PATH", str(tmp_path))
        if says is not None:
            (tmp_path / "nvidia-smi").write_text(says)
            (tmp_path / "nvidia-smi").chmod(0o755)

    return make


def test_a_machine_with_one_gpu_or_none_trains_in_one_process(machine):
    machine(None)
    assert trainer_command() == TRAINER
    machine("#!/bin/sh\necho 'GPU 0: NVIDIA L4 (UUID: GPU-1)'")
    assert trainer_command() == TRAINER


def test_a_machine_with_two_gpus_trains_in_two_processes(machine):
    machine(NVIDIA_SMI)
    command = trainer_command()
    assert command[1:3] == ("-m", "accelerate.commands.launch")
    assert command[command.index("--num_processes") + 1] == "2"
    assert command[-2:] == TRAINER[1:]


@pytest.mark.parametrize(("visible", "count"), [("", 0), ("-1", 0), ("3", 1), ("0,2,5", 3)])
def test_gpus_that_are_hidden_do_not_count(machine, monkeypatch, visible, count):
    machine(NVIDIA_SMI)
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)
    assert gpus() == count


def test_what_accelerate_config_has_written_goes_before_counting(machine, tmp_path):
    machine(NVIDIA_SMI)
    command = trainer_command(1, tmp_path / "two machines.yaml")
    assert command[3:-2] == ("--config_file", str(tmp_path / "two machines.yaml"))


def test_ending_a_worker_ends_what_it_started_in_groups_of_their_own(tmp_path):
    async def start_and_end() -> psutil.Process:
        child = await Child.start("launcher", [sys.executable, "-c", LAUNCHER], tmp_path / "log")
        async for event in child.events():
            started = psutil.Process(event["pid"])
            break
        await child.kill()
        return started

    with ThreadPoolExecutor(1) as apart:  # a browser test before it leaves a loop running here
        started = apart.submit(asyncio.run, start_and_end()).result()
    psutil.wait_procs([started], timeout=20)[0].pop()


def test_every_row_of_a_batch_is_one_process_s():
    batch = list(range(7))
    ranks = [Ranks(index, 3) for index in range(3)]
    shares = [rank.share(batch) for rank in ranks]
    assert sorted(chain(*shares)) == batch
    assert [rank.size(7) for rank in ranks] == [len(share) for share in shares] == [3, 2, 2]
    assert [Ranks(index, 3).size(1) for index in range(3)] == [1, 0, 0]
