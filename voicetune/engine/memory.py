"""How much memory training takes, and how a batch is cut so that it fits.

The figures per token were fitted to peaks measured with `benchmarks.training_memory`: a layer keeps
about 21 bytes a hidden and 10 a feed-forward number, attention 4 bytes a head and token of the row,
and a learned token's logits 10 bytes a word of the vocabulary.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal

from voicetune.engine.failures import EngineError
from voicetune.engine.lora_settings import Lora

PROGRAM = 200 * 2**20
"""Bytes that the libraries take once training begins, beside what they hold already."""

SHARE = 0.8
"""The share of the free memory that a job plans with; other programs want some too."""

GIB = 2**30

NF4 = 0.516
"""Bytes of a weight in 4 bits: four, and the scales of its block, which are quantised as well."""

FULL = 4
"""Bytes of a weight that stays as it is beside those in 4 bits: PEFT trains with float32 then."""

ATTENTION = frozenset({"q_proj", "k_proj", "v_proj", "o_proj"})

FourBits = Literal["here", "installable", "never"]
"""Whether weights may rest in 4 bits: bitsandbytes is here, or missing, or of no use (no CUDA)."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What of a model decides its memory: counts, as its configuration has them."""

    parameters: int
    layers: int
    hidden: int
    feed_forward: int
    heads: int
    vocabulary: int

    @classmethod
    def of(cls, config: dict[str, Any], parameters: int) -> "Shape":
        """Reads the shape from a config.json's content."""
        text = config.get("text_config", config)
        hidden = int(text["hidden_size"])
        return cls(
            parameters=parameters,
            layers=int(text["num_hidden_layers"]),
            hidden=hidden,
            feed_forward=int(text.get("intermediate_size") or 4 * hidden),
            heads=int(text.get("num_attention_heads") or 1),
            vocabulary=int(text["vocab_size"]),
        )

    @property
    def work(self) -> int:
        """Returns about how many numbers a token is multiplied with on its way through."""
        return self._linear + self.hidden * self.vocabulary

    @property
    def _linear(self) -> int:
        """About how many numbers the linear layers have."""
        a_layer = 4 * self.hidden**2 + 3 * self.hidden * self.feed_forward
        return self.layers * a_layer

    def adapter_parameters(self, lora: Lora) -> int:
        """Returns about how many numbers a LoRA adapter has; a layer by another name is wide."""
        narrow, wide = 2 * self.hidden, self.hidden + self.feed_forward
        if isinstance(lora.targets, str):
            a_layer = 4 * narrow + 3 * wide
        else:
            a_layer = sum(narrow if name in ATTENTION else wide for name in lora.targets)
        return lora.rank * self.layers * a_layer

    def weight_bytes(self, number: int, *, four_bits: bool = False, rest: int = FULL) -> int:
        """Returns the bytes of the weights at `number` each, or at most so many in 4 bits.

        In 4 bits are the linear layers alone; what embeds and what makes logits stays at `rest`.
        """
        if not four_bits:
            return self.parameters * number
        kept = 2 * self.hidden * self.vocabulary
        packed = max(0, min(self._linear, self.parameters - kept))
        return round(packed * NF4) + (self.parameters - packed) * rest


def read_shape(config: Mapping[str, Any], parameters: int) -> Shape | None:
    """Returns the shape that a config.json describes; None where it is not all there."""
    with suppress(KeyError, TypeError, ValueError):
        return Shape.of(dict(config), parameters)
    return None


@dataclass(frozen=True, slots=True)
class Machine:
    """What decides whether training fits here: a weight's bytes, in 4 bits or not, and memory."""

    weight_bytes: int
    free_bytes: int
    four_bits: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """How a batch goes through the model: rows at once, and whether activations are kept.

    `bytes` is what that takes. Activations that are not kept are computed a second time, which
    takes a third longer. With `four_bits` the base model's linear layers are rounded to 4 bits
    (QLoRA, Dettmers et al. 2023, arXiv 2305.14314), and every product has to unpack them.
    """

    rows: int
    checkpointing: bool
    bytes: int
    four_bits: bool = False


