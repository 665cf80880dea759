"""Figure: the time that a job takes against the number of its examples, drawn.

`python -m benchmarks.cost_growth [--rounds 5] [--picture docs/cost_growth.png]`

One epoch on 50, 100, 500 and 1,000 examples of about one length, made of the sample voices: a
question with one paragraph of its answer, drawn with a fixed seed; where the paragraphs do not
reach, the question is asked in other words. The job is the engine's own, in a process that has the
libraries in memory as its warm worker has: reading and checking rows, loading the model, training,
a report of every step, the adapter saved. Imports and starts of processes are not in it.

Printed are the medians, seconds an example, the straight line through the medians, how far the
farthest lies from it, and the power of n by which the time without the line's constant part grows
from 100 to 1,000 (1 is linear). The picture needs Chromium.
"""

import argparse
import json
import math
import os
import platform
import random
import statistics
import tempfile
import time
from collections.abc import Sequence
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = [
    ROOT / "data" / "samples" / f"{name}.jsonl" for name in ("hiring_manager", "nursery_owner")
]
SIZES = (50, 100, 500, 1000)
WORDS = range(8, 24)
"""Words of a paragraph that is taken, so that every set has examples of about one length."""
OPENINGS = ("", "Quick question. ", "I have wondered about this: ", "Short answer, please. ")


def examples(count: int) -> list[dict[str, Any]]:
    """Returns so many different examples, the same ones every time."""
    found = []
    for opening in OPENINGS:
        for sample in SAMPLES:
            for line in sample.read_text(encoding="utf-8").splitlines():
                *before, answer = json.loads(line)["messages"]
                question = opening + before[-1]["content"]
                found += [
                    {
                        "messages": [
                            {"role": "user", "content": question},
                            {"role": "assistant", "content": paragraph},
                        ]
                    }
                    for paragraph in answer["content"].split("\n\n")
                    if len(paragraph.split()) in WORDS
                ]
    random.Random(7).shuffle(found)
    assert len(found) >= count, len(found)
    return found[:count]


def time_job(count: int, folder: Path) -> tuple[float, int]:
    """Runs one job and returns its seconds and its tokens."""
    from voicetune.engine import training_job
    from voicetune.engine.job import Job
    from voicetune.engine.models import starter_folder

    folder.mkdir()
    file = folder / "training.jsonl"
    rows = (json.dumps(example, ensure_ascii=False) for example in examples(count))
    file.write_text("\n".join(rows) + "\n", encoding="utf-8")
    heard: dict[str, dict[str, Any]] = {}

    def hear(event: str, **fields: Any) -> None:
        heard[event] = fields

    command = {
        "model": str(starter_folder()),
        "adapter": None,
        "training_file": str(file),
        "validation_file": None,
        "out": str(folder),
        "n_epochs": 1,
        "batch_size": "auto",
        "learning_rate_multiplier": "auto",
        "seed": 7,
        "resume": False,
    }
    began = time.perf_counter()
    with redirect_stdout(StringIO()):  # Transformers prints a line at the end
        training_job.run(Job.of(command), hear, lambda: False)
    return time.perf_counter() - began, heard["finished"]["trained_tokens"]


def report(seconds: dict[int, float], tokens: dict[int, int]) -> tuple[float, float]:
    """Prints the figures; returns the line's slope and its constant part."""
    sizes = np.array(list(seconds), dtype=float)
    taken = np.array(list(seconds.values()))
    # Weighed by 1 / seconds: a tenth of a short job counts as much as a tenth of a long one.
    slope, constant = np.polyfit(sizes, taken, 1, w=1 / taken)
    for size, value in seconds.items():
        print(
            f"{size:5} examples, {tokens[size]:7,} tokens: {value:6.2f} s, "
            f"{1000 * value / size:5.1f} ms an example"
        )
    off = np.abs(taken - (slope * sizes + constant)) / taken
    print(f"line: {constant:.2f} s and {1000 * slope:.1f} ms an example")
    print(f"farthest from the line: {off.max():.1%}")
    few, many = (seconds[size] - constant for size in (100, 1000))
    print(f"grows with the number of examples to the power of {math.log10(many / few):.2f}")
    return float(slope), float(constant)


def draw(rounds: dict[int, list[float]], slope: float, constant: float, picture: Path) -> None:
    """Draws the rounds and the line."""
    import plotly.graph_objects as go
    from playwright.sync_api import sync_playwright

    from tests.browser.conftest import FLAGS, find_chromium

    points = [(size, value) for size, values in rounds.items() for value in values]
    ends: Sequence[float] = (0, max(SIZES))
    figure = go.Figure(
        [
            go.Scatter(
                x=ends,
                y=[constant + slope * end for end in ends],
                mode="lines",
                line={"color": "#9aa5b1", "dash": "dash"},
                name=f"{constant:.1f} s + {1000 * slope:.0f} ms an example",
            ),
            go.Scatter(
                x=[size for size, _ in points],
                y=[value for _, value in points],
                mode="markers",
                marker={"color": "#2b6cb0", "size": 9, "opacity": 0.6},
                name="one job",
            ),
        ]
    )
    figure.update_layout(
        title="What a job takes, by its number of examples (starter model, one epoch)",
        xaxis={"title": "examples", "tickvals": SIZES, "tickformat": ","},
        yaxis={"title": "seconds", "rangemode": "tozero"},
        template="plotly_white",
        legend={"x": 0.02, "y": 0.98},
        width=800,
        height=450,
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        page = browser.new_page(viewport={"width": 800, "height": 450})
        page.set_content(figure.to_html(include_plotlyjs=True, config={"staticPlot": True}))
        page.locator(".js-plotly-plot").screenshot(path=picture)
        browser.close()


def main() -> None:
    """Runs the rounds, the sizes taking turns, and prints and draws what they took."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cost_growth")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--picture", type=Path)
    arguments = parser.parse_args()
    from voicetune.engine import trainer
    from voicetune.engine.protocol import prepare_environment

    prepare_environment(spins=trainer.SPINS)
    trainer.warm_up()
    rounds: dict[int, list[float]] = {size: [] for size in SIZES}
    tokens = {}
    with tempfile.TemporaryDirectory() as folder:
        time_job(SIZES[0], Path(folder) / "warm")
        for number in range(arguments.rounds):
            for size in SIZES:
                value, tokens[size] = time_job(size, Path(folder) / f"{size}-{number}")
                rounds[size].append(value)
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    print(f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}{load}")
    print(f"medians of {arguments.rounds}")
    middle = {size: statistics.median(values) for size, values in rounds.items()}
    slope, constant = report(middle, tokens)
    if arguments.picture:
        draw(rounds, slope, constant, arguments.picture)


if __name__ == "__main__":
    main()
