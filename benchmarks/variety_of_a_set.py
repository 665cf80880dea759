"""Seconds to find the topics, subjects, shapes and drift of 10,000 examples.

`python -m benchmarks.variety_of_a_set [--examples 10000] [--rounds 3]`

The reference is scikit-learn used plainly for topics: TfidfVectorizer with its own tokens and
English stop words, and KMeans with as many groups on its sparse rows. Both work on the same
examples, mixed from the sample voices' sentences, in the same process and in turn; imports are
done before. Dates are spread over ten years.
"""

import argparse
import platform
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from sklearn.cluster import KMeans
from sklearn.feature_extraction.text import TfidfVectorizer

from benchmarks.checks_and_tokens import make_examples
from voicetune.examples.example import Example
from voicetune.variety import coverage, shapes, timeline, topics

SEED = 7


def plain_topics(examples: list[Example], groups: int) -> None:
    """Groups the examples as scikit-learn's own documentation does."""
    texts = [f"{example.question}\n{example.answer}" for example in examples]
    rows = TfidfVectorizer(stop_words="english", max_df=0.5, min_df=4).fit_transform(texts)
    KMeans(groups, n_init=4, random_state=SEED).fit(rows)


def seconds(work: Callable[[], object]) -> float:
    """Returns how long a piece of work takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--examples", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    begin = date(2016, 1, 1)
    examples = [
        replace(Example(made["messages"]), written_on=begin + timedelta(days=n * 3650 // count))
        for count in [chosen.examples]
        for n, made in enumerate(make_examples(count))
    ]
    groups = len(topics.find_topics(examples[:500]).named)
    works: dict[str, Callable[[], object]] = {
        "topics and their map": lambda: topics.find_topics(examples),
        "reference: plain TF-IDF and k-means": lambda: plain_topics(examples, max(2, groups)),
        "usual subjects": lambda: coverage.coverage(examples),
        "forms and lengths": lambda: shapes.shapes(examples),
        "time and drift": lambda: timeline.timeline(examples),
    }
    taken: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(chosen.rounds):
        for name, work in works.items():
            taken[name].append(seconds(work))
    print(f"{chosen.examples:,} examples, {platform.machine()}, median of {chosen.rounds} rounds")
    median = {name: statistics.median(times) for name, times in taken.items()}
    for name, took in median.items():
        print(f"  {name:<38}{took:>8.2f} s")
    ours = median["topics and their map"]
    reference = median["reference: plain TF-IDF and k-means"]
    print(f"  ratio, topics to reference{ours / reference:>20.2f}")


if __name__ == "__main__":
    main()
