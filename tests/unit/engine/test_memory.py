"""Memory of training, estimated from a model's shape."""

import pytest

from voicetune.engine.failures import EngineError
from voicetune.engine.memory import GIB, SHARE, Shape, choose_plan, training_bytes

SMOLLM2_135M = Shape(
    parameters=134_515_008,
    layers=30,
    hidden=576,
    feed_forward=1536,
    heads=9,
    vocabulary=49_152,
)


def needed(**changes):
    usual = {"rows": 4, "longest": 512, "rank": 16, "number": 2, "checkpointing": False}
    return training_bytes(SMOLLM2_135M, **{**usual, **changes})


def plan(free, **changes):
    usual = {"batch": 4, "longest": 512, "rank": 16, "number": 2}
    return choose_plan(SMOLLM2_135M, free=free, **{**usual, **changes})


def test_a_shape_is_read_from_a_config_also_of_a_model_with_more_than_text():
    text = {
        "hidden_size": 576,
        "num_hidden_layers": 30,
        "intermediate_size": 1536,
        "num_attention_heads": 9,
        "vocab_size": 49_152,
    }
    assert Shape.of(text, 134_515_008) == SMOLLM2_135M
    assert Shape.of({"text_config": text}, 134_515_008) == SMOLLM2_135M


def test_more_rows_longer_ones_and_wider_numbers_take_more():
    assert needed(rows=8) > needed()
    assert needed(longest=1024) > 2 * needed() - needed(rows=0)
    assert needed(number=4) - needed() == 2 * SMOLLM2_135M.parameters
    assert needed(checkpointing=True) < needed()


def test_with_room_the_whole_batch_goes_at_once():
    found = plan(64 * GIB)
    assert (found.rows, found.checkpointing) == (4, False)
    assert found.bytes == needed()


def test_with_less_room_the_batch_is_cut_before_anything_is_computed_twice():
    assert plan(needed(rows=2) / SHARE).rows == 2
    assert not plan(needed(rows=1) / SHARE).checkpointing
    found = plan(needed(rows=1, checkpointing=True) / SHARE)
    assert (found.rows, found.checkpointing) == (1, True)


def test_what_does_not_fit_is_refused_with_what_would():
    with pytest.raises(EngineError, match="shorten every example to 512 tokens"):
        plan(needed(rows=1, checkpointing=True) / SHARE + 1, longest=8192)
    with pytest.raises(EngineError, match="use a computer with more memory"):
        plan(GIB / 8)
