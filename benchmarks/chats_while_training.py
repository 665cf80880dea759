"""Sixteen chats at once while a model trains: their first words, their ends, and whose words.

`python -m benchmarks.chats_while_training [--rounds 5] [--streams 16]`

Starts the engine as the app does, with the starter model, and asks that many different questions in
the same moment over the official SDK, temperature 0: first while nothing trains, then while a job
does. The reference is the same engine at rest. Printed are the medians over all streams of all
rounds: the time to the first piece of text for one chat and for all at once, with the ratio that
training costs (at most 3 is asked for); the longest a stream waited for its first piece or its end
against the median of its round, which says whether any starves; and how many of the texts are those
that the same question gets alone.
"""

import argparse
import json
import os
import platform
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import openai

from voicetune.engine.launcher import EngineProcess

MODEL = "voicetune-starter"
TOKENS = 48
MOST_TIMES = 3.0
TOPICS = (
    *("my new job", "a project that failed", "hiring", "remote work", "a talk I gave", "mentors"),
    *("asking for a raise", "my first month", "a product launch", "burnout", "code reviews"),
    *("meetings", "a career change", "networking", "writing well", "saying no"),
)


@dataclass(frozen=True)
class Timing:
    """What came of one stream, with the seconds to its first piece of text and to its end."""

    text: str
    first: float
    whole: float


@dataclass(frozen=True)
class Figures:
    """Of one state of the engine: one chat's first piece, and the rounds of all at once."""

    one: list[float]
    rounds: list[list[Timing]]

    @property
    def first(self) -> float:
        """The median of the first pieces when all ask at once."""
        return statistics.median(each.first for round_ in self.rounds for each in round_)

    @property
    def whole(self) -> float:
        """The median of the ends when all ask at once."""
        return statistics.median(each.whole for round_ in self.rounds for each in round_)

    def slowest(self, what: str) -> float:
        """The slowest stream of any round against the median of its round."""
        seconds = [[getattr(each, what) for each in round_] for round_ in self.rounds]
        return max(max(each) / statistics.median(each) for each in seconds)


def question(number: int) -> str:
    """Returns a question that no other number asks."""
    topic = TOPICS[number % len(TOPICS)]
    return f"Write a short post about {topic}." + f" Version {number}." * (number >= len(TOPICS))


def ask(client: openai.OpenAI, text: str, together: threading.Barrier | None = None) -> Timing:
    """Asks and reads the stream, once all who wait at the barrier are there."""
    if together:
        together.wait()
    began = time.monotonic()
    words, first = "", None
    for chunk in client.chat.completions.create(
        model=MODEL,
        messages=[{"role": "user", "content": text}],
        temperature=0,
        max_tokens=TOKENS,
        stream=True,
    ):
        piece = chunk.choices[0].delta.content or ""
        if piece and first is None:
            first = time.monotonic() - began
        words += piece
    whole = time.monotonic() - began
    return Timing(words, first or whole, whole)


def measure(client: openai.OpenAI, streams: int, rounds: int) -> Figures:
    """Asks one question alone and then all of them at once, that many times in turns."""
    one, all_rounds = [], []
    with ThreadPoolExecutor(streams) as pool:
        for _ in range(rounds):
            one.append(ask(client, question(0)).first)
            together = threading.Barrier(streams)
            asked = [pool.submit(ask, client, question(n), together) for n in range(streams)]
            all_rounds.append([each.result() for each in asked])
    return Figures(one, all_rounds)


@contextmanager
def training(client: openai.OpenAI) -> Iterator[None]:
    """Trains the starter model until the block ends; RuntimeError where it was over before."""
    rows = [
        {
            "messages": [
                {"role": "user", "content": question(n)},
                {"role": "assistant", "content": f"{n}. " + "What I learned this week. " * 12},
            ]
        }
        for n in range(200)
    ]
    content = "\n".join(map(json.dumps, rows)).encode()
    file = client.files.create(file=("posts.jsonl", content), purpose="fine-tune")
    jobs = client.fine_tuning.jobs
    job = jobs.create(
        model=MODEL,
        training_file=file.id,
        method={"type": "supervised", "supervised": {"hyperparameters": {"n_epochs": 50}}},
    )
    while not any(event.type == "metrics" for event in jobs.list_events(job.id).data):
        time.sleep(0.1)
    yield
    if jobs.retrieve(job.id).status != "running":
        raise RuntimeError("the training was over before the chats were")
    jobs.cancel(job.id)


def main() -> int:
    """Prints the figures; the exit status is 1 where more than asked for is taken."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.chats_while_training")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--streams", type=int, default=16)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        engine = EngineProcess()
        url = engine.start(Path(home))
        client = openai.OpenAI(base_url=url, api_key=engine.token, timeout=600)
        alone = [ask(client, question(n)).text for n in range(arguments.streams)]
        at_rest = measure(client, arguments.streams, arguments.rounds)
        with training(client):
            trained = measure(client, arguments.streams, arguments.rounds)
        engine.stop()
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    print(f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}{load}")
    print(f"{arguments.streams} streams of {TOKENS} tokens, {arguments.rounds} rounds, medians")
    for name, figures in (("at rest", at_rest), ("training", trained)):
        print(
            f"{name:9} one chat: first {statistics.median(figures.one) * 1000:5.0f} ms   "
            f"all at once: first {figures.first * 1000:5.0f} ms, end {figures.whole:5.2f} s   "
            f"slowest/median: first {figures.slowest('first'):.1f}, "
            f"end {figures.slowest('whole'):.1f}"
        )
    one = statistics.median(trained.one) / statistics.median(at_rest.one)
    first = trained.first / at_rest.first
    print(f"training costs the first piece: one chat {one:.2f} x, all at once {first:.2f} x")
    for name, figures in (("at rest", at_rest), ("training", trained)):
        texts = [[each.text for each in round_] for round_ in figures.rounds]
        same = sum(a == b for round_ in texts for a, b in zip(round_, alone, strict=True))
        print(f"{name:9} {same} of {sum(map(len, texts))} texts as alone")
    return 0 if max(one, first) <= MOST_TIMES else 1


if __name__ == "__main__":
    sys.exit(main())
