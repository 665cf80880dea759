"""A workspace with a small data set, and a scripted place to train it at."""

import dataclasses
from datetime import timedelta

import pytest

from tests.stand_in import KEY, running_stand_in
from voicetune.examples.example import Example
from voicetune.providers.client import Place
from voicetune.providers.profiles import load_profiles
from voicetune.runs.launch import Settings, launch, prepare
from voicetune.workspace.datasets import create_dataset
from voicetune.workspace.examples import add_examples
from voicetune.workspace.schema import now

SYSTEM = "You are a plant nursery owner. 🌱"


def example(number, split="training", **changes):
    return Example(
        [
            {"role": "system", "content": SYSTEM},
            {"role": "user", "content": f"Question {number}?"},
            {"role": "assistant", "content": f"Żółta róża {number}, naturalnie."},
        ],
        split=split,
        **changes,
    )


class Clock:
    """A moment that only the test moves on."""

    def __init__(self):
        self.moment = now()

    def __call__(self):
        return self.moment

    def forward(self, seconds):
        self.moment += timedelta(seconds=seconds)


@pytest.fixture
def dataset(ws):
    number = create_dataset(ws, "Nursery")
    rows = [example(n) for n in range(12)]
    rows += [example(12, "validation"), example(13, "validation"), example(14, include=False)]
    add_examples(ws, number, rows, "Add")
    return number


@pytest.fixture
def stand_in():
    with running_stand_in() as place:
        yield place


@pytest.fixture
def place(stand_in):
    return Place(load_profiles()["local"], stand_in.base_url, KEY)


@pytest.fixture
def gone(place):
    """The same place with nobody at its address: the connection is refused at once."""
    return dataclasses.replace(place, base_url="http://127.0.0.1:9/v1")


@pytest.fixture
def prepared(ws, dataset, place):
    return prepare(ws, dataset, place, "tiny", Settings(n_epochs=3, suffix="roses", seed=5), "k1")


@pytest.fixture
def launched(ws, prepared, place):
    return launch(ws, prepared, place)
