"""Figures of the engine's start: to a health check, to a first trained step, memory at rest.

`python -m benchmarks.engine_start [--rounds 5]`

Each round starts the engine anew on a fresh home, as a process of its own, and takes

- the seconds from starting the process to the first 200 of /health;
- what each of its processes holds once nothing happens any more: before a model was asked for, and
  with its workers waiting. Resident memory, and the proportional share of it, in which a page that
  several processes map counts once;
- *cold*: the seconds from starting another engine to the first trained step of a job that is asked
  for as soon as the engine listens, its file uploaded first;
- *warm*: the seconds from asking for a job to its first trained step, in an engine at rest whose
  models have been looked at, so that a trainer is waiting;
- the seconds from starting an engine to the first token of a chat asked for at once.

A step is trained when its event can be read. Jobs train the starter model on a sample voice.
Medians; each as a share of what is promised.
"""

import argparse
import os
import platform
import statistics
import tempfile
import time
from collections import defaultdict
from pathlib import Path

import httpx2
import psutil

from benchmarks.real_engine import BASE, ROOT, RealEngine, wait_until

SAMPLE = ROOT / "data" / "samples" / "hiring_manager.jsonl"
PROMISES = {
    "start to /health": 1.0,
    "start to first trained step, cold": 10.0,
    "job to first trained step, warm": 2.0,
}
PROMISED_MEMORY = 120
LOOK_EVERY = 0.01
AT_REST = 3.0
"""Seconds in which the engine starts no process and uses no processor, before memory is read."""
MIB = 2**20


def health(engine: RealEngine) -> bool:
    """Says whether the engine calls itself well."""
    url = engine.url.removesuffix("/v1") + "/health"
    return bool(httpx2.get(url, trust_env=False).status_code == 200)


def processes(engine: RealEngine) -> dict[str, psutil.Process]:
    """Returns the engine's process and its workers by name."""
    server = psutil.Process(engine.process.pid)
    workers = {child.cmdline()[2].rpartition(".")[2]: child for child in server.children()}
    return {"server": server, **workers}


def rest(engine: RealEngine) -> None:
    """Waits until none of the engine's processes does anything any more."""

    def used() -> list[float]:
        return [sum(p.cpu_times()[:2]) for p in processes(engine).values()]

    def still() -> bool:
        before = used()
        time.sleep(AT_REST)
        after = used()
        return len(before) == len(after) and sum(after) - sum(before) < 0.05

    wait_until(still)


def memory(engine: RealEngine) -> dict[str, tuple[float, float]]:
    """Returns for each process MiB resident and MiB by its share."""
    found = {}
    for name, process in processes(engine).items():
        held = process.memory_full_info()
        found[name] = held.rss / MIB, held.pss / MIB
    return found


def first_step(engine: RealEngine) -> float:
    """Asks for a job and returns the seconds to its first step, the upload apart; ends the job."""
    with SAMPLE.open("rb") as examples:
        file = engine.sdk.files.create(file=examples, purpose="fine-tune")
    began = time.perf_counter()
    job = engine.sdk.fine_tuning.jobs.create(model=BASE, training_file=file.id)

    def stepped() -> bool:
        events = engine.sdk.fine_tuning.jobs.list_events(job.id, limit=20).data
        return any(event.type == "metrics" for event in events)

    wait_until(stepped, every=LOOK_EVERY)
    seconds = time.perf_counter() - began
    engine.sdk.fine_tuning.jobs.cancel(job.id)
    return seconds


def first_token(engine: RealEngine) -> None:
    """Asks for an answer and returns with its first token."""
    question = [{"role": "user", "content": "How do I water a fern?"}]
    stream = engine.sdk.chat.completions.create(
        model=BASE, messages=question, stream=True, max_tokens=8
    )
    next(chunk for chunk in stream if chunk.choices and chunk.choices[0].delta.content)


def measure(folder: Path) -> tuple[dict[str, float], dict[str, tuple[float, float]]]:
    """Takes one round: seconds by what they were taken for, memory by state and process."""
    found, held = {}, {}
    with RealEngine(folder / "first") as engine:
        assert health(engine)
        found["start to /health"] = time.perf_counter() - engine.started
        rest(engine)
        held |= {f"idle, {name}": sizes for name, sizes in memory(engine).items()}
        engine.settle()
        rest(engine)
        held |= {f"awake, {name}": sizes for name, sizes in memory(engine).items()}
        found["job to first trained step, warm"] = first_step(engine)
    with RealEngine(folder / "second") as engine:
        first_step(engine)
        found["start to first trained step, cold"] = time.perf_counter() - engine.started
    with RealEngine(folder / "third") as engine:
        first_token(engine)
        found["start to first token, cold"] = time.perf_counter() - engine.started
    return found, held


def main() -> None:
    """Runs the rounds and prints the medians."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.engine_start")
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    seconds: dict[str, list[float]] = defaultdict(list)
    held: dict[str, list[tuple[float, float]]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as folder:
        for number in range(arguments.rounds):
            times, memories = measure(Path(folder) / str(number))
            for name, value in times.items():
                seconds[name].append(value)
            for name, sizes in memories.items():
                held[name].append(sizes)
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    print(f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}{load}")
    print(f"medians of {arguments.rounds}")
    for name, values in seconds.items():
        middle = statistics.median(values)
        against = f", {middle / PROMISES[name]:.2f} x the promise" if name in PROMISES else ""
        print(f"{name}: {middle:.2f} s{against}")
    whole = 0.0
    for name, sizes in held.items():
        resident, share = (statistics.median(column) for column in zip(*sizes, strict=True))
        whole += resident if name.startswith("idle") else 0
        print(f"{name}: {resident:.0f} MiB resident, {share:.0f} MiB by its share")
    print(
        f"idle engine, all its processes: {whole:.0f} MiB resident, "
        f"{whole / PROMISED_MEMORY:.2f} x the promise"
    )


if __name__ == "__main__":
    main()
