"""How much memory training takes, and how a batch is cut so that it fits.

The figures per token were fitted to peaks measured with `benchmarks.training_memory`: a layer keeps
about 21 bytes a hidden and 10 a feed-forward number, attention 4 bytes a head and token of the row,
and a learned token's logits 10 bytes a word of the vocabulary.
"""

from dataclasses import dataclass
from typing import Any

from voicetune.engine.failures import EngineError

PROGRAM = 200 * 2**20
"""Bytes that the libraries take once training begins, beside what they hold already."""

SHARE = 0.8
"""The share of the free memory that a job plans with; other programs want some too."""

GIB = 2**30


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
        a_layer = 4 * self.hidden**2 + 3 * self.hidden * self.feed_forward
        return self.layers * a_layer + self.hidden * self.vocabulary

    def adapter_parameters(self, rank: int) -> int:
        """Returns about how many numbers a LoRA adapter on all linear layers has."""
        a_layer = 4 * 2 * self.hidden + 3 * (self.hidden + self.feed_forward)
        return rank * self.layers * a_layer


@dataclass(frozen=True, slots=True)
class Machine:
    """What decides whether training fits here: the size of a weight, and the memory now free."""

    weight_bytes: int
    free_bytes: int


@dataclass(frozen=True, slots=True)
class Plan:
    """How a batch goes through the model: rows at once, and whether activations are kept.

    `bytes` is what that takes. Activations that are not kept are computed a second time, which
    takes a third longer.
    """

    rows: int
    checkpointing: bool
    bytes: int


def training_bytes(
    shape: Shape, *, rows: int, longest: int, rank: int, number: int, checkpointing: bool
) -> int:
    """Returns the bytes that training takes at its peak, the weights included.

    `number` is the size of a weight in bytes, `longest` the longest row in tokens.
    """
    tokens = rows * longest
    a_layer = 21 * shape.hidden + 10 * shape.feed_forward + 4 * shape.heads * longest
    kept = shape.layers * 4 * shape.hidden + a_layer if checkpointing else shape.layers * a_layer
    # An adapter's number comes with its gradient and two moments, four bytes each.
    adapter = 16 * shape.adapter_parameters(rank)
    return PROGRAM + shape.parameters * number + adapter + tokens * (kept + 10 * shape.vocabulary)


def choose_plan(
    shape: Shape, *, batch: int, longest: int, rank: int, number: int, free: int
) -> Plan:
    """Returns the fastest way that fits into `free` bytes.

    Raises EngineError, with what would fit, where none does.
    """
    rows = batch
    for checkpointing in (False, True):
        rows = batch
        while rows >= 1:
            needed = training_bytes(
                shape,
                rows=rows,
                longest=longest,
                rank=rank,
                number=number,
                checkpointing=checkpointing,
            )
            if needed <= free * SHARE:
                return Plan(rows, checkpointing, needed)
            rows //= 2
    raise EngineError(
        "not_enough_memory",
        f"Training this model on your longest example ({longest:,} tokens) takes about "
        f"{needed / GIB:.1f} GB of memory, and {free * SHARE / GIB:.1f} GB can be used now. Close "
        f"other programs, {_shorter(shape, rank, number, free)} or choose a smaller base model.",
        "model",
    )


def _shorter(shape: Shape, rank: int, number: int, free: int) -> str:
    """Says how long an example may be; nothing where not even a short one would fit."""
    for longest in (4096, 2048, 1024, 512, 256):
        needed = training_bytes(
            shape, rows=1, longest=longest, rank=rank, number=number, checkpointing=True
        )
        if needed <= free * SHARE:
            return f"shorten every example to {longest:,} tokens"
    return "use a computer with more memory"


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
