"""Jobs that two processes train together, started by `accelerate launch`, on the CPU with gloo."""

import json
import os
import subprocess
from pathlib import Path

import psutil
import pytest
import torch

from tests.unit.engine.test_preference_job import make_preference_job  # noqa: F401 - fixture
from tests.unit.engine.test_training_job import (  # noqa: F401 - fixtures
    Listener,
    float32,
    heard,
    losses,
    make_job,
    model,
    trained_weights,
)
from voicetune.engine.job import Job
from voicetune.engine.trainer_command import trainer_command

pytestmark = pytest.mark.training
ROOT = Path(__file__).resolve().parents[3]
LAUNCH = [*trainer_command(2)[:-1], "tests.unit.engine.exact_trainer"]


@pytest.fixture
def launch(tmp_path):
    """Starts two processes; what they write to standard error lies in the test's folder."""
    started = []

    def start(*arguments):
        with (tmp_path / "launch.log").open("wb") as log:
            process = subprocess.Popen(
                [*LAUNCH, *map(str, arguments)],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env={**os.environ, "OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": ""},
            )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


def in_words(job, **changes):
    """Returns the job as its file or the server's command says it."""
    fields = {name: getattr(job, name) for name in Job.__slots__}
    fields |= changes
    return {name: str(v) if isinstance(v, Path) else v for name, v in fields.items()}


def until(process, kind):
    events = []
    for line in process.stdout:
        events.append(json.loads(line))
        if events[-1]["event"] == kind:
            break
    return events


def told_losses(events):
    return [(e["step"], e["train_loss"]) for e in events if e["event"] == "metrics"]


def assert_same_adapter(folder, other):
    weights, others = trained_weights(Path(folder)), trained_weights(Path(other))
    for name, weight in weights.items():
        torch.testing.assert_close(weight, others[name], rtol=0, atol=1e-4)


def test_two_processes_learn_as_one_and_a_killed_one_is_replaced(launch, make_job, tmp_path):  # noqa: F811
    job = make_job(training=21, validation=5, n_epochs=12)  # five batches of 4 and one of 1
    alone = heard(job)

    both = launch()
    until(both, "ready")
    ranks = {p.environ()["RANK"]: p for p in psutil.Process(both.pid).children(recursive=True)}
    together = in_words(job, out=tmp_path / "together")
    both.stdin.write(json.dumps({"op": "train", **together}).encode() + b"\n")
    both.stdin.flush()
    events = until(both, "checkpoint")
    ranks["1"].kill()
    events += until(both, "finished")
    assert events[-1]["event"] != "finished"
    assert both.wait(60) != 0
    psutil.wait_procs(ranks.values(), timeout=60)
    assert not [rank for rank in ranks.values() if rank.is_running()]

    resumed = heard(Job(**{**together_paths(together), "resume": True}))
    measured = dict(told_losses(events)) | dict(losses(resumed))
    assert sorted(measured) == list(range(1, 73))
    assert measured == pytest.approx(dict(losses(alone)), abs=1e-4)
    validated = next(e for e in events if e["event"] == "checkpoint")["metrics"]
    expected = alone.of("checkpoint")[0]["metrics"]
    assert validated == pytest.approx(expected, abs=1e-4)
    assert_same_adapter(resumed.of("finished")[0]["folder"], alone.of("finished")[0]["folder"])


def together_paths(command):
    paths = ("model", "training_file", "validation_file", "out")
    return {**command, **{name: Path(command[name]) for name in paths}}


def test_two_processes_learn_preferences_as_one(launch, make_preference_job, tmp_path):  # noqa: F811
    job = make_preference_job(validation=3, batch_size=3)  # 8 pairs: the last batch has two
    alone = heard(job)
    file = tmp_path / "job.json"
    file.write_text(json.dumps(in_words(job, out=tmp_path / "together")))
    both = launch(file)
    events = until(both, "finished")
    assert both.wait(60) == 0
    assert dict(told_losses(events)) == pytest.approx(dict(losses(alone)), abs=1e-4)
    last, expected = [e for e in events if e["event"] == "metrics"][-1], alone.of("metrics")[-1]
    for name in ("train_reward_margin", "full_valid_loss", "full_valid_reward_margin"):
        assert last[name] == pytest.approx(expected[name], abs=1e-4)
    assert_same_adapter(events[-1]["folder"], alone.of("finished")[0]["folder"])