def training_bytes(
    shape: Shape,
    *,
    rows: int,
    longest: int,
    lora: Lora,
    number: int,
    checkpointing: bool,
    four_bits: bool = False,
) -> int:
    """Returns the bytes that training takes at its peak, the weights included.

    `number` is the size of a weight in bytes, `longest` the longest row in tokens.
    """
    tokens = rows * longest
    a_layer = 21 * shape.hidden + 10 * shape.feed_forward + 4 * shape.heads * longest
    kept = shape.layers * 4 * shape.hidden + a_layer if checkpointing else shape.layers * a_layer
    # An adapter's number comes with its gradient and two moments, four bytes each.
    adapter = 16 * shape.adapter_parameters(lora)
    weights = shape.weight_bytes(number, four_bits=four_bits)
    return PROGRAM + weights + adapter + tokens * (kept + 10 * shape.vocabulary)


def choose_plan(
    shape: Shape,
    *,
    batch: int,
    longest: int,
    lora: Lora,
    number: int,
    free: int,
    four_bits: FourBits = "never",
) -> Plan:
    """Returns the fastest way that fits into `free` bytes; 4 bits only where nothing else does.

    Raises EngineError, with what would fit, where none does.
    """
    for packed in (False, True) if four_bits == "here" else (False,):
        plan = _fitting(shape, batch, longest, lora, number, free, packed)
        if plan is not None:
            return plan
    least = training_bytes(
        shape,
        rows=1,
        longest=longest,
        lora=lora,
        number=number,
        checkpointing=True,
        four_bits=four_bits == "here",
    )
    would = four_bits == "installable" and _fitting(shape, 1, longest, lora, number, free, True)
    raise EngineError(
        "not_enough_memory",
        f"Training this model on your longest example ({longest:,} tokens) takes about "
        f"{least / GIB:.1f} GB of memory, and {free * SHARE / GIB:.1f} GB can be used now. "
        f"{_IN_FOUR_BITS if would else ''}Close other programs, "
        f"{_shorter(shape, lora, number, free, four_bits == 'here')} or choose a smaller base "
        "model.",
        "model",
    )


_IN_FOUR_BITS = "It would fit in 4 bits with bitsandbytes installed: pip install bitsandbytes. "


def _fitting(
    shape: Shape, batch: int, longest: int, lora: Lora, number: int, free: int, four_bits: bool
) -> Plan | None:
    """Returns the fastest way with these weights that fits; None where there is none."""
    for checkpointing in (False, True):
        rows = batch
        while rows >= 1:
            needed = training_bytes(
                shape,
                rows=rows,
                longest=longest,
                lora=lora,
                number=number,
                checkpointing=checkpointing,
                four_bits=four_bits,
            )
            if needed <= free * SHARE:
                return Plan(rows, checkpointing, needed, four_bits)
            rows //= 2
    return None


def _shorter(shape: Shape, lora: Lora, number: int, free: int, four_bits: bool) -> str:
    """Says how long an example may be; nothing where not even a short one would fit."""
    for longest in (4096, 2048, 1024, 512, 256):
        if _fitting(shape, 1, longest, lora, number, free, four_bits) is not None:
            return f"shorten every example to {longest:,} tokens"
    return "use a computer with more memory"


def serves_in_four_bits(shape: Shape, *, number: int, free: int, four_bits: FourBits) -> bool:
    """Says whether a model answers with its weights in 4 bits: where they do not fit otherwise."""
    fits = shape.weight_bytes(number) <= free * SHARE
    return not fits and four_bits == "here"


def free_bytes() -> int:
    """Returns the memory that is free for training: the GPU's where there is one."""
    return gpu_bytes() or free_main_memory()


def gpu_bytes() -> int | None:
    """Returns the memory that is free on the GPU, None where there is none."""
    import torch

    return int(torch.cuda.mem_get_info()[0]) if torch.cuda.is_available() else None


def free_main_memory() -> int:
    """Returns the memory that programs can still take."""
    import psutil

    return int(psutil.virtual_memory().available)
