"""Figure (a): all checks and exact tokens of 10,000 examples, against OpenAI's cookbook.

`python -m benchmarks.checks_and_tokens [--examples 10000] [--rounds 5]`

The reference is the procedure of the cookbook's "Data preparation and analysis for chat model
fine-tuning": seven format checks, counts of missing messages, tokens of each conversation and of
its assistant turns with tiktoken, their distributions, the epochs and the billed tokens. It is
written out here from its description, with o200k_base for both sides (the cookbook names an older
vocabulary). Both work on the same parsed examples in the same process, in turn; loading the
vocabulary and importing libraries is done before.
"""

import argparse
import json
import os
import platform
import random
import statistics
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from voicetune.cost.epochs import default_epochs
from voicetune.cost.tokens import billed, encoding, lengths, median_lengths
from voicetune.examples import checks
from voicetune.examples.example import Example

SAMPLES = Path(__file__).resolve().parent.parent / "data" / "samples"
VOICES = ("hiring_manager.jsonl", "nursery_owner.jsonl")
KNOWN_KEYS = {"role", "content", "name", "function_call", "weight"}
KNOWN_ROLES = {"system", "user", "assistant", "function"}
LIMIT = 65_536


def make_examples(count: int) -> list[dict[str, Any]]:
    """Returns `count` distinct conversations, mixed from the sample voices' own sentences."""
    rng = random.Random(7)
    questions: list[str] = []
    paragraphs: list[str] = []
    system = ""
    for voice in VOICES:
        for line in (SAMPLES / voice).read_text("utf-8").splitlines():
            first, asked, answer = json.loads(line)["messages"]
            system = first["content"]
            questions.append(asked["content"])
            paragraphs += answer["content"].split("\n\n")
    words = sorted({word for question in questions for word in question.split()})
    made = []
    for _ in range(count):
        first, second = rng.sample(questions, 2)
        question = " ".join([*first.split()[:6], rng.choice(words), *second.split()[-6:]])
        answer = "\n\n".join(rng.sample(paragraphs, 6))
        turns = [("system", system), ("user", question), ("assistant", answer)]
        made.append({"messages": [{"role": r, "content": c} for r, c in turns]})
    return made


def cookbook(dataset: list[dict[str, Any]]) -> int:
    """The cookbook's whole procedure; returns the billed tokens of one epoch."""
    encode = encoding().encode
    errors: Counter[str] = Counter()
    for example in dataset:
        if not isinstance(example, dict):
            errors["not an object"] += 1
            continue
        messages = example.get("messages")
        if not messages:
            errors["no list of messages"] += 1
            continue
        for message in messages:
            if "role" not in message or "content" not in message:
                errors["a key is missing"] += 1
            if any(key not in KNOWN_KEYS for key in message):
                errors["an unknown key"] += 1
            if message.get("role") not in KNOWN_ROLES:
                errors["an unknown role"] += 1
            content = message.get("content")
            if (not content and not message.get("function_call")) or not isinstance(content, str):
                errors["no content"] += 1
        if not any(message.get("role") == "assistant" for message in messages):
            errors["no assistant message"] += 1

    missing: Counter[str] = Counter()
    turns, totals, answers = [], [], []
    for example in dataset:
        messages = example["messages"]
        for role in ("system", "user"):
            if not any(message["role"] == role for message in messages):
                missing[role] += 1
        turns.append(len(messages))
        total = 3
        for message in messages:
            total += 3
            for key, value in message.items():
                total += len(encode(value))
                if key == "name":
                    total += 1
        totals.append(total)
        answers.append(sum(len(encode(m["content"])) for m in messages if m["role"] == "assistant"))
    for values in (turns, totals, answers):
        _distribution(values)
    default_epochs(len(dataset))
    return sum(min(LIMIT, total) for total in totals)


def _distribution(values: list[int]) -> tuple[float, ...]:
    quantiles = np.quantile(values, 0.1), np.quantile(values, 0.9)
    return min(values), max(values), np.mean(values), np.median(values), *quantiles


def tokens_alone(dataset: list[dict[str, Any]]) -> int:
    """Exact tokens, the median lengths and the epochs."""
    measured = lengths([Example(line["messages"]) for line in dataset])
    median_lengths(measured)
    default_epochs(len(measured))
    return billed((length.total for length in measured), LIMIT)


def without_near_duplicates(dataset: list[dict[str, Any]]) -> int:
    """Tokens and every check but the one that compares all questions with each other."""
    examples = [Example(line["messages"]) for line in dataset]
    measured = lengths(examples)
    totals = {id(e): length.total for e, length in zip(examples, measured, strict=True)}
    checks.check_examples(examples, limit=LIMIT, count=lambda example: totals[id(example)])
    checks.check_size(examples, 10)
    checks.check_system(examples)
    checks.check_duplicates(examples)
    median_lengths(measured)
    default_epochs(len(examples))
    return billed(totals.values(), LIMIT)


def everything(dataset: list[dict[str, Any]]) -> int:
    """Tokens and all checks, as the Examples page and `check` run them."""
    examples = [Example(line["messages"]) for line in dataset]
    measured = lengths(examples)
    totals = {id(e): length.total for e, length in zip(examples, measured, strict=True)}
    checks.check_set(examples, limit=LIMIT, count=lambda example: totals[id(example)])
    median_lengths(measured)
    default_epochs(len(examples))
    return billed(totals.values(), LIMIT)


CONTENDERS = {
    "cookbook": cookbook,
    "VoiceTune, tokens alone": tokens_alone,
    "VoiceTune, all but near-duplicates": without_near_duplicates,
    "VoiceTune, everything": everything,
}


def timed(work: Callable[[], int]) -> tuple[float, float, int]:
    """Returns (seconds on the clock, seconds of processor time, result)."""
    clock, processor = time.perf_counter(), time.process_time()
    result = work()
    return time.perf_counter() - clock, time.process_time() - processor, result


def main() -> None:
    """Prints the medians, their ratios and the machine."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.checks_and_tokens")
    parser.add_argument("--examples", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    dataset = make_examples(arguments.examples)
    everything(dataset[:100])  # imports what it needs
    took: dict[str, list[tuple[float, float]]] = {name: [] for name in CONTENDERS}
    tokens: dict[str, int] = {}
    for _ in range(arguments.rounds):
        for name, work in CONTENDERS.items():
            clock, processor, tokens[name] = timed(partial(work, dataset))
            took[name].append((clock, processor))
    if len(set(tokens.values())) > 1:
        raise SystemExit(f"They disagree on the tokens: {tokens}")
    reference = _medians(took["cookbook"])
    print(f"median of {arguments.rounds}, and the ratio to the cookbook's time:")
    for name, rounds in took.items():
        (clock, processor) = _medians(rounds)
        print(
            f"  {name}: {clock:.2f} s ({clock / reference[0]:.2f} x), "
            f"{processor:.2f} s of processor time ({processor / reference[1]:.2f} x)"
        )
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    print(
        f"{arguments.examples:,} examples, {tokens['cookbook']:,} tokens; "
        f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}{load}"
    )


def _medians(rounds: list[tuple[float, float]]) -> tuple[float, float]:
    clocks, processors = zip(*rounds, strict=True)
    return statistics.median(clocks), statistics.median(processors)


if __name__ == "__main__":
    main()
