"""Measures starter models on the held-out texts, several side by side in one run.

`python -m voicetune.engine.starter.evaluation MODEL ... --prose DIR --conversations FILE ...`
"""

import argparse
import json
import math
from pathlib import Path
from typing import Any

import torch

from voicetune.engine.starter import corpus

WINDOW = 256
"""Tokens a prose window: no longer than any compared model was trained on."""


@torch.no_grad()
def answer_loss(
    model: Any, tokenizer: Any, conversations: list[corpus.Conversation]
) -> tuple[float, float]:
    """Returns (nats a token, bits a byte) over the assistant turns of the conversations.

    Bits a byte do not depend on the tokenizer, so models with different ones can be compared.
    """
    total, tokens, size = 0.0, 0, 0
    for messages in conversations:
        ids, answer = corpus.encode_conversation(tokenizer, messages)
        labels = [t if learned else -100 for t, learned in zip(ids, answer, strict=True)]
        nats, count = _sum_of_losses(model, ids, labels)
        total, tokens = total + nats, tokens + count
        size += sum(len(m["content"].encode()) for m in messages if m["role"] == "assistant")
    return total / tokens, total / math.log(2) / size


@torch.no_grad()
def prose_loss(model: Any, tokenizer: Any, documents: list[str]) -> tuple[float, float]:
    """Returns (nats a token, bits a byte) over windows of 256 tokens of the documents."""
    total, tokens, size = 0.0, 0, 0
    for document in documents:
        ids = tokenizer(document, verbose=False)["input_ids"]
        for start in range(0, len(ids), WINDOW):
            window = ids[start : start + WINDOW]
            if len(window) < 2:
                continue
            nats, count = _sum_of_losses(model, window, window)
            total, tokens = total + nats, tokens + count
            size += len(tokenizer.decode(window[1:]).encode())
    return total / tokens, total / math.log(2) / size


def _sum_of_losses(model: Any, ids: list[int], labels: list[int]) -> tuple[float, int]:
    count = sum(label != -100 for label in labels[1:])
    loss = model(input_ids=torch.tensor([ids]), labels=torch.tensor([labels])).loss
    return loss.item() * count, count


def main() -> None:
    """Prints one JSON line a model with its losses on held-out answers and prose."""
    from transformers import AutoModelForCausalLM, AutoTokenizer

    parser = argparse.ArgumentParser(prog="python -m voicetune.engine.starter.evaluation")
    parser.add_argument("models", type=Path, nargs="+")
    parser.add_argument("--prose", type=Path, required=True)
    parser.add_argument("--conversations", type=Path, nargs="+", required=True)
    arguments = parser.parse_args()
    _, documents = corpus.read_prose(arguments.prose)
    _, conversations = corpus.read_conversations(arguments.conversations)
    for folder in arguments.models:
        model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
        tokenizer = AutoTokenizer.from_pretrained(folder)
        nats, bits = answer_loss(model, tokenizer, conversations)
        prose_nats, prose_bits = prose_loss(model, tokenizer, documents)
        figures = {
            "model": folder.name,
            "answers": len(conversations),
            "answer_nats_a_token": round(nats, 3),
            "answer_bits_a_byte": round(bits, 3),
            "prose_documents": len(documents),
            "prose_nats_a_token": round(prose_nats, 3),
            "prose_bits_a_byte": round(prose_bits, 3),
        }
        print(json.dumps(figures), flush=True)


if __name__ == "__main__":
    main()
