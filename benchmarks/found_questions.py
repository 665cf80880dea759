"""How often a suggested topic shares its content words with the question that was really asked.

`python -m benchmarks.found_questions [--file OTHER.jsonl] [--show 5]`

The sample voices have real questions. The rules see only the answers; then the content words of
what they suggest are compared with those of the question (`voicetune.examples.frames`, request
frames taken off, crudely stemmed). Beside it, as references:

- "hook": all content words of the post's first sentence, the usual guess at a topic;
- "rarest": as many words as the topic has, those rarest in the set (tf-idf);
- "whole post": every word of the post, the most that any choice of its words could reach.

A longer topic hits more easily, so the mean number of its content words is printed with it, and
with them precision (which share of a topic's words the question has) and recall. The rules were
chosen on the even rows; the odd rows are printed apart.
"""

import argparse
import json
import math
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from statistics import fmean

from voicetune.examples.frames import content_words, stripped
from voicetune.questions.forms import form_of
from voicetune.questions.post import Post
from voicetune.questions.prose import prose_of
from voicetune.questions.rules import suggest

SAMPLES = Path(__file__).resolve().parent.parent / "data" / "samples"
VOICES = (SAMPLES / "hiring_manager.jsonl", SAMPLES / "nursery_owner.jsonl")

Words = frozenset[str]


def read(path: Path) -> list[tuple[str, str]]:
    """Returns (question, answer) of each conversation in a file."""
    pairs = []
    for line in path.read_text("utf-8").splitlines():
        turns = {m["role"]: m["content"] for m in json.loads(line)["messages"]}
        pairs.append((turns["user"], turns["assistant"]))
    return pairs


def words(text: str) -> Words:
    """Returns the content words of a question or phrase."""
    return content_words(stripped(text))


def whole(text: str) -> Words:
    """Returns the content words of a text however long, sentence by sentence."""
    return frozenset().union(*(content_words(s.casefold()) for s in prose_of(text).sentences))


def rarest(answers: Sequence[str], many: Callable[[int], int]) -> list[Words]:
    """Returns the words of each answer with the highest tf-idf, `many(row)` of them."""
    texts = [[w for s in prose_of(a).sentences for w in content_words(s.lower())] for a in answers]
    posts = Counter(word for text in texts for word in set(text))
    chosen = []
    for row, text in enumerate(texts):
        score = {w: n * math.log(len(texts) / posts[w]) for w, n in Counter(text).items()}
        chosen.append(frozenset(sorted(score, key=lambda w: (-score[w], w))[: many(row)]))
    return chosen


def line(name: str, guessed: Sequence[Words], asked: Sequence[Words], rows: Iterable[int]) -> str:
    """Returns one line of figures for a way of guessing."""
    rows = list(rows)
    shared = [len(guessed[r] & asked[r]) for r in rows]
    precision = fmean(s / max(1, len(guessed[r])) for s, r in zip(shared, rows, strict=True))
    recall = fmean(s / max(1, len(asked[r])) for s, r in zip(shared, rows, strict=True))
    size = fmean(len(guessed[r]) for r in rows)
    hits = fmean(s > 0 for s in shared)
    return f"  {name:<22}{hits:>6.0%}{precision:>11.0%}{recall:>8.0%}{size:>7.1f}"


def report(path: Path, show: int) -> None:
    """Prints the figures of one file."""
    pairs = read(path)
    posts = [Post(str(row), answer) for row, (_, answer) in enumerate(pairs)]
    began = time.perf_counter()
    suggested = suggest(posts)
    took = time.perf_counter() - began
    asked = [words(question) for question, _ in pairs]
    first = [words(s[0].topic) if s else frozenset() for s in suggested]
    any_of = [frozenset().union(*(words(each.topic) for each in s)) for s in suggested]
    ways = {
        "first suggestion": first,
        "all suggestions": any_of,
        "rarest, as many": rarest([a for _, a in pairs], lambda r: len(any_of[r])),
        "hook": [content_words(prose_of(a).hook.casefold()) for _, a in pairs],
        "whole post": [whole(a) for _, a in pairs],
    }
    none = sum(not s for s in suggested)
    print(f"\n{path.name}: {len(pairs)} posts in {took:.2f} s, {none} without a suggestion")
    for half, rows in (
        ("even rows", range(0, len(pairs), 2)),
        ("odd rows", range(1, len(pairs), 2)),
    ):
        print(f"  {half:<22}{'hits':>6}{'precision':>11}{'recall':>8}{'words':>7}")
        for name, guessed in ways.items():
            print(line(name, guessed, asked, rows))
    offered = Counter(s[0].form for s in suggested if s)
    real = Counter(form_of(question) for question, _ in pairs)
    print("  forms suggested first:", ", ".join(f"{f} {n}" for f, n in offered.most_common()))
    print("  forms really asked:   ", ", ".join(f"{f} {n}" for f, n in real.most_common()))
    for row in range(0, 2 * show, 2):
        print(f"\n  asked: {pairs[row][0]}")
        for each in suggested[row]:
            print(f"      {each.prompt}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--file", type=Path, action="append", help="chat JSONL instead of samples")
    parser.add_argument("--show", type=int, default=0, help="suggestions to print, even rows only")
    chosen = parser.parse_args()
    for path in chosen.file or VOICES:
        report(path, chosen.show)


if __name__ == "__main__":
    main()
