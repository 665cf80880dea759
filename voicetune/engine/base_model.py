"""A base model and its tokenizer from a local folder: safetensors only, no code from the folder."""

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import torch

from voicetune.engine.failures import EngineError
from voicetune.engine.memory import FourBits, free_bytes, read_shape, serves_in_four_bits
from voicetune.engine.models import describe

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


def load_model(folder: Path, dtype: torch.dtype, *, four_bits: bool = False) -> Any:
    """Returns the folder's causal model in `dtype`, its linear layers in 4 bits if wanted.

    In 4 bits it is on the GPU already. Raises EngineError where it is broken.
    """
    from transformers import AutoModelForCausalLM

    packing = {"quantization_config": _nf4(dtype)} if four_bits else {}
    try:
        return AutoModelForCausalLM.from_pretrained(
            folder,
            dtype=dtype,
            local_files_only=True,
            trust_remote_code=False,
            use_safetensors=True,
            **packing,
        )
    except (MemoryError, torch.OutOfMemoryError):
        raise
    except Exception as error:
        raise broken(folder, "weights", error) from error


def _nf4(dtype: torch.dtype) -> Any:
    from transformers import BitsAndBytesConfig

    return BitsAndBytesConfig(
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=dtype,
    )


def four_bits() -> FourBits:
    """Returns whether this machine can hold weights in 4 bits."""
    if not torch.cuda.is_available():
        return "never"
    return "here" if find_spec("bitsandbytes") else "installable"


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


def answers_in_four_bits(folder: Path) -> bool:
    """Returns whether the model answers in 4 bits, as its tuned models then do too.

    They all share one copy of its weights, however they were trained.
    """
    shape = read_shape(*describe(folder))
    number = serving_dtype(folder).itemsize
    return shape is not None and serves_in_four_bits(
        shape, number=number, free=free_bytes(), four_bits=four_bits()
    )
