"""The two worker processes themselves, over their pipes."""

import json
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.full_disk import full_disk
from tests.unit.engine.tiny import conversation, make_model, write_examples

pytestmark = pytest.mark.training
ROOT = Path(__file__).resolve().parents[3]


class Worker:
    """A worker process and the events it sends."""

    def __init__(self, module, log, **environment):
        self.process = subprocess.Popen(
            [sys.executable, "-m", f"voicetune.engine.{module}"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log.open("wb"),
            env={**os.environ, "OMP_NUM_THREADS": "1", **environment},
        )

    def tell(self, **command):
        self.process.stdin.write(json.dumps(command).encode() + b"\n")
        self.process.stdin.flush()

    def until(self, *kinds):
        """Returns the events up to the first of one of these kinds."""
        events = []
        for line in self.process.stdout:
            events.append(json.loads(line))
            if events[-1]["event"] in kinds:
                return events
        raise AssertionError(f"the worker ended before {kinds}: {events}")

    def leave(self):
        """Closes its input, as a dead server does, and returns its exit status."""
        self.process.stdin.close()
        return self.process.wait(timeout=30)


@pytest.fixture
def start(tmp_path, request):
    started = []

    def start(module, **environment):
        started.append(Worker(module, tmp_path / f"{module}.log", **environment))
        return started[-1]

    yield start
    for worker in started:
        worker.process.kill()
        worker.process.wait()


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return make_model(tmp_path_factory.mktemp("model"))


def training(model, tmp_path, **changes):
    return {
        "op": "train",
        "job_id": "ftjob-1",
        "model": str(model),
        "adapter": None,
        "training_file": str(write_examples(tmp_path / "training.jsonl", 10)),
        "validation_file": None,
        "out": str(tmp_path / "out"),
        "n_epochs": 2,
        "batch_size": 4,
        "learning_rate_multiplier": "auto",
        "seed": 7,
        "resume": False,
        **changes,
    }


def chat(model, name, **changes):
    return {
        "op": "chat",
        "id": name,
        "model": str(model),
        "adapter": None,
        "messages": conversation("How do I water a fern?", "")[:2],
        "n": 1,
        "temperature": 0,
        "top_p": 1.0,
        "seed": None,
        "stop": [],
        "max_tokens": 12,
        "presence_penalty": 0.0,
        "frequency_penalty": 0.0,
        **changes,
    }


def metrics(events):
    return {e["step"]: e["train_loss"] for e in events if e["event"] == "metrics"}


def test_a_killed_trainer_goes_on_from_its_last_checkpoint(start, model, tmp_path):
    whole = start("trainer")
    whole.until("ready")
    whole.tell(op="measure", model=str(model))
    assert whole.until("speed", "failed")[-1]["tokens_per_second"] > 0
    whole.tell(**training(model, tmp_path, out=str(tmp_path / "whole")))
    expected = whole.until("finished", "failed")
    assert whole.process.wait(timeout=30) == 0

    killed = start("trainer")
    killed.tell(**training(model, tmp_path))
    before = killed.until("checkpoint", "failed")
    killed.process.send_signal(signal.SIGKILL)

    again = start("trainer")
    again.tell(**training(model, tmp_path, resume=True))
    after = again.until("finished", "failed")
    started = next(e for e in after if e["event"] == "started")
    assert started["resumed_from_step"] >= 3
    assert {**metrics(before), **metrics(after)} == metrics(expected)
    assert [e["step"] for e in after if e["event"] == "checkpoint"] == [3, 6]


def test_a_paused_trainer_says_so_and_leaves(start, model, tmp_path):
    worker = start("trainer")
    worker.tell(**training(model, tmp_path, n_epochs=10_000))
    worker.until("metrics", "failed")
    worker.tell(op="pause")
    assert worker.until("paused", "failed")[-1]["step"] >= 1
    assert worker.process.wait(timeout=30) == 0


def test_a_trainer_saves_and_leaves_when_the_server_is_gone(start, model, tmp_path):
    worker = start("trainer")
    worker.tell(**training(model, tmp_path, n_epochs=10_000))
    worker.until("metrics", "failed")
    assert worker.leave() == 0
    assert (tmp_path / "out" / "resume" / "trainer_state.json").is_file()


def test_a_trainer_that_cannot_go_on_says_why(start, tmp_path):
    worker = start("trainer")
    worker.tell(**training(tmp_path / "nowhere", tmp_path))
    assert worker.until("failed")[-1] == {
        "event": "failed",
        "code": "model_not_found",
        "message": f"There is no model in the folder {tmp_path / 'nowhere'}. "
        "Choose another base model.",
        "param": "model",
    }


def test_the_generator_answers_cancels_loads_on_demand_and_leaves(start, model, tmp_path):
    other = make_model(tmp_path / "other", seed=6)
    third = make_model(tmp_path / "third", seed=3)
    worker = start("generator", VOICETUNE_STARTER=str(model))
    (ready,) = worker.until("ready")
    assert ready["weight_bytes"] in (2, 4)
    worker.tell(**chat(model, "endless", max_tokens=200, temperature=2))
    worker.until("token")
    worker.tell(**chat(other, "other"))
    worker.tell(**chat(tmp_path / "nowhere", "nowhere"))
    worker.tell(op="cancel", id="endless")
    worker.tell(op="cancel", id="unknown")
    ends = {}
    while len(ends) < 2:
        event = worker.until("usage", "error")[-1]
        ends[event["id"]] = event
    assert ends["nowhere"]["code"] == "model_not_found"
    assert ends["other"]["completion_tokens"] == 12
    for folder in (third, model, other):
        worker.tell(**chat(folder, folder.name))
        events = worker.until("usage", "error")
        assert events[-1]["event"] == "usage"
        assert "".join(e["text"] for e in events if e["event"] == "token")
    assert worker.leave() == 0
    assert "fern" not in (tmp_path / "generator.log").read_text()


def test_the_generator_is_ready_without_a_starter_model(start, tmp_path):
    worker = start("generator", VOICETUNE_STARTER=str(tmp_path / "nowhere"))
    assert [event["event"] for event in worker.until("ready")] == ["ready"]
    assert worker.leave() == 0


def test_a_generator_without_memory_or_disk_says_so_and_answers_what_it_can(start, model, tmp_path):
    other = make_model(tmp_path / "other", seed=3)
    worker = start("generator", VOICETUNE_STARTER=str(model))
    worker.until("ready")
    pid = worker.process.pid
    used = int(Path(f"/proc/{pid}/statm").read_text().split()[0]) * resource.getpagesize()
    resource.prlimit(pid, resource.RLIMIT_AS, (used, used))
    with full_disk(pid):  # its log takes nothing more
        worker.tell(**chat(other, "too much"))
        assert worker.until("error", "usage")[-1]["code"] == "out_of_memory"
        worker.tell(**chat(model, "fits"))
        assert worker.until("error", "usage")[-1]["event"] == "usage"
