"""Kills the engine, its workers or the app at random moments and looks whether anything is spoilt.

`python -m benchmarks.kill_campaign [--runs 100] [--first 0]`

Every run launches one short training of a tiny random model through the app's own background (its
launcher, its poller), while a chat asks the base model without a pause. At a moment that the run's
seed chooses, the engine, the trainer, the generator or the app is killed with SIGKILL, now and then
a second one too; what is gone is started again as it is for a person. When the training is over,
everything of it is held against one that nobody disturbed: see `benchmarks.kill_checks`. The
reference is that run, so the figure is 0 violations in all runs; a violation is printed with its
seed, and `--first SEED --runs 1` plays it again. Linux only: it reads /proc.
"""

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.kill_app_process import AppProcess
from benchmarks.kill_checks import Found, look_at, violations

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 240.0
TARGETS = ("engine", "trainer", "generator", "app")
EARLY_SHARE = 0.25
"""Of the kills: between the click and a running job; the others come while steps are taken."""
EARLY_SECONDS, TRAINING_SECONDS = 2.0, 3.0


def eventually(look: Callable[[], Any], what: str) -> Any:
    """Looks until there is something; raises TimeoutError with what was waited for."""
    deadline = time.monotonic() + PATIENCE
    while not (found := look()):
        if time.monotonic() > deadline:
            raise TimeoutError(what)
        time.sleep(0.02)
    return found


def one_run(app: AppProcess, seed: int) -> tuple[str, Found]:
    """Launches a training, kills as the seed says, waits for the end; returns the kills, the end.

    Seed -1 kills nothing.
    """
    chance = random.Random(seed)
    key = f"run {seed}"
    app.ask(key)
    kills = []
    number = 0 if seed < 0 else chance.choice((1, 1, 1, 2))
    for place in range(number):
        target = chance.choice(TARGETS)
        early = place == 0 and chance.random() < EARLY_SHARE
        if place == 0 and not early:
            eventually(lambda: _is_training(app), "a running job")
        time.sleep(chance.uniform(0, EARLY_SECONDS if early else TRAINING_SECONDS))
        if app.kill(target):
            kills.append(target)
            app.ask(key) if target == "app" else None
    found = eventually(lambda: look_at(app.home, key), f"the end of {key}")
    answers = len(app.said)
    eventually(
        lambda: any("answer" in said for said in app.said[answers:]), "an answer after the kills"
    )
    return " then ".join(kills) or "nobody", found


def _is_training(app: AppProcess) -> bool:
    jobs = app.get("/fine_tuning/jobs?limit=1")
    if not jobs or not jobs["data"] or jobs["data"][0]["status"] != "running":
        return False
    events = app.get(f"/fine_tuning/jobs/{jobs['data'][0]['id']}/events?limit=20")
    return any(event["type"] == "metrics" for event in (events or {}).get("data", []))


def main() -> int:
    """Runs the campaign and prints its table; the exit status is 1 where a run was spoilt."""
    from tests.unit.engine.tiny import make_model

    parser = argparse.ArgumentParser(prog="python -m benchmarks.kill_campaign")
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    arguments = parser.parse_args()
    outcomes: Counter[tuple[str, str]] = Counter()
    spoilt = 0
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        home.mkdir()
        app = AppProcess(home, make_model(Path(folder) / "starter"))
        began = time.monotonic()
        _, expected = one_run(app, -1)
        print(f"undisturbed: {expected.outcome}, last loss {expected.last_loss}", flush=True)
        for seed in range(arguments.first, arguments.first + arguments.runs):
            try:
                kills, found = one_run(app, seed)
                wrong = violations(app, found, expected)
            except TimeoutError as error:
                kills, found, wrong = "?", expected, [f"waited in vain for {error}"]
            outcomes[kills, found.outcome if not wrong else "spoilt"] += 1
            spoilt += bool(wrong)
            print(f"seed {seed:3}  {kills:24} {found.outcome}  {'; '.join(wrong)}", flush=True)
        app.stop()
        left = [pid for pid in app.seen if Path(f"/proc/{pid}/cmdline").exists()]
        seconds = time.monotonic() - began
    print(f"\n{arguments.runs} runs in {seconds:.0f} s")
    for (kills, outcome), count in sorted(outcomes.items()):
        print(f"{kills:26} {outcome:40} {count:3}")
    print(f"processes left behind: {len(left)}\nviolations: {spoilt}")
    return 1 if spoilt or left else 0


if __name__ == "__main__":
    sys.exit(main())
