"""Memory of training, estimated from a model's shape."""

import pytest

from voicetune.engine.failures import EngineError
from voicetune.engine.lora_settings import ALL_LINEAR, Lora
from voicetune.engine.memory import (
    GIB,
    SHARE,
    Shape,
    choose_plan,
    serves_in_four_bits,
    training_bytes,
)

SMOLLM2_135M = Shape(
    parameters=134_515_008,
    layers=30,
    hidden=576,
    feed_forward=1536,
    heads=9,
    vocabulary=49_152,
)
LORA = Lora(16, 32, ALL_LINEAR)
LLAMA_8B = Shape(
    parameters=8_030_261_248,
    layers=32,
    hidden=4096,
    feed_forward=14_336,
    heads=32,
    vocabulary=128_256,
)


def needed(**changes):
    usual = {"rows": 4, "longest": 512, "lora": LORA, "number": 2, "checkpointing": False}
    return training_bytes(SMOLLM2_135M, **{**usual, **changes})


def plan(free, **changes):
    usual = {"batch": 4, "longest": 512, "lora": LORA, "number": 2}
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


def test_an_adapter_takes_memory_by_its_rank_and_layers():
    attention = Lora(16, 32, ("q_proj", "v_proj"))
    assert SMOLLM2_135M.adapter_parameters(LORA) == 16 * 30 * (8 * 576 + 3 * (576 + 1536))
    assert SMOLLM2_135M.adapter_parameters(attention) == 16 * 30 * 4 * 576
    assert SMOLLM2_135M.adapter_parameters(Lora(8, 32, ("gate_proj",))) == 8 * 30 * (576 + 1536)
    saved = SMOLLM2_135M.adapter_parameters(LORA) - SMOLLM2_135M.adapter_parameters(attention)
    assert needed() - needed(lora=attention) == 16 * saved


def large(gigabytes, four_bits="here", **changes):
    usual = {"batch": 4, "longest": 256, "lora": LORA, "number": 2}
    free = round(gigabytes * GIB)
    return choose_plan(LLAMA_8B, free=free, four_bits=four_bits, **{**usual, **changes})


def test_weights_in_four_bits_take_a_quarter_but_for_what_embeds_and_what_makes_logits():
    in_half = LLAMA_8B.weight_bytes(2)
    packed = LLAMA_8B.weight_bytes(2, four_bits=True, rest=2)
    assert in_half == 2 * LLAMA_8B.parameters
    kept = 2 * LLAMA_8B.hidden * LLAMA_8B.vocabulary
    assert packed == pytest.approx(0.516 * (LLAMA_8B.parameters - kept) + 2 * kept, rel=1e-6)
    starter = Shape(12_500_000, 8, 320, 864, 5, 8192)
    assert starter.weight_bytes(4, four_bits=True) < starter.weight_bytes(4)


def test_four_bits_are_taken_only_where_nothing_else_fits():
    assert not large(40).four_bits
    assert (large(21).checkpointing, large(21).four_bits) == (True, False)
    tight = large(16)
    assert tight.four_bits
    assert tight.bytes <= 16 * GIB * SHARE


@pytest.mark.parametrize("four_bits", ["installable", "never"])
def test_four_bits_are_never_taken_where_they_cannot_be(four_bits):
    with pytest.raises(EngineError):
        large(16, four_bits)


def test_a_refusal_says_that_bitsandbytes_would_help_only_where_it_would():
    with pytest.raises(EngineError, match="fit in 4 bits with bitsandbytes installed"):
        large(16, "installable")
    for gigabytes, four_bits in ((16, "never"), (4, "installable"), (4, "here")):
        with pytest.raises(EngineError) as refused:
            large(gigabytes, four_bits)
        assert "bitsandbytes" not in refused.value.message


def test_in_four_bits_longer_examples_fit_before_they_are_to_be_shortened():
    with pytest.raises(EngineError, match="shorten every example to"):
        large(16, longest=8192)


def test_a_model_answers_in_four_bits_only_where_its_weights_do_not_fit():
    asked = {"number": 2, "four_bits": "here"}
    assert not serves_in_four_bits(LLAMA_8B, free=24 * GIB, **asked)
    assert serves_in_four_bits(LLAMA_8B, free=12 * GIB, **asked)
    assert not serves_in_four_bits(LLAMA_8B, free=12 * GIB, number=2, four_bits="installable")
