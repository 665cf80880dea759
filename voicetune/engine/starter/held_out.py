"""Measures a starter model in training on the held-out texts, in a few padded batches."""

from typing import Any

import torch

from voicetune.engine.starter import corpus

Batch = tuple[torch.Tensor, ...]
"""Ids and labels, -100 where nothing is measured; both (texts, tokens)."""


def answer_batches(
    tokenizer: Any, conversations: list[corpus.Conversation], device: str
) -> list[Batch]:
    """Returns the conversations with their answers as what is measured."""
    encoded = [corpus.encode_conversation(tokenizer, messages) for messages in conversations]
    learned = [[t if a else -100 for t, a in zip(*pair, strict=True)] for pair in encoded]
    return _padded(
        [(ids, labels) for (ids, _), labels in zip(encoded, learned, strict=True)], device
    )


def prose_batches(tokenizer: Any, documents: list[str], device: str) -> list[Batch]:
    """Returns the beginnings of the first 64 documents, 256 tokens each."""
    ids = [tokenizer(d, verbose=False)["input_ids"][:256] for d in documents[:64]]
    return _padded([(i, i) for i in ids], device)


def _padded(texts: list[tuple[list[int], list[int]]], device: str) -> list[Batch]:
    """Returns batches of up to eight texts, longest first, padded at the end."""
    texts = sorted(texts, key=lambda text: -len(text[0]))
    batches = []
    for start in range(0, len(texts), 8):
        part = texts[start : start + 8]
        size = len(part[0][0])
        batches.append(
            tuple(
                torch.tensor([t[side] + [fill] * (size - len(t[side])) for t in part]).to(device)
                for side, fill in ((0, 0), (1, -100))
            )
        )
    return batches


def mean_loss(model: Any, batches: list[Batch]) -> float:
    """Returns the loss in nats a token over all batches."""
    total, count = 0.0, 0
    for ids, labels in batches:
        learned = int((labels[:, 1:] != -100).sum())
        total += model(input_ids=ids, labels=labels, use_cache=False).loss.item() * learned
        count += learned
    return total / count
