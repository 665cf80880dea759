import random

from hypothesis import given
from hypothesis import strategies as st

from voicetune.engine.batching_by_length import LengthSampler, batch_order


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
    sampler = LengthSampler([9, 3, 7, 5, 1, 8], batch_size=2, seed=7)
    first = list(sampler)
    sampler.epoch = 1
    assert list(sampler) == batch_order([9, 3, 7, 5, 1, 8], 2, 7, 1) != first
    assert len(sampler) == 6
