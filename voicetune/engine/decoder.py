"""What a model has read so far, one row an answer, and the forward passes over it."""

import inspect
from copy import deepcopy
from typing import Any, Protocol

import torch
from transformers import Cache, DynamicCache

ROOM = 256
"""Tokens by which the room for keys and values grows at the least."""


class Decoder(Protocol):
    """Rows are numbered from 0; a new one comes last, and those after a dropped one move up."""

    def add(self) -> None:
        """Makes an empty row."""

    def copy(self, row: int) -> None:
        """Makes a row that has read what `row` has."""

    def drop(self, row: int) -> None:
        """Forgets the row."""

    def read(self, row: int, tokens: list[int]) -> torch.Tensor:
        """Reads more of a prompt; returns the logits after its last token."""

    def step(self, tokens: list[int]) -> torch.Tensor:
        """Reads one token in each of the first rows; returns their logits, rows × vocabulary."""


def decoder_for(model: Any) -> Decoder:
    """Returns the batched decoder where the model can be told what each row sees, else the serial.

    It can where every layer attends to everything, places are given and masks are true or false.
    """
    config = model.config.get_text_config()
    kinds = set(getattr(config, "layer_types", None) or ["full_attention"])
    told = "position_ids" in inspect.signature(model.forward).parameters
    masks = config._attn_implementation == "sdpa"
    batched = kinds == {"full_attention"} and told and masks
    return BatchedDecoder(model) if batched else SerialDecoder(model)


def _forward(model: Any, keeps: bool, **inputs: Any) -> torch.Tensor:
    if keeps:
        inputs["logits_to_keep"] = 1
    logits: torch.Tensor = model(use_cache=True, **inputs).logits[:, -1]
    return logits


