"""Figure: the coach's whole look at 10,000 examples, against the format checks alone.

`python -m benchmarks.coach_score [--examples 10000] [--rounds 3]`

The reference is `check_set`, which is a part of it. "After an edit" is the same set with one answer
changed and everything kept that is known of the other rows. The examples are those of
`benchmarks.checks_and_tokens`, mixed from the sample voices' own sentences.
"""

import argparse
import os
import platform
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from benchmarks.checks_and_tokens import make_examples
from voicetune.coach.score import RowResult, coach
from voicetune.examples.checks import check_set
from voicetune.examples.example import Example


def main() -> None:
    """Prints the medians, their ratios and the machine."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.coach_score")
    parser.add_argument("--examples", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    examples = [Example(line["messages"]) for line in make_examples(arguments.examples)]
    coach(examples[:50])  # imports what it needs, reads the dictionary
    took: dict[str, list[tuple[float, float]]] = {"check_set": [], "coach": [], "after an edit": []}
    for number in range(arguments.rounds):
        kept: dict[str, RowResult] = {}
        took["check_set"].append(timed(partial(check_set, examples)))
        took["coach"].append(timed(partial(coach, examples, kept=kept)))
        edited = [with_answer(examples[0], f"Edited for the {number}th time."), *examples[1:]]
        took["after an edit"].append(timed(partial(coach, edited, kept=kept)))
    reference = statistics.median(processor for _, processor in took["check_set"])
    print(f"{arguments.examples:,} examples, median of {arguments.rounds}:")
    for name, rounds in took.items():
        clock, processor = (statistics.median(values) for values in zip(*rounds, strict=True))
        ratio = processor / reference
        print(f"  {name}: {clock:.2f} s, {processor:.2f} s of processor time ({ratio:.1f} x)")
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    print(f"{os.cpu_count()} cores, Python {platform.python_version()}{load}")


def with_answer(example: Example, answer: str) -> Example:
    """Returns the example with another answer."""
    return replace(
        example, messages=[*example.messages[:-1], {"role": "assistant", "content": answer}]
    )


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Returns (seconds on the clock, seconds of processor time)."""
    clock, processor = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - clock, time.process_time() - processor


if __name__ == "__main__":
    main()
