"""A base model and its tokenizer from a local folder: safetensors only, no code from the folder."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from voicetune.engine.failures import EngineError

SMALL = 100_000_000
"""Parameters up to which decoding is fastest in float32: below it the weights are not the limit."""


def load_tokenizer(folder: Path) -> Any:
    """Returns the folder's tokenizer; raises EngineError where it is missing or unfit for chat."""
    from transformers import AutoTokenizer

    if not (folder / "config.json").is_file():
        raise EngineError(
            "model_not_found",
            f"There is no model in the folder {folder}. Choose another base model.",
            "model",
        )
    try:
        tokenizer = AutoTokenizer.from_pretrained(
            folder, local_files_only=True, trust_remote_code=False
        )
    except Exception as error:
        raise broken(folder, "tokenizer", error) from error
    if not tokenizer.chat_template or not tokenizer.is_fast:
        lacks = "chat template" if tokenizer.is_fast else "fast tokenizer (tokenizer.json)"
        raise EngineError(
            "model_not_supported",
            f"The model in {folder} has no {lacks}, so it cannot be used for chat. "
            "Choose an instruction-tuned model.",
            "model",
        )
    return tokenizer


def load_model(folder: Path, dtype: torch.dtype) -> Any:
    """Returns the folder's causal model in `dtype`; raises EngineError where it is broken."""
    from transformers import AutoModelForCausalLM

    try:
        return AutoModelForCausalLM.from_pretrained(
            folder,
            dtype=dtype,
            local_files_only=True,
            trust_remote_code=False,
            use_safetensors=True,
        )
    except (MemoryError, torch.OutOfMemoryError):
        raise
    except Exception as error:
        raise broken(folder, "weights", error) from error


def broken(folder: Path, part: str, error: Exception) -> EngineError:
    reason = f"{type(error).__name__}: {error}".splitlines()[0]
    return EngineError(
        "model_unreadable",
        f"The {part} of the model in {folder} could not be read ({reason}). "
        "Download or copy the model again.",
        "model",
    )


def context_length(config: dict[str, Any], tokenizer: Any) -> int:
    """Returns how many tokens the model reads at most, by its config.json and its tokenizer."""
    text = config.get("text_config", config)
    limits = (text.get("max_position_embeddings"), tokenizer.model_max_length)
    return int(min(limit for limit in limits if limit))


@dataclass(frozen=True, slots=True)
class Precision:
    """The number formats of a run: `weights` at rest, `autocast` where bfloat16 is computed in."""

    weights: torch.dtype
    autocast: bool


def bfloat16_pays() -> bool:
    """Returns whether this machine computes bfloat16 in hardware."""
    if torch.cuda.is_available():
        return bool(torch.cuda.is_bf16_supported())
    capabilities = torch.cpu.get_capabilities()
    return bool(capabilities.get("avx512_bf16") or capabilities.get("amx_bf16"))


def training_precision() -> Precision:
    """Returns bfloat16 with float32 adapters where the hardware has it, else float32."""
    pays = bfloat16_pays()
    return Precision(torch.bfloat16 if pays else torch.float32, pays)


def serving_dtype(folder: Path) -> torch.dtype:
    """Returns the format that decodes fastest: bfloat16 halves what a large model reads."""
    size = sum(path.stat().st_size for path in folder.glob("*.safetensors"))
    large = size > 2 * SMALL
    return torch.bfloat16 if large and bfloat16_pays() else torch.float32
