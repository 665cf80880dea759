import math
from collections import Counter

import pytest
import torch

from voicetune.engine.sampling import Sampler, Sampling

LOGITS = torch.tensor([math.log(0.5), math.log(0.3), math.log(0.15), math.log(0.05)])


def picks(sampling, seed=1, count=4000):
    counts = Counter(Sampler(sampling, seed * 1000 + i).pick(LOGITS) for i in range(count))
    return {token: n / count for token, n in counts.items()}


def test_draws_by_the_models_own_chances():
    shares = picks(Sampling())
    for token, share in enumerate((0.5, 0.3, 0.15, 0.05)):
        assert shares[token] == pytest.approx(share, abs=0.03)


def test_temperature_0_takes_the_likeliest():
    assert picks(Sampling(temperature=0), count=20) == {0: 1.0}


def test_a_high_temperature_evens_the_chances_out():
    shares = picks(Sampling(temperature=2))
    weights = [math.sqrt(p) for p in (0.5, 0.3, 0.15, 0.05)]
    for token, weight in enumerate(weights):
        assert shares[token] == pytest.approx(weight / sum(weights), abs=0.03)


@pytest.mark.parametrize(
    ("top_p", "kept"), [(0.5, {0}), (0.51, {0, 1}), (0.81, {0, 1, 2}), (0.0, {0})]
)
def test_top_p_keeps_the_fewest_tokens_that_reach_it(top_p, kept):
    assert set(picks(Sampling(top_p=top_p), count=600)) == kept


def test_penalties_grow_with_what_was_written():
    sampler = Sampler(Sampling(temperature=0, frequency_penalty=0.4), seed=1)
    assert [sampler.pick(LOGITS) for _ in range(4)] == [0, 0, 1, 0]
    once = Sampler(Sampling(temperature=0, presence_penalty=0.6), seed=1)
    assert [once.pick(LOGITS) for _ in range(4)] == [0, 1, 0, 0]


def test_a_penalty_does_not_change_the_logits_of_others():
    kept = LOGITS.clone()
    sampler = Sampler(Sampling(presence_penalty=2.0), seed=1)
    for _ in range(3):
        sampler.pick(LOGITS)
    assert torch.equal(LOGITS, kept)


def test_a_seed_repeats_itself_and_no_seed_does_not():
    def run(seed):
        sampler = Sampler(Sampling(), seed)
        return [sampler.pick(torch.zeros(1000)) for _ in range(8)]

    assert run(5) == run(5) != run(6)
    assert run(None) != run(None)
