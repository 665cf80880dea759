"""Questions that ask nearly the same, found among unrelated ones: precision, recall, F1.

`python -m benchmarks.near_duplicates [--sizes 100 1000 5000] [--half final] [--show 0]`

A set is one half of the labelled pairs in benchmarks/data (see its README) among 100, 1,000 or
5,000 unrelated questions. Only the paraphrases count as right; a look-alike, or any other two
questions said to be near, counts as wrong. VoiceTune's measure runs as it ships. Each other method
gets, for each size apart, the threshold that is best on the tuning half:

- exact: the same but for case, spacing and marks;
- rapidfuzz: ratio, token_sort_ratio, token_set_ratio;
- MinHash: estimated Jaccard similarity of 128 permutations, of words and of character trigrams;
- each of these once more on the questions without their request frame (`frames.stripped`), the
  half of VoiceTune's measure that the others could borrow;
- embedding: cosine of the sentence model, where requirements-embeddings.txt is installed.

Last come the eight pairs of well-known trouble, judged two by two.
"""

import argparse
import json
import math
import random
import re
import time
from collections.abc import Callable, Iterable, Sequence
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

import numpy as np
from datasketch import MinHash
from rapidfuzz import fuzz, process

from voicetune.examples.duplicates import near_duplicate_questions
from voicetune.examples.example import Example
from voicetune.examples.frames import stripped
from voicetune.examples.meaning import SentenceModel, model_folder

DATA = Path(__file__).resolve().parent / "data"
HALVES = {"tuning": 0, "final": 1}
EIGHT = (
    ("How to network?", "How do I network?", True),
    ("How to network?", "Ways to network?", True),
    ("How do I network?", "Ways to network?", True),
    ("Tips for a first-time manager?", "Advice for new managers?", True),
    (
        "Write a LinkedIn post about my promotion",
        "Draft a post announcing that I was promoted",
        True,
    ),
    ("Write a post about burnout", "Write a post about hiring", False),
    ("What is your view on remote work?", "What is your view on AI at work?", False),
    ("How do I write a hook?", "How do I write a headline?", False),
)

_LEAST_ALIKE = 55
"""Of 100: what rapidfuzz finds less alike counts as 0, which saves it most of the time."""

Pairs = set[tuple[int, int]]
Similarities = Callable[[Sequence[str]], np.ndarray]
"""Returns for the texts one number a pair, in the order of `numpy.triu_indices(n, 1)`."""


class Score(NamedTuple):
    """How the pairs found compare with those wanted."""

    precision: float
    recall: float
    f1: float

    def __str__(self) -> str:
        return f"{self.precision:>7.2f}{self.recall:>7.2f}{self.f1:>7.2f}"


def scored(right: int, found: int, wanted: int) -> Score:
    precision = right / found if found else 1.0
    return Score(precision, right / wanted, 2 * right / (found + wanted))


def read_pairs(name: str, half: str) -> list[tuple[str, str]]:
    """Returns one half of the pairs of a file."""
    lines = (DATA / name).read_text("utf-8").splitlines()[HALVES[half] :: 2]
    pairs = [line.split("\t") for line in lines]
    return [(one, other) for one, other in pairs]


def unrelated(count: int, half: str) -> list[str]:
    """Makes questions of which no two share more than the frame and one word that counts."""
    parts = json.loads((DATA / "unrelated.json").read_text("utf-8"))
    rng = random.Random(f"{half} {count}")
    used: set[tuple[str, ...]] = set()
    made: list[str] = []
    while len(made) < count:
        verb = rng.choice(parts["verbs"])
        one, other = rng.sample(parts["things"], 2)
        twos = {(verb, one), (verb, other), tuple(sorted((one, other)))}
        if not twos & used:
            used |= twos
            words = _a(one), f"{rng.choice(parts['links'])} {_a(other)}"
            made.append(rng.choice(parts["frames"]).format(verb, *words))
    return made


def _a(thing: str) -> str:
    return f"an {thing}" if thing[0] in "aeiou" else f"a {thing}"


def mixed(size: int, half: str) -> tuple[list[str], Pairs]:
    """Returns the questions of a set, shuffled, and the positions of its paraphrases."""
    same, different = read_pairs("paraphrases.tsv", half), read_pairs("look_alikes.tsv", half)
    questions = [q for pair in [*same, *different] for q in pair] + unrelated(size, half)
    random.Random(size).shuffle(questions)
    at = {question: position for position, question in enumerate(questions)}
    return questions, {(min(at[a], at[b]), max(at[a], at[b])) for a, b in same}


def examples(questions: Iterable[str]) -> list[Example]:
    return [Example([{"role": "user", "content": question}]) for question in questions]


def voicetune(questions: Sequence[str]) -> Pairs:
    """The pairs of every group that VoiceTune shows."""
    groups = near_duplicate_questions(examples(questions))
    return {pair for group in groups for pair in combinations(group, 2)}


def plain(text: str) -> str:
    return " ".join(re.findall(r"[\w'’]+", text.casefold()))


def upper(whole: np.ndarray) -> np.ndarray:
    return np.concatenate([row[number + 1 :] for number, row in enumerate(whole)])


def exact(texts: Sequence[str]) -> np.ndarray:
    numbers = {text: number for number, text in enumerate(dict.fromkeys(texts))}
    which = np.array([numbers[text] for text in texts])
    return upper((which[:, None] == which).astype(np.float32))


