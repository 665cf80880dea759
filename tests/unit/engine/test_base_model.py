"""How a base model is loaded on machines that are not this one: what is decided, what is asked."""

from pathlib import Path

import pytest
import torch

from voicetune.engine import base_model


@pytest.mark.parametrize(
    ("cuda", "installed", "answer"),
    [(False, True, "never"), (True, False, "installable"), (True, True, "here")],
)
def test_four_bits_need_cuda_and_bitsandbytes(
    monkeypatch: pytest.MonkeyPatch, cuda: bool, installed: bool, answer: str
):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda)
    found = {"bitsandbytes": object() if installed else None}
    monkeypatch.setattr(base_model, "find_spec", found.__getitem__)
    assert base_model.four_bits() == answer


@pytest.mark.parametrize(
    ("cuda", "capabilities", "pays"),
    [(False, {}, False), (False, {"avx512_bf16": True}, True), (True, {}, True)],
    ids=["Apple's chips", "a processor with bfloat16", "a GPU with bfloat16"],
)
def test_bfloat16_is_computed_in_only_where_the_machine_has_it(
    monkeypatch: pytest.MonkeyPatch, cuda: bool, capabilities: dict[str, bool], pays: bool
):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda)
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda: True)
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: capabilities)
    precision = base_model.training_precision()
    assert precision.autocast is pays
    assert precision.weights == (torch.bfloat16 if pays else torch.float32)


def test_weights_in_four_bits_are_nf4_quantised_twice_and_computed_in_the_wanted_format(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    from transformers import AutoModelForCausalLM

    asked = {}
    monkeypatch.setattr(
        AutoModelForCausalLM, "from_pretrained", lambda folder, **options: asked.update(options)
    )
    base_model.load_model(tmp_path, torch.bfloat16)
    assert "quantization_config" not in asked
    base_model.load_model(tmp_path, torch.bfloat16, four_bits=True)
    config = asked["quantization_config"]
    assert (config.load_in_4bit, config.bnb_4bit_quant_type) == (True, "nf4")
    assert config.bnb_4bit_use_double_quant
    assert config.bnb_4bit_compute_dtype == torch.bfloat16
    assert asked["use_safetensors"]
    assert not asked["trust_remote_code"]


def test_a_model_answers_in_four_bits_where_it_would_not_fit_otherwise(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    shape = {"hidden_size": 4096, "num_hidden_layers": 32, "vocab_size": 128_256}
    monkeypatch.setattr(base_model, "describe", lambda folder: (shape, 8_030_261_248))
    monkeypatch.setattr(base_model, "serving_dtype", lambda folder: torch.bfloat16)
    monkeypatch.setattr(base_model, "four_bits", lambda: "here")
    for gigabytes, answer in ((24, False), (12, True)):
        free = gigabytes * 2**30
        monkeypatch.setattr(base_model, "free_bytes", lambda free=free: free)
        assert base_model.answers_in_four_bits(tmp_path) is answer
    monkeypatch.setattr(base_model, "four_bits", lambda: "never")
    assert not base_model.answers_in_four_bits(tmp_path)
