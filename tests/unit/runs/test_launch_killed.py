"""A launcher that is killed at any step is followed by exactly one job and no orphan file."""

import json
import os
import signal
import subprocess
import sys
import threading
from itertools import count
from pathlib import Path

import pytest

from tests.stand_in import KEY, running_stand_in
from tests.unit.runs.conftest import Clock
from tests.unit.runs.test_launch_pairs import pair
from voicetune.providers.client import Place
from voicetune.providers.profiles import load_profiles
from voicetune.rehearsal.dialect import AZURE, LOCAL, NEBIUS, OPENAI
from voicetune.runs.launch import Settings, launch, prepare
from voicetune.training.status import is_final
from voicetune.workspace.examples import add_examples
from voicetune.workspace.runs import get_run

LAUNCHER = Path(__file__).with_name("launcher_process.py")
ROOT = Path(__file__).resolve().parents[3]
PATIENCE = 30
"""Seconds until a test that hangs fails."""
MORE_THAN_ANY_LAUNCH_HAS = 60

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and SIGKILL")


class Launcher:
    """The launching process, and the place that kills it."""

    def __init__(self):
        self.process = subprocess.Popen(
            [sys.executable, LAUNCHER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )

    def launch(self, place, run, stand_in, step):
        """Launches the run and kills it at the step; says whether there was such a step."""
        known, steps, child = threading.Event(), count(1), []

        def around(request):
            if next(steps) == step:
                assert known.wait(PATIENCE)
                os.kill(child[0], signal.SIGKILL)

        stand_in.around = around
        asked = {
            "profile": place.profile.id,
            "url": place.base_url,
            "key": place.api_key,
            "run": run.id,
        }
        print(json.dumps(asked), file=self.process.stdin, flush=True)
        child.append(int(self.process.stdout.readline()))
        known.set()
        ended = int(self.process.stdout.readline())
        stand_in.around = lambda request: None
        assert ended in (0, -signal.SIGKILL)
        return ended != 0


@pytest.fixture
def launcher(ws):
    launcher = Launcher()
    yield launcher
    launcher.process.stdin.close()
    launcher.process.wait(PATIENCE)
    launcher.process.stdout.close()


def nothing(stand_in):
    pass


def closed(stand_in):
    stand_in.closed = True


def loses_the_job_reply(stand_in):
    stand_in.lose_reply("POST /fine_tuning/jobs")


def on_pairs(stand_in):
    """The run learns from preference pairs."""


@pytest.mark.parametrize(
    ("profile", "dialect", "prepared_so", "jobs"),
    [
        ("local", LOCAL, nothing, 1),
        ("azure", AZURE, nothing, 1),
        ("openai", OPENAI, closed, 0),
        ("nebius", NEBIUS, loses_the_job_reply, 1),
        ("local", LOCAL, on_pairs, 1),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_a_launch_killed_at_each_step_and_started_again_makes_one_job_and_leaves_no_file(
    ws, dataset, launcher, profile, dialect, prepared_so, jobs
):
    settings = Settings(n_epochs=3)
    if prepared_so is on_pairs:
        add_examples(ws, dataset, [pair(20), pair(21, "validation")], "Add pairs")
        settings = Settings(n_epochs=3, method="dpo", goes_on_from="ft:tiny:local::1234")
    with running_stand_in(dialect) as stand_in:
        place = Place(load_profiles()[profile], stand_in.base_url, KEY)
        for step in range(1, MORE_THAN_ANY_LAUNCH_HAS):
            for left in (stand_in.files, stand_in.jobs, stand_in.faults):
                left.clear()
            run = prepare(ws, dataset, place, "tiny", settings, f"{step} is the step")
            prepared_so(stand_in)
            killed = launcher.launch(place, run, stand_in, step)

            clock, run = Clock(), get_run(ws, run.id)
            while not (run.job_id or is_final(run.status)):
                clock.forward(61)  # as after a restart, once the killed one's claim has ended
                run = launch(ws, run, place, clock=clock)
            assert len(stand_in.jobs) == jobs, f"killed at step {step}"
            used = {file_id for file_id in (run.file_id, run.validation_file_id) if file_id}
            assert set(stand_in.files) == used, f"killed at step {step}"
            assert len(used) == 2 * jobs
            assert (run.job_id is not None) == bool(jobs)
            assert jobs or run.status == "not_started"
            if not killed:
                break
    assert 8 < step < MORE_THAN_ANY_LAUNCH_HAS - 1
