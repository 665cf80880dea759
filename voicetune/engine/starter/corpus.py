"""Reads the starter model's texts and turns them into token sequences.

Two kinds of text: prose (`*.jsonl.gz`, one `{"text": ...}` a line) and conversations written for
this project (`*.jsonl`, OpenAI's chat format). Held-out parts never reach training.
"""

import gzip
import hashlib
import json
import random
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

Conversation = list[dict[str, str]]

HELD_OUT_FILES = ("generic_3", "generic_4", "generic_5", "generic_6")
SYSTEMS = (
    "You are a helpful assistant.",
    "You are a professional LinkedIn advisor.",
)
REQUESTS = (
    "Tell me about {0}.",
    "Explain this: {0}",
    "What should I know about {0}?",
    "Write a few paragraphs about {0}.",
    "{0}",
)


def share(text: str) -> float:
    """Returns a number in [0, 1) that depends on the text alone, for stable hold-outs."""
    return int(hashlib.sha256(text.encode()).hexdigest()[:12], 16) / 16**12


def read_prose(folder: Path) -> tuple[list[str], list[str]]:
    """Returns (training documents, held-out documents); one document in a hundred is held out."""
    train: list[str] = []
    held_out: list[str] = []
    for path in sorted(folder.glob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                text = json.loads(line)["text"]
                (held_out if share(text) < 0.01 else train).append(text)
    return train, held_out


def read_conversations(
    files: Sequence[Path],
) -> tuple[list[Conversation], list[Conversation]]:
    """Returns (training, held-out) conversations; 6 in 100 of generic_3 to 6 are held out."""
    train: list[Conversation] = []
    held_out: list[Conversation] = []
    for path in sorted(files):
        for line in path.read_text(encoding="utf-8").splitlines():
            messages = json.loads(line)["messages"]
            question = next(m["content"] for m in messages if m["role"] == "user")
            kept_apart = path.stem in HELD_OUT_FILES and share(question) < 0.06
            (held_out if kept_apart else train).append(messages)
    return train, held_out


def read_sections(documents: list[str]) -> list[Conversation]:
    """Turns a heading and the paragraphs under it into a question and its answer.

    A heading is a paragraph of two to nine words without an end mark. This teaches the model to
    stay on the subject it was asked about, with text that is not written as an answer.
    """
    rng = random.Random(5)
    sections = []
    for document in documents:
        paragraphs = document.split("\n\n")
        for heading, first, *rest in zip(paragraphs, paragraphs[1:], paragraphs[2:], strict=False):
            is_heading = 2 <= len(heading.split()) <= 9 and not re.search(r"[.!:,;\d]$", heading)
            words = len(first.split())
            if not is_heading or not 30 <= words <= 220:
                continue
            answer = first
            if rest and words < 90 and 25 <= len(rest[0].split()) <= 90:
                answer += "\n\n" + rest[0]
            request = heading if heading.endswith("?") else rng.choice(REQUESTS).format(heading)
            system = rng.choice(SYSTEMS)
            sections.append(
                [
                    {"role": "system", "content": system},
                    {"role": "user", "content": request},
                    {"role": "assistant", "content": answer},
                ]
            )
    return sections


def vary(messages: Conversation, rng: random.Random) -> Conversation:
    """Returns the conversation with another system message, or none, and a loosely typed question.

    The same answer then belongs to many ways of asking, as it will when people ask. A system
    message that describes a writer stays: it alone says in whose voice the answer is.
    """
    varied = [dict(m) for m in messages if m["role"] != "system"]
    first = varied[0]
    roll = rng.random()
    if roll < 0.15:
        first["content"] = first["content"].lower()
    elif roll < 0.25:
        first["content"] = first["content"].rstrip("?.!")
    system = messages[0]["content"] if messages[0]["role"] == "system" else SYSTEMS[0]
    draw = rng.random()
    if system in SYSTEMS and draw < 0.1:
        return varied
    if system in SYSTEMS and draw < 0.4:
        system = rng.choice(SYSTEMS)
    return [{"role": "system", "content": system}, *varied]


def encode_conversation(tokenizer: Any, messages: Conversation) -> tuple[list[int], list[bool]]:
    """Returns token ids and, for each, whether it belongs to an assistant turn."""
    encoded = tokenizer.apply_chat_template(
        messages, return_dict=True, return_assistant_tokens_mask=True
    )
    return list(encoded["input_ids"]), [bool(flag) for flag in encoded["assistant_masks"]]