def rapidfuzz_by(scorer: Callable[..., float]) -> Similarities:
    return lambda texts: upper(
        process.cdist(texts, texts, scorer=scorer, dtype=np.uint8, score_cutoff=_LEAST_ALIKE)
    )


def minhash_of(parts_of: Callable[[str], set[str]]) -> Similarities:
    def similarities(texts: Sequence[str]) -> np.ndarray:
        signatures = []
        for text in texts:
            signature = MinHash(num_perm=128, seed=1)
            signature.update_batch([part.encode() for part in parts_of(text)])
            signatures.append(signature.hashvalues)
        rows = np.array(signatures)
        alike = np.array([(rows == row).mean(axis=1, dtype=np.float32) for row in rows])
        return upper(alike)

    return similarities


def trigrams(text: str) -> set[str]:
    padded = f" {text} "
    return {padded[i : i + 3] for i in range(max(1, len(padded) - 2))}


def embedding() -> Similarities | None:
    """Returns the measure of the sentence model, or None where it is not installed."""
    folder = model_folder()
    if folder is None:
        return None
    model = SentenceModel(folder)

    def similarities(texts: Sequence[str]) -> np.ndarray:
        vectors = model.vectors_of(texts)
        return upper(vectors @ vectors.T)

    return similarities


def best_threshold(values: np.ndarray, wanted: np.ndarray) -> float:
    """Returns the value from which taking pairs gives the best F1."""
    likely = np.flatnonzero((values >= np.quantile(values, 0.98)) & (values > 0))
    order = likely[np.argsort(values[likely], kind="stable")[::-1]]
    if not len(order):
        return math.inf
    right = np.cumsum(wanted[order])
    f1 = 2 * right / (np.arange(1, len(order) + 1) + np.count_nonzero(wanted))
    # Equal values are taken or left together.
    last = np.append(np.diff(values[order]) != 0, True)
    return float(values[order][np.argmax(np.where(last, f1, 0))])


def marked(pairs: Pairs, count: int) -> np.ndarray:
    whole = np.zeros((count, count), bool)
    for one, other in pairs:
        whole[one, other] = True
    return upper(whole)


def measure(name: str, similarities: Similarities, size: int, half: str, strip: bool) -> Score:
    """Scores a method on one half with the threshold that is best on the tuning half."""

    def prepared(questions: Sequence[str]) -> list[str]:
        return [plain(stripped(q) if strip else q) for q in questions]

    tuning, pairs = mixed(size, "tuning")
    values = similarities(prepared(tuning))
    threshold = best_threshold(values, marked(pairs, len(tuning)))
    questions, pairs = mixed(size, half)
    began = time.perf_counter()
    values = similarities(prepared(questions))
    found = values >= threshold
    took = time.perf_counter() - began
    right = np.count_nonzero(found & marked(pairs, len(questions)))
    score = scored(right, int(np.count_nonzero(found)), len(pairs))
    print(f"  {name:<34}{score}{took:>8.2f} s   at {threshold:.2f}")
    return score


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.near_duplicates")
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 1_000, 5_000])
    parser.add_argument("--half", choices=HALVES, default="final")
    parser.add_argument("--show", type=int, default=0, help="VoiceTune's mistakes to print")
    chosen = parser.parse_args()
    methods: dict[str, Similarities] = {
        "exact": exact,
        "rapidfuzz ratio": rapidfuzz_by(fuzz.ratio),
        "rapidfuzz token_sort_ratio": rapidfuzz_by(fuzz.token_sort_ratio),
        "rapidfuzz token_set_ratio": rapidfuzz_by(fuzz.token_set_ratio),
        "MinHash of words": minhash_of(lambda text: set(text.split())),
        "MinHash of trigrams": minhash_of(trigrams),
    }
    for size in chosen.sizes:
        questions, wanted = mixed(size, chosen.half)
        print(f"\n{chosen.half} half among {size:,}: {len(questions):,} questions")
        print(f"  {'':<34}{'P':>7}{'R':>7}{'F1':>7}")
        began = time.perf_counter()
        found = voicetune(questions)
        took = time.perf_counter() - began
        ours = scored(len(found & wanted), len(found), len(wanted))
        print(f"  {'VoiceTune, as it ships':<34}{ours}{took:>8.2f} s")
        others = [
            measure(name + (", frames off" if strip else ""), method, size, chosen.half, strip)
            for strip in (False, True)
            for name, method in methods.items()
        ]
        best = max(score.f1 for score in others)
        verdict = "better than" if ours.f1 > best else "NOT better than"
        print(
            f"  VoiceTune is {verdict} the best other light measure: {ours.f1:.2f} and {best:.2f}"
        )
        if by_meaning := embedding():
            measure("embedding, the sentence model", by_meaning, size, chosen.half, strip=False)
        for kind, pairs in (("missed", wanted - found), ("wrong", found - wanted)):
            for one, other in sorted(pairs)[: chosen.show]:
                print(f"    {kind}: {questions[one]} | {questions[other]}")
    print("\nThe eight pairs, after frame stripping:")
    for one, other, same in EIGHT:
        near = bool(near_duplicate_questions(examples([one, other])))
        verdict = "right" if near == same else "WRONG"
        print(f"  {verdict}: {'same' if near else 'different'}: {one} | {other}")


if __name__ == "__main__":
    main()
