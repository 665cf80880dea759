"""LoRA adapters beside one copy of the base weights, a different one for every row of a batch.

PEFT can mix adapters in a batch too, splitting it by adapter at every layer; two answers at once,
one with an adapter and one without, took 1.7 times as long as one. Here the rows' matrices are
stacked when the batch changes, so a layer needs two batched products and 1.1 times as long.
"""

import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812 - PyTorch's own name for it
from safetensors.torch import load_file

from voicetune.engine.failures import EngineError
from voicetune.engine.fingerprint import check_base

PREFIX, DOWN, UP = "base_model.model.", ".lora_A.weight", ".lora_B.weight"
WEIGHTS, CONFIG = "adapter_model.safetensors", "adapter_config.json"
KEPT = 8
"""Adapters in memory at once; the least recently used leaves first."""

Pair = tuple[torch.Tensor, torch.Tensor]


@dataclass(frozen=True, slots=True, eq=False)
class Adapter:
    """For each layer's name its pair (down: rank × in, up: out × rank), the scale put into up."""

    folder: Path
    layers: dict[str, Pair]


def read_adapter(folder: Path, dtype: torch.dtype, device: torch.device) -> Adapter:
    """Returns the LoRA adapter in the folder, as PEFT saves it.

    Raises EngineError where there is none or where it changes more than linear layers.
    """
    try:
        config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
        tensors = load_file(folder / WEIGHTS)
    except FileNotFoundError as error:
        raise EngineError(
            "model_not_found",
            "This tuned model's files are gone. Choose another model or train it again.",
            "model",
        ) from error
    rest = [name for name in tensors if not name.endswith((DOWN, UP))]
    if config["peft_type"] != "LORA" or config.get("use_dora") or rest:
        raise EngineError(
            "model_not_supported",
            "This adapter is of a kind that the local engine cannot serve: only LoRA on linear "
            "layers is.",
            "model",
        )
    layers = {}
    for key, down in tensors.items():
        if key.endswith(DOWN):
            name = key.removesuffix(DOWN)
            up = tensors[name + UP] * _scale(config, name, down.shape[0])
            layers[name.removeprefix(PREFIX)] = (
                down.to(device, dtype).contiguous(),
                up.to(device, dtype).contiguous(),
            )
    return Adapter(folder, layers)


def _scale(config: dict[str, Any], name: str, rank: int) -> float:
    alpha = next(
        (
            value
            for pattern, value in (config.get("alpha_pattern") or {}).items()
            if name.endswith(pattern)
        ),
        config["lora_alpha"],
    )
    return float(alpha / (math.sqrt(rank) if config.get("use_rslora") else rank))


class AdapterSet:
    """The adapters of one base model; `select` says which row of the next batch uses which."""

    def __init__(self, model: Any, folder: Path) -> None:
        self._model, self._base = model, folder
        self._loaded: dict[Path, Adapter] = {}
        self._wrapped: set[str] = set()
        self._rows: tuple[Adapter | None, ...] = ()
        self._one: Adapter | None = None
        self._stacked: dict[str, Pair] | None = None

    def load(self, folder: Path) -> Adapter:
        """Returns the folder's adapter, from memory where it has been used lately.

        Adapters whose folder has been deleted leave the memory. Raises EngineError where the
        adapter cannot be used with this model.
        """
        for gone in [path for path in self._loaded if not path.is_dir()]:
            del self._loaded[gone]
        adapter = self._loaded.pop(folder, None)
        if adapter is None:
            check_base(folder, self._base)
            adapter = read_adapter(folder, self._model.dtype, self._model.device)
            for name in adapter.layers.keys() - self._wrapped:
                self._wrap(name)
        self._loaded[folder] = adapter
        if len(self._loaded) > KEPT:
            del self._loaded[next(iter(self._loaded))]
        return adapter

    def select(self, rows: tuple[Adapter | None, ...]) -> None:
        """Sets each row's adapter; None is the base model itself."""
        same = all(row is rows[0] for row in rows)
        self._one = rows[0] if same else None
        if not same and (rows != self._rows or self._stacked is None):
            self._stacked = self._stack(rows)
            self._rows = rows
        elif same:
            self._stacked = None

    def _stack(self, rows: tuple[Adapter | None, ...]) -> dict[str, Pair]:
        names = {name for row in rows if row for name in row.layers}
        return {
            name: _stack_layer([row.layers.get(name) if row else None for row in rows])
            for name in names
        }

    def _wrap(self, name: str) -> None:
        layer = self._model.get_submodule(name)
        plain: Callable[[torch.Tensor], torch.Tensor] = layer.forward

        def adapted(x: torch.Tensor) -> torch.Tensor:
            y = plain(x)
            if self._stacked is not None:
                pair = self._stacked.get(name)
                return y if pair is None else _add_stacked(y, x, *pair)
            pair = self._one.layers.get(name) if self._one else None
            return y if pair is None else y + F.linear(F.linear(x, pair[0]), pair[1])

        layer.forward = adapted
        self._wrapped.add(name)


def _stack_layer(pairs: list[Pair | None]) -> Pair:
    """Returns (rows × in × rank, rows × rank × out), zeros where a row has no adapter."""
    down, up = next(pair for pair in pairs if pair)
    rank = max(pair[0].shape[0] for pair in pairs if pair)
    downs = down.new_zeros(len(pairs), down.shape[1], rank)
    ups = up.new_zeros(len(pairs), rank, up.shape[0])
    for index, pair in enumerate(pairs):
        if pair:
            downs[index, :, : pair[0].shape[0]] = pair[0].T
            ups[index, : pair[1].shape[1]] = pair[1].T
    return downs, ups


def _add_stacked(
    y: torch.Tensor, x: torch.Tensor, downs: torch.Tensor, ups: torch.Tensor
) -> torch.Tensor:
    rows = downs.shape[0]
    narrow = torch.bmm(x.reshape(rows, -1, x.shape[-1]), downs)
    return torch.baddbmm(y.reshape(rows, -1, y.shape[-1]), narrow, ups).reshape(y.shape)
