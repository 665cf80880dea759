"""The starter model's texts: hold-outs, sections, variation and masks."""

import gzip
import json
import random
from pathlib import Path

import pytest

from voicetune.engine.starter import corpus
from voicetune.engine.starter.tokenizer import train_tokenizer

CONVERSATION = [
    {"role": "system", "content": "You are a helpful assistant."},
    {"role": "user", "content": "How do I say thank you? 🌱"},
    {"role": "assistant", "content": "Say what it changed for you."},
]


def test_a_heading_and_its_paragraphs_become_a_question_and_an_answer():
    body = "A calm paragraph that explains the matter. " * 8
    sections = corpus.read_sections([f"Intro text here.\n\nAsking for help\n\n{body}\n\nShort."])
    assert len(sections) == 1
    assert "Asking for help" in sections[0][1]["content"]
    assert sections[0][2]["content"] == body


def test_held_out_texts_are_apart_and_the_choice_is_stable(tmp_path: Path):
    with gzip.open(tmp_path / "prose.jsonl.gz", "wt", encoding="utf-8") as file:
        file.writelines(json.dumps({"text": f"document {n}"}) + "\n" for n in range(600))
    train, held_out = corpus.read_prose(tmp_path)
    assert held_out
    assert not set(train) & set(held_out)
    assert corpus.read_prose(tmp_path) == (train, held_out)


def test_conversations_are_held_out_only_of_the_later_files(tmp_path: Path):
    for name in ("generic_1", "generic_4"):
        lines = [
            json.dumps({"messages": [{"role": "user", "content": f"{name} question {n}"}]})
            for n in range(200)
        ]
        (tmp_path / f"{name}.jsonl").write_text("\n".join(lines))
    train, held_out = corpus.read_conversations(list(tmp_path.glob("*.jsonl")))
    assert len(train) + len(held_out) == 400
    assert held_out
    assert all("generic_4" in c[0]["content"] for c in held_out)


def test_a_system_message_that_describes_a_writer_stays_and_a_general_one_varies():
    def systems(message: str) -> set[str | None]:
        talk = [
            {"role": "system", "content": message},
            {"role": "user", "content": "Why?"},
            {"role": "assistant", "content": "Because."},
        ]
        seen = [corpus.vary(talk, random.Random(seed))[0] for seed in range(60)]
        return {m["content"] if m["role"] == "system" else None for m in seen}

    writer = "You write as a welder."
    assert systems(writer) == {writer}
    assert systems(corpus.SYSTEMS[0]) == {*corpus.SYSTEMS, None}


@pytest.fixture
def tokenizer(tmp_path: Path):
    return train_tokenizer([m["content"] for m in CONVERSATION], tmp_path)


def test_only_the_answer_and_its_end_mark_are_learned(tokenizer):
    ids, answer = corpus.encode_conversation(tokenizer, CONVERSATION)
    learned = tokenizer.decode([t for t, a in zip(ids, answer, strict=True) if a])
    assert learned == "Say what it changed for you.<|im_end|>"


def test_a_conversation_without_a_system_message_gets_a_general_one_or_none():
    talk = CONVERSATION[1:]
    seen = [corpus.vary(talk, random.Random(seed)) for seed in range(60)]
    systems = {m[0]["content"] if m[0]["role"] == "system" else None for m in seen}
    assert systems == {*corpus.SYSTEMS, None}
    assert all(m[-1] == talk[-1] for m in seen)
