"""Turns the starter model's texts into token rows, once and ahead of training.

A row holds several documents; each token sees only its own document, as it will when people ask.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file

from voicetune.engine.starter import corpus

PADDING, TEXT, ANSWER = 0, 1, 2
SOURCES = ("prose", "sections", "conversations")


@dataclass
class Rows:
    """Rows of equal length, drawn in shuffled order until all were drawn, then shuffled anew.

    `ids`, `kinds` (padding, text or answer) and `documents` (which document of its row a token
    belongs to) have the shape (rows, length).
    """

    ids: torch.Tensor
    kinds: torch.Tensor
    documents: torch.Tensor
    drawn: int = 0

    def to(self, device: str) -> "Rows":
        """Returns the rows on the device."""
        return Rows(self.ids.to(device), self.kinds.to(device), self.documents.to(device))

    def draw(self, count: int) -> "Rows":
        """Returns the next `count` rows."""
        if self.drawn == 0 or self.drawn + count > len(self.ids):
            self.order = torch.randperm(len(self.ids)).to(self.ids.device)
            self.drawn = 0
        picks = self.order[self.drawn : self.drawn + count]
        self.drawn += count
        return Rows(self.ids[picks], self.kinds[picks], self.documents[picks])

    def labels(self, answers_only: bool) -> torch.Tensor:
        """Returns the ids to be learned, -100 elsewhere."""
        learned = self.kinds >= (ANSWER if answers_only else TEXT)
        return self.ids.long().masked_fill(~learned, -100)

    def mask(self) -> torch.Tensor:
        """Returns what each token sees, its document so far: (rows, 1, length, length)."""
        same = self.documents[:, None, :, None] == self.documents[:, None, None, :]
        return same.tril()


def joined(parts: list[Rows]) -> Rows:
    """Returns the rows of all parts, one after the other."""
    return Rows(
        torch.cat([p.ids for p in parts]),
        torch.cat([p.kinds for p in parts]),
        torch.cat([p.documents for p in parts]),
    )


def prose_rows(documents: list[list[int]], end: int, length: int, rng: random.Random) -> Rows:
    """Cuts the documents, end to end in a new order, into rows."""
    order = list(documents)
    rng.shuffle(order)
    stream = torch.tensor([token for ids in order for token in (*ids, end)], dtype=torch.int32)
    ids = stream[: len(stream) // length * length].reshape(-1, length)
    return Rows(ids, torch.full_like(ids, TEXT, dtype=torch.uint8), (ids == end).cumsum(1).short())


def conversation_rows(
    tokenizer: Any,
    conversations: list[corpus.Conversation],
    length: int,
    rng: random.Random,
    rounds: int,
) -> Rows:
    """Packs whole conversations into rows, varied anew in each of the rounds."""

    @cache
    def encoded(role: str, content: str) -> tuple[list[int], list[bool]]:
        return corpus.encode_conversation(tokenizer, [{"role": role, "content": content}])

    def pieces() -> Iterator[tuple[list[int], list[int]]]:
        for _ in range(rounds):
            for messages in rng.sample(conversations, len(conversations)):
                ids, kinds = [], []
                for message in corpus.vary(messages, rng):
                    tokens, answer = encoded(message["role"], message["content"])
                    ids += tokens
                    kinds += [ANSWER if learned else TEXT for learned in answer]
                yield ids[:length], kinds[:length]

    rows: list[tuple[list[int], list[int], list[int]]] = [([], [], [])]
    for ids, kinds in pieces():
        if len(rows[-1][0]) + len(ids) > length:
            rows.append(([], [], []))
        number = rows[-1][2][-1] + 1 if rows[-1][2] else 0
        for whole, part in zip(rows[-1], (ids, kinds, [number] * len(ids)), strict=True):
            whole += part
    for whole, fill in ((row[part], f) for row in rows for part, f in _fills(tokenizer)):
        whole += [fill] * (length - len(whole))
    return Rows(
        torch.tensor([row[0] for row in rows], dtype=torch.int32),
        torch.tensor([row[1] for row in rows], dtype=torch.uint8),
        torch.tensor([row[2] for row in rows], dtype=torch.int16),
    )


def _fills(tokenizer: Any) -> tuple[tuple[int, int], ...]:
    return (0, tokenizer.pad_token_id), (1, PADDING), (2, -1)


def save_rows(sources: dict[str, Rows], path: Path) -> None:
    """Writes the rows of all sources into one safetensors file."""
    save_file(
        {
            f"{name}/{part}": getattr(rows, part).contiguous()
            for name, rows in sources.items()
            for part in ("ids", "kinds", "documents")
        },
        path,
    )


def load_rows(path: Path) -> dict[str, Rows]:
    """Reads what `save_rows` wrote."""
    tensors = load_file(path)
    return {
        name: Rows(
            ids=tensors[f"{name}/ids"],
            kinds=tensors[f"{name}/kinds"],
            documents=tensors[f"{name}/documents"],
        )
        for name in SOURCES
    }
