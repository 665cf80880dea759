"""JSON and JSONL with texts but no questions."""

import io
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from voicetune.importers.recognition import read, recognise

RECORDS = [
    {"Text": "A first post of mine, here.", "date": "2024-05-06", "url": "https://a.org"},
    {"text": "", "n": 1},
    {"text": "A second post of mine, here.", "title": "Second"},
]


@pytest.mark.parametrize(
    "data",
    [
        json.dumps(RECORDS),
        "\n".join(map(json.dumps, RECORDS)),
        json.dumps({"posts": RECORDS, "version": 2}),
    ],
)
def test_texts_come_in_from_every_wrapping(data: str):
    found = read("posts.jsonl", io.BytesIO(data.encode()))
    assert found.kind == "json-posts"
    assert [(c.text, c.where) for c in found.candidates] == [
        ("A first post of mine, here.", "posts.jsonl, item 1"),
        ("A second post of mine, here.", "posts.jsonl, item 3"),
    ]
    assert [(r.line, r.code) for r in found.refusals] == [(2, "no-text")]
    first = found.candidates[0]
    assert (first.written_on, first.url) == (datetime(2024, 5, 6, tzinfo=UTC), "https://a.org")


@pytest.mark.parametrize(
    "record",
    [
        {"messages": []},
        {"prompt": "a", "completion": "b"},
        {"text": "USER: a ASSISTANT: b"},
        {"role": "user", "content": "One message by itself"},
        {"number": 1},
        ["text"],
    ],
)
def test_training_data_and_other_json_is_left_to_its_own_reader(record: Any):
    assert recognise("v.jsonl", io.BytesIO(json.dumps(record).encode())) is None
