"""Figure: comparing a set of 10,000 examples with what a run froze, beside the page.

`python -m benchmarks.changes_of_a_set [--examples 10000] [--rounds 3]`

The set is mixed from the sample voices' paragraphs. Once one example in a hundred was edited since
the run and one in fifty left out, once every single one was edited. The reference is reading the
frozen file alone, the least that any comparison has to do.
"""

import argparse
import os
import platform
import random
import statistics
import time
from dataclasses import replace

from benchmarks.linkedin_import import sentences
from voicetune.coach.changes import changes_since
from voicetune.examples.example import Example
from voicetune.examples.reading import read_file
from voicetune.examples.writing import to_jsonl


def make_set(examples: int) -> list[Example]:
    """Returns examples whose answers are four paragraphs each, no two alike."""
    rng, paragraphs = random.Random(7), sentences()
    return [
        Example(
            [
                {"role": "user", "content": f"What about case {number}?"},
                {"role": "assistant", "content": "\n\n".join(rng.sample(paragraphs, 4))},
            ]
        )
        for number in range(examples)
    ]


def edited(example: Example) -> Example:
    """Returns the example with another question and a longer answer."""
    asked, answered = example.messages
    return replace(
        example,
        messages=[
            {**asked, "content": f"{asked['content']} And why?"},
            {**answered, "content": f"{answered['content']}\n\nThat is all I know."},
        ],
    )


def main() -> None:
    """Prints the times, their ratios and the machine."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.changes_of_a_set")
    parser.add_argument("--examples", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    then = make_set(arguments.examples)
    frozen = to_jsonl(then)
    some = [
        edited(e) if n % 100 == 0 else replace(e, include=n % 50 != 1) for n, e in enumerate(then)
    ]
    sets = {"one in a hundred edited": some, "every one edited": [edited(e) for e in then]}
    took: dict[str, list[float]] = {"reading the file": [], **{name: [] for name in sets}}
    for _ in range(arguments.rounds):
        start = time.perf_counter()
        read_file("frozen.jsonl", frozen)
        took["reading the file"].append(time.perf_counter() - start)
        for name, now in sets.items():
            start = time.perf_counter()
            changes = changes_since(now, frozen)
            took[name].append(time.perf_counter() - start)
            if not changes.edited or changes.added or changes.removed:
                raise SystemExit(f"{name}: {changes.sentence}")
    reference = statistics.median(took["reading the file"])
    print(f"{arguments.examples:,} examples, {len(frozen) / 2**20:.1f} MB:")
    for name, seconds in took.items():
        middle = statistics.median(seconds)
        print(f"  {name}: {middle:.2f} s ({middle / reference:.1f} x reading)")
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    print(f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}{load}")


if __name__ == "__main__":
    main()
