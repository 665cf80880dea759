import random
from itertools import chain

from hypothesis import given
from hypothesis import strategies as st

from voicetune.engine.batching_by_length import Batches, batch_order
from voicetune.engine.ranks import Ranks


@given(
    st.lists(st.integers(1, 500), min_size=1, max_size=120), st.integers(1, 16), st.integers(0, 9)
)
def test_every_example_comes_once_an_epoch(lengths, batch_size, epoch):
    assert sorted(batch_order(lengths, batch_size, 7, epoch)) == list(range(len(lengths)))


def test_the_same_seed_and_epoch_give_the_same_order_and_others_do_not():
    lengths = [random.Random(1).randint(5, 50) for _ in range(40)]
    assert batch_order(lengths, 4, 7, 2) == batch_order(lengths, 4, 7, 2)
    assert batch_order(lengths, 4, 7, 2) != batch_order(lengths, 4, 7, 3)
    assert batch_order(lengths, 4, 7, 2) != batch_order(lengths, 4, 8, 2)


def test_little_is_padded():
    rng = random.Random(3)
    lengths = [rng.randint(50, 400) for _ in range(400)]

    def padded(order):
        batches = [order[i : i + 8] for i in range(0, len(order), 8)]
        return sum(len(b) * max(lengths[i] for i in b) for b in batches) / sum(lengths)

    assert padded(batch_order(lengths, 8, 7, 0)) < 1.06
    assert padded(list(range(400))) > 1.4


def test_the_sampler_follows_the_epoch():
    sampler = Batches([9, 3, 7, 5, 1, 8], batch_size=2, seed=7)
    first = list(chain(*sampler))
    sampler.epoch = 1
    assert list(chain(*sampler)) == batch_order([9, 3, 7, 5, 1, 8], 2, 7, 1) != first
    assert len(sampler) == 3


@given(st.integers(1, 60), st.integers(1, 12), st.integers(1, 5), st.integers(1, 4))
def test_processes_share_every_batch_and_take_as_many_steps(examples, batch_size, count, rows):
    lengths = [1 + number % 7 for number in range(examples)]
    batch_size = min(batch_size, examples)
    everyone = [
        Batches(lengths, batch_size, 7, rows=rows, ranks=Ranks(index, count))
        for index in range(count)
    ]
    order = batch_order(lengths, batch_size, 7, 0)
    steps = [order[start : start + batch_size] for start in range(0, examples, batch_size)]
    cut = [list(batches) for batches in everyone]
    assert [len(parts) for parts in cut] == [len(batches) for batches in everyone]
    for number, step in enumerate(steps):
        taken = [
            index
            for batches, parts in zip(everyone, cut, strict=True)
            for part in parts[number * batches.parts : (number + 1) * batches.parts]
            for index in part
        ]
        assert sorted(index for index in taken if index < examples) == sorted(step)
    assert all(len(part) <= rows for parts in cut for part in parts)
