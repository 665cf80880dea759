"""LoRA's settings: from the defaults by size, and from an adapter that is there."""

import json
from pathlib import Path

import pytest

from voicetune.engine.lora_settings import ALL_LINEAR, Lora


def test_the_defaults_go_by_the_size_of_the_model():
    assert Lora.default(12_500_000) == Lora(32, 64, ALL_LINEAR)
    assert Lora.default(600_000_000) == Lora(16, 32, ALL_LINEAR)


@pytest.mark.parametrize(
    ("targets", "words"),
    [
        ("all-linear", "rank 4, alpha 8, on all linear layers"),
        (["v_proj", "q_proj"], "rank 4, alpha 8, on the layers q_proj, v_proj"),
        (
            ["model.layers.0.self_attn.q_proj", "model.layers.1.self_attn.q_proj"],
            "rank 4, alpha 8, on the layers q_proj",
        ),
        (None, "rank 4, alpha 8"),
    ],
)
def test_an_adapter_says_its_own(tmp_path: Path, targets: object, words: str):
    config = {"r": 4, "lora_alpha": 8, "peft_type": "LORA"}
    if targets is not None:
        config["target_modules"] = targets
    (tmp_path / "adapter_config.json").write_text(json.dumps(config))
    assert Lora.of(tmp_path).words == words


def test_peft_takes_the_settings_by_its_own_names():
    from peft import LoraConfig

    config = LoraConfig(**Lora(3, 12, ("q_proj", "down_proj")).settings)
    assert (config.r, config.lora_alpha) == (3, 12)
    assert config.target_modules == {"q_proj", "down_proj"}
