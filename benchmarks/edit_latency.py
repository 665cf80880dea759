"""Figure (b): one edit in a set of 10,000 examples, against the same edit in a set of 100.

`python -m benchmarks.edit_latency [--examples 10000] [--edits 200]`

An edit is what the server does between a changed answer and the page saying "Saved": the text is
written to the workspace with its step in the history, on disk (SQLite, WAL, synchronous=FULL), and
that one example is counted and checked again. Edits of both sets take turns in the same process, so
that the disk and the machine weigh on both alike. Told apart are the two after it: `look` gathers
the page's rows and findings (it grows with the set), and a large set is compared with itself in a
thread meanwhile, which is waited for here, outside the clock.
"""

import argparse
import os
import platform
import random
import statistics
import tempfile
import time
from pathlib import Path

from benchmarks.checks_and_tokens import make_examples
from voicetune.examples.example import Example
from voicetune.ui.examples import edits
from voicetune.ui.examples.board import Board
from voicetune.ui.examples.ruler import Ruler
from voicetune.workspace.database import Workspace, open_workspace
from voicetune.workspace.datasets import create_dataset
from voicetune.workspace.examples import add_examples

SMALL = 100
TARGET = 20.0
"""Milliseconds."""
ANSWER = 2
"""The position of the answer among an example's messages."""


def filled(ws: Workspace, size: int) -> tuple[Board, list[int]]:
    """Returns the board of a new set of this size, looked at once, and its examples' ids."""
    dataset_id = create_dataset(ws, f"{size} examples")
    examples = [Example(line["messages"]) for line in make_examples(size)]
    ids = add_examples(ws, dataset_id, examples, "Add")
    board = Board(ws, dataset_id, Ruler("benchmark", "benchmark", 65_536))
    settle(board)
    return board, ids


def settle(board: Board) -> None:
    """Waits until the set is compared with itself."""
    while not board.look().settled:
        time.sleep(0.02)


def timed(board: Board, example_id: int, text: str) -> tuple[float, float]:
    """Makes one edit; returns the milliseconds it took, and those of the look that follows."""
    start = time.perf_counter()
    edits.write_text(board, example_id, ANSWER, text)
    edited = time.perf_counter()
    board.look()
    looked = time.perf_counter()
    settle(board)
    return (edited - start) * 1000, (looked - edited) * 1000


def main() -> None:
    """Prints the medians, their ratio and the machine."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.edit_latency")
    parser.add_argument("--examples", type=int, default=10_000)
    parser.add_argument("--edits", type=int, default=200)
    arguments = parser.parse_args()
    rng = random.Random(7)
    took: dict[int, list[tuple[float, float]]] = {SMALL: [], arguments.examples: []}
    with tempfile.TemporaryDirectory() as folder:
        ws = open_workspace(f"sqlite:///{Path(folder) / 'workspace.db'}")
        boards = {size: filled(ws, size) for size in took}
        for number in range(arguments.edits):
            for size, (board, ids) in boards.items():
                answer = f"Edit {number}. {'A paragraph of some length. ' * 20}"
                took[size].append(timed(board, rng.choice(ids), answer))
        ws.close()
    medians = {}
    for size, rounds in took.items():
        clocks, looks = zip(*rounds, strict=True)
        medians[size] = statistics.median(clocks)
        slowest = statistics.quantiles(clocks, n=20)[-1]
        print(
            f"one edit among {size:,}: {medians[size]:.1f} ms (19 in 20 under {slowest:.1f} ms); "
            f"the look after it: {statistics.median(looks):.1f} ms"
        )
    ratio = medians[arguments.examples] / medians[SMALL]
    verdict = "under" if medians[arguments.examples] < TARGET else "not under"
    print(f"ratio {ratio:.2f} x; {verdict} {TARGET:.0f} ms")
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    print(f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}{load}")


if __name__ == "__main__":
    main()
