"""Figure: drawing the cost page for 10,000 examples once they are counted, against an empty page.

`python -m benchmarks.cost_page [--examples 10000] [--rounds 7]`

The page runs as the server runs it, without a browser: the router, the room, the comparison of
every model of every place, the picture and the table. The reference is a run of the Compare page,
which has nothing to show yet. The first drawing counts the tokens of all examples in both
vocabularies and is printed apart. The examples are those of `benchmarks.checks_and_tokens`.
"""

import argparse
import os
import platform
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from streamlit.testing.v1 import AppTest

from benchmarks.checks_and_tokens import make_examples
from voicetune.examples.example import Example
from voicetune.workspace.database import open_workspace
from voicetune.workspace.datasets import create_dataset
from voicetune.workspace.examples import add_examples

ROUTER = Path(__file__).resolve().parents[1] / "voicetune" / "ui" / "router.py"
LIMIT_SECONDS = 0.3
SCRIPT_SECONDS = 300


def main() -> None:
    """Prints the medians, their ratio and the machine."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cost_page")
    parser.add_argument("--examples", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=7)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        os.environ["VOICETUNE_HOME"] = home
        voice = fill(arguments.examples)
        reference = opened("compare", voice)
        costs = opened("train", voice, view="costs")
        first = timed(costs.run)
        if costs.exception:
            raise SystemExit(costs.exception[0].message)
        timed(reference.run)
        took = [timed(costs.run) for _ in range(arguments.rounds)]
        empty = [timed(reference.run) for _ in range(arguments.rounds)]
    median, beside = statistics.median(took), statistics.median(empty)
    print(f"{arguments.examples:,} examples, median of {arguments.rounds}:")
    print(f"  first drawing, with the count: {first:.2f} s")
    verdict = "under" if median < LIMIT_SECONDS else "NOT under"
    print(f"  cost page: {1000 * median:.0f} ms, {verdict} {1000 * LIMIT_SECONDS:.0f} ms")
    print(f"  empty page: {1000 * beside:.0f} ms (the cost page: {median / beside:.1f} x)")
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    print(f"{os.cpu_count()} cores, Python {platform.python_version()}{load}")


def fill(count: int) -> int:
    """Makes a voice of so many examples, one in ten kept apart, and returns its id."""
    workspace = open_workspace()
    voice = create_dataset(workspace, "Ten thousand")
    examples = [
        Example(line["messages"], split="validation" if number % 10 == 9 else "training")
        for number, line in enumerate(make_examples(count))
    ]
    add_examples(workspace, voice, examples, "Add")
    workspace.close()
    return voice


def opened(room: str, voice: int, **address: str) -> AppTest:
    """Returns a page that has not been drawn yet."""
    page = AppTest.from_file(ROUTER, default_timeout=SCRIPT_SECONDS)
    page.run()
    page.switch_page(str(Path("../../pages") / f"{room}.py"))
    for name, value in {"voice": str(voice), **address}.items():
        page.query_params[name] = value
    return page


def timed(work: Callable[[], object]) -> float:
    """Returns the seconds that work takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
