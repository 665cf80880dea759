"""Tiny random models in the shapes of the open models that people take: a few thousand weights."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.unit.engine.tiny import MARKED, STRICT, THINKING, UNMARKED, make_tokenizer

_SIZE = {
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 256,
}


def _smollm2(**common: Any) -> Any:
    from transformers import LlamaConfig, LlamaForCausalLM

    return LlamaForCausalLM(LlamaConfig(num_hidden_layers=2, **_SIZE, **common))


def _qwen3(**common: Any) -> Any:
    from transformers import Qwen3Config, Qwen3ForCausalLM

    return Qwen3ForCausalLM(Qwen3Config(num_hidden_layers=2, head_dim=8, **_SIZE, **common))


def _smollm3(**common: Any) -> Any:
    from transformers import SmolLM3Config, SmolLM3ForCausalLM

    # Every fourth layer has no positions, as in the real one.
    return SmolLM3ForCausalLM(SmolLM3Config(num_hidden_layers=4, **_SIZE, **common))


def _granite4(**common: Any) -> Any:
    from transformers import GraniteMoeHybridConfig, GraniteMoeHybridForCausalLM

    config = GraniteMoeHybridConfig(
        num_hidden_layers=2,
        layer_types=["full_attention"] * 2,
        num_local_experts=0,
        shared_intermediate_size=48,
        position_embedding_type="rope",
        mamba_n_heads=8,
        mamba_d_head=8,
        embedding_multiplier=12.0,
        logits_scaling=8.0,
        residual_multiplier=0.22,
        attention_multiplier=0.125,
        **_SIZE,
        **common,
    )
    return GraniteMoeHybridForCausalLM(config)


def _gemma4(**common: Any) -> Any:
    from transformers import Gemma4ForCausalLM, Gemma4TextConfig

    config = Gemma4TextConfig(
        num_hidden_layers=4,
        layer_types=["sliding_attention", "full_attention"] * 2,
        sliding_window=16,
        head_dim=8,
        per_layer_config={"01": {"head_dim": 16}, "03": {"head_dim": 16}},
        num_kv_shared_layers=2,
        hidden_size_per_layer_input=8,
        vocab_size_per_layer_input=common["vocab_size"],
        final_logit_softcapping=30.0,
        **_SIZE,
        **common,
    )
    return Gemma4ForCausalLM(config)


FAMILIES: dict[str, tuple[Callable[..., Any], str]] = {
    "SmolLM2": (_smollm2, MARKED),
    "Qwen3": (_qwen3, THINKING),
    "SmolLM3": (_smollm3, UNMARKED),
    "Granite 4": (_granite4, UNMARKED),
    "Gemma 4": (_gemma4, STRICT),
}
"""The model's maker, and a chat template that is as picky as the real one."""


def make_family(folder: Path, name: str) -> Path:
    """Writes a random model of the family and its tokenizer into the folder."""
    import torch

    maker, template = FAMILIES[name]
    tokenizer = make_tokenizer(folder, template)
    torch.manual_seed(3)
    model = maker(
        vocab_size=len(tokenizer),
        pad_token_id=tokenizer.pad_token_id,
        bos_token_id=None,
        eos_token_id=tokenizer.eos_token_id,
        tie_word_embeddings=True,
    )
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.ndim == 2:
                parameter.mul_(8)  # so that the answers of a random model differ from each other
    model.save_pretrained(folder)
    return folder