class Slots(Cache):
    """Keys and values of every row in one tensor a layer, written in place.

    Set `target` before a forward pass: the rows, where their new tokens go, and the end of what
    attention may see.
    """

    def __init__(self, layers: int) -> None:
        super().__init__(layers=[])
        self.target: tuple[Any, Any, int]
        self.room = (0, 0)
        self._keys: list[torch.Tensor | None] = [None] * layers
        self._values: list[torch.Tensor | None] = [None] * layers

    def update(
        self,
        key_states: torch.Tensor,
        value_states: torch.Tensor,
        layer_idx: int,
        *_: Any,
        **__: Any,
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Writes a layer's new keys and values and returns all that its rows hold."""
        return (
            self._write(self._keys, layer_idx, key_states),
            self._write(self._values, layer_idx, value_states),
        )

    def get_seq_length(self, layer_idx: int = 0) -> int:
        """Returns how much the rows held before this pass; positions are given by the caller."""
        return 0

    def copy(self, source: int, row: int, length: int) -> None:
        """Makes `row` hold what `source` does."""
        for tensor in (*self._keys, *self._values):
            if tensor is not None:
                tensor[row, :, :length] = tensor[source, :, :length]

    def drop(self, row: int, rows: int) -> None:
        """Moves the rows after `row` up; frees everything when none is left."""
        for stores in (self._keys, self._values):
            for index, tensor in enumerate(stores):
                if rows == 1:
                    stores[index] = None
                elif tensor is not None:
                    tensor[row : rows - 1] = tensor[row + 1 : rows].clone()
        if rows == 1:
            self.room = (0, 0)

    def grow(self, rows: int, length: int, limit: int) -> None:
        """Makes room for so many rows of so many tokens; `limit` is the model's context."""
        held_rows, held = self.room
        if rows <= held_rows and length <= held:
            return
        held_rows = held_rows if rows <= held_rows else max(rows, 2 * held_rows)
        held = held if length <= held else max(length, min(limit, max(2 * held, ROOM)))
        self.room = (held_rows, held)
        for stores in (self._keys, self._values):
            for index, tensor in enumerate(stores):
                if tensor is not None:
                    larger = tensor.new_zeros(held_rows, tensor.shape[1], held, tensor.shape[3])
                    larger[: tensor.shape[0], :, : tensor.shape[2]] = tensor
                    stores[index] = larger

    def _write(
        self, stores: list[torch.Tensor | None], index: int, fresh: torch.Tensor
    ) -> torch.Tensor:
        rows, places, end = self.target
        store = stores[index]
        if store is None:
            held_rows, held = self.room
            store = fresh.new_zeros(held_rows, fresh.shape[1], held, fresh.shape[3])
            stores[index] = store
        if isinstance(rows, int):
            store[rows, :, places] = fresh[0]
            return store[rows : rows + 1, :, :end]
        store[rows, :, places] = fresh[:, :, 0]
        return store[: len(rows), :, :end]


class BatchedDecoder:
    """One forward pass for all rows, whatever their lengths."""

    def __init__(self, model: Any) -> None:
        self._rows = 0
        self._model = model
        self._keeps = "logits_to_keep" in inspect.signature(model.forward).parameters
        config = model.config.get_text_config()
        self._limit: int = config.max_position_embeddings
        self._slots = Slots(config.num_hidden_layers)
        self._lengths: list[int] = []

    def add(self) -> None:
        """Makes an empty row."""
        self._rows += 1
        self._lengths.append(0)

    def copy(self, row: int) -> None:
        """Makes a row that has read what `row` has."""
        length = self._lengths[row]
        self._slots.grow(self._rows + 1, length, self._limit)
        self._slots.copy(row, self._rows, length)
        self._rows += 1
        self._lengths.append(length)

    def drop(self, row: int) -> None:
        """Forgets the row."""
        self._slots.drop(row, self._rows)
        self._rows -= 1
        del self._lengths[row]

    def read(self, row: int, tokens: list[int]) -> torch.Tensor:
        """Reads more of a prompt; returns the logits after its last token."""
        start = self._lengths[row]
        end = self._lengths[row] = start + len(tokens)
        self._slots.grow(self._rows, end, self._limit)
        self._slots.target = (row, slice(start, end), end)
        device = self._model.device
        positions = torch.arange(start, end, device=device)
        visible = None
        if start and len(tokens) > 1:
            visible = (torch.arange(end, device=device) <= positions[:, None])[None, None]
        return self._forward(torch.tensor([tokens]), positions[None], visible)[0]

    def step(self, tokens: list[int]) -> torch.Tensor:
        """Reads one token in each of the first rows; returns their logits, rows × vocabulary."""
        count = len(tokens)
        if count == 1:
            return self.read(0, tokens)[None]
        places = torch.tensor(self._lengths[:count], device=self._model.device)
        for row in range(count):
            self._lengths[row] += 1
        end = max(self._lengths[:count])
        self._slots.grow(self._rows, end, self._limit)
        rows = torch.arange(count, device=self._model.device)
        self._slots.target = (rows, places, end)
        visible = torch.arange(end, device=self._model.device) <= places[:, None]
        return self._forward(torch.tensor(tokens)[:, None], places[:, None], visible[:, None, None])

    def _forward(
        self, ids: torch.Tensor, positions: torch.Tensor, visible: torch.Tensor | None
    ) -> torch.Tensor:
        """Returns the last logits; without `visible`, a token sees all that is before it."""
        return _forward(
            self._model,
            self._keeps,
            input_ids=ids.to(self._model.device),
            position_ids=positions,
            attention_mask=visible,
            past_key_values=self._slots,
        )


class SerialDecoder:
    """One forward pass a row, for models whose layers remember in ways of their own.

    Sliding windows and linear attention (Gemma, Qwen3.5) cannot share one batch of rows of
    different lengths; answers take turns token by token instead.
    """

    def __init__(self, model: Any) -> None:
        self._model = model
        self._keeps = "logits_to_keep" in inspect.signature(model.forward).parameters
        self._caches: list[Any] = []

    def add(self) -> None:
        """Makes an empty row."""
        self._caches.append(DynamicCache(config=self._model.config))

    def copy(self, row: int) -> None:
        """Makes a row that has read what `row` has."""
        self._caches.append(deepcopy(self._caches[row]))

    def drop(self, row: int) -> None:
        """Forgets the row."""
        del self._caches[row]

    def read(self, row: int, tokens: list[int]) -> torch.Tensor:
        """Reads more of a prompt; returns the logits after its last token."""
        ids = torch.tensor([tokens], device=self._model.device)
        cache = self._caches[row]
        return _forward(self._model, self._keeps, input_ids=ids, past_key_values=cache)[0]

    def step(self, tokens: list[int]) -> torch.Tensor:
        """Reads one token in each of the first rows; returns their logits, rows × vocabulary."""
        return torch.stack([self.read(row, [token]) for row, token in enumerate(tokens)])
