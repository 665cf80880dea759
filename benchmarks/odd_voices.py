"""How well posts by another hand are found in a set, without labels.

`python -m benchmarks.odd_voices [--generic FILE…] [--writers FILE…] [--seeds 10]`

A mixture is four fifths of a sample voice's posts, drawn by the seed, and 5 % posts by another:
the other sample voice, plain assistant text (--generic, chat JSONL) or one of the writers of a file
that holds several, told apart by their system message (--writers). Printed are the share of the
other's posts found and the share of the voice's own posts wrongly named, over all seeds, and the
worst seed of each; the goal is 80 % found at no more than 5 % false alarms.

The measure was tuned with `--half tuning`: even rows of the other's posts, even writers. The other
half, printed by default, was not looked at before. The own posts are the same in both, so that what
is held out is the strangers, not the two voices. "Nothing" has false alarms only.
"""

import argparse
import json
import math
import random
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean

from voicetune.examples.example import Example
from voicetune.voice.odd_ones import odd_voices

SAMPLES = Path(__file__).resolve().parent.parent / "data" / "samples"
VOICES = {"A": SAMPLES / "hiring_manager.jsonl", "B": SAMPLES / "nursery_owner.jsonl"}
SHARE = 0.05
HALVES = {"tuning": 0, "final": 1}


def read(path: Path) -> list[tuple[str, str]]:
    """Returns (system message, last answer) of each line of a chat file."""
    found = []
    for line in path.read_text("utf-8").splitlines():
        example = Example(json.loads(line)["messages"])
        found.append((example.system or "", example.answer))
    return found


def answered(text: str) -> Example:
    return Example([{"role": "assistant", "content": text}])


def trial(own: Sequence[str], other: Sequence[str], seed: int) -> tuple[float, float, float]:
    """Mixes and looks; returns (part found, part wrongly named, seconds)."""
    rng = random.Random(seed)
    mine = rng.sample(own, len(own) * 4 // 5)
    strangers = rng.sample(other, min(len(other), round(SHARE * len(mine) / (1 - SHARE))))
    posts = [(text, False) for text in mine] + [(text, True) for text in strangers]
    rng.shuffle(posts)
    began = time.perf_counter()
    named = {odd.row for odd in odd_voices([answered(text) for text, _ in posts])}
    took = time.perf_counter() - began
    hits = sum(strange for row, (_, strange) in enumerate(posts) if row in named)
    wrong = len(named) - hits
    return hits / len(strangers) if strangers else math.nan, wrong / len(mine), took


def show(name: str, trials: Sequence[tuple[float, float, float]]) -> None:
    """Prints one line: means over the trials, the worst of them, seconds a trial."""
    found, wrong, took = zip(*trials, strict=True)
    hits = "" if math.isnan(found[0]) else f"{fmean(found):.0%} (worst {min(found):.0%})"
    print(
        f"  {name:<24}{hits:>18}{fmean(wrong):>9.1%} "
        f"(worst {max(wrong):>5.1%}){fmean(took):>8.2f} s{len(trials):>6} trials"
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.odd_voices")
    parser.add_argument("--generic", type=Path, nargs="*", default=[])
    parser.add_argument("--writers", type=Path, nargs="*", default=[])
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--half", choices=HALVES, default="final")
    chosen = parser.parse_args()
    half = HALVES[chosen.half]
    seeds = range(half, 2 * chosen.seeds, 2)
    voices = {name: [answer for _, answer in read(path)] for name, path in VOICES.items()}
    generic = [answer for path in chosen.generic for _, answer in read(path)]
    by_writer: defaultdict[tuple[Path, str], list[str]] = defaultdict(list)
    for path in chosen.writers:
        for system, answer in read(path):
            by_writer[path, system].append(answer)
    writers = list(by_writer.values())[half::2]
    print(f"{chosen.half} half; found, false alarms, seconds a set")
    for name, own in voices.items():
        show(f"{name} and nothing", [trial(own, [], seed) for seed in seeds])
        for other, posts in voices.items():
            if other != name:
                mixed = [trial(own, posts[half::2], seed) for seed in seeds]
                show(f"{name} with {other}", mixed)
        if generic:
            mixed = [trial(own, generic[half::2], seed) for seed in seeds]
            show(f"{name} with an assistant", mixed)
        if writers:
            mixed = [trial(own, posts, half) for posts in writers]
            show(f"{name} with {len(writers)} writers", mixed)


if __name__ == "__main__":
    main()
