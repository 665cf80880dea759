"""LoRA's own settings: how wide an adapter is, how strongly it counts, and which layers it has."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from voicetune.cost.epochs import local_defaults

ALL_LINEAR = "all-linear"
"""PEFT's word for every linear layer but the one that makes the logits."""


@dataclass(frozen=True, slots=True)
class Lora:
    """`targets` are ends of layers' names ("q_proj"), or ALL_LINEAR.

    A layer's change is alpha ÷ rank times the product of the adapter's two matrices.
    """

    rank: int
    alpha: int
    targets: str | tuple[str, ...]

    @classmethod
    def default(cls, parameters: int) -> "Lora":
        """Returns what data/training_defaults.json says for a model of so many parameters."""
        return cls._of(local_defaults(parameters)["lora"], "rank", "alpha", "targets")

    @classmethod
    def of(cls, adapter: Path) -> "Lora":
        """Returns the settings of an adapter in a folder, as PEFT saves them.

        One that was taken in from elsewhere by an earlier version does not say its layers.
        """
        config = json.loads((adapter / "adapter_config.json").read_text(encoding="utf-8"))
        config.setdefault("target_modules", [])
        return cls._of(config, "r", "lora_alpha", "target_modules")

    @classmethod
    def _of(cls, found: dict[str, Any], rank: str, alpha: str, targets: str) -> "Lora":
        named = found[targets]
        if not isinstance(named, str):
            named = tuple(sorted({name.rpartition(".")[2] for name in named}))
        return cls(int(found[rank]), int(found[alpha]), named)

    @property
    def settings(self) -> dict[str, Any]:
        """The settings by the names of PEFT's LoraConfig."""
        layers = self.targets if isinstance(self.targets, str) else list(self.targets)
        return {"r": self.rank, "lora_alpha": self.alpha, "target_modules": layers}

    @property
    def words(self) -> str:
        """The settings as one reads them."""
        numbers = f"rank {self.rank}, alpha {self.alpha}"
        if isinstance(self.targets, str):
            every = self.targets == ALL_LINEAR
            return f"{numbers}, on {'all linear layers' if every else self.targets}"
        return f"{numbers}, on the layers {', '.join(self.targets)}" if self.targets else numbers
