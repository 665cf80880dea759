"""The starter model's token rows: packing, labels, masks, draws and files."""

import random
from pathlib import Path

import pytest
import torch

from voicetune.engine.starter.rows import (
    ANSWER,
    PADDING,
    Rows,
    conversation_rows,
    load_rows,
    prose_rows,
    save_rows,
)
from voicetune.engine.starter.tokenizer import train_tokenizer

TALK = [
    {"role": "system", "content": "You write as a welder."},
    {"role": "user", "content": "How do I say thank you? 🌱"},
    {"role": "assistant", "content": "Say what it changed for you."},
]


@pytest.fixture
def tokenizer(tmp_path: Path):
    return train_tokenizer([m["content"] for m in TALK], tmp_path)


@pytest.fixture
def rows(tokenizer) -> Rows:
    return conversation_rows(tokenizer, [TALK] * 3, 256, random.Random(1), rounds=2)


def test_a_row_holds_whole_conversations_and_pads_the_rest(tokenizer, rows: Rows):
    starts = tokenizer.convert_tokens_to_ids("<|im_start|>")
    assert rows.ids.shape == rows.kinds.shape == rows.documents.shape
    assert rows.ids.shape[1] == 256
    assert (rows.ids[:, 0] == starts).all()
    assert int((rows.ids == starts).sum()) == 3 * 2 * len(TALK)
    padding = rows.kinds == PADDING
    assert padding.any()
    assert (rows.ids[padding] == tokenizer.pad_token_id).all()


def test_labels_leave_out_padding_and_on_request_all_but_answers(tokenizer, rows: Rows):
    everything, answers = rows.labels(answers_only=False), rows.labels(answers_only=True)
    assert torch.equal(everything == -100, rows.kinds == PADDING)
    learned = answers[0][answers[0] != -100]
    assert tokenizer.decode(learned[: len(learned) // 2]).startswith("Say what it changed")
    assert torch.equal(answers != -100, rows.kinds == ANSWER)


def test_a_token_sees_the_past_of_its_own_document_only():
    ids = torch.tensor([[5, 6, 7, 8]])
    rows = Rows(ids, torch.ones_like(ids), torch.tensor([[0, 0, 1, 1]]))
    expected = [[1, 0, 0, 0], [1, 1, 0, 0], [0, 0, 1, 0], [0, 0, 1, 1]]
    assert rows.mask()[0, 0].int().tolist() == expected


def test_prose_keeps_every_token_of_the_full_rows_and_tells_documents_apart():
    rows = prose_rows([[3, 4, 5], [6, 7, 8, 9]], end=0, length=3, rng=random.Random(2))
    assert rows.ids.shape == (3, 3)
    assert sorted(rows.ids.flatten().tolist()) == [0, 0, 3, 4, 5, 6, 7, 8, 9]
    assert (rows.documents.diff(dim=1) == (rows.ids[:, 1:] == 0)).all()


def test_every_row_is_drawn_once_before_any_is_drawn_again():
    ids = torch.arange(6)[:, None]
    rows = Rows(ids, ids, ids)
    drawn = torch.cat([rows.draw(2).ids for _ in range(3)]).flatten().tolist()
    assert sorted(drawn) == list(range(6))
    assert rows.draw(2).ids.shape == (2, 1)


def test_rows_come_back_from_a_file_by_their_names(tmp_path: Path, rows: Rows):
    prose, sections = (
        prose_rows([[3, 4, n]], end=0, length=2, rng=random.Random(2)) for n in (5, 6)
    )
    save_rows({"prose": prose, "sections": sections, "conversations": rows}, tmp_path / "rows")
    read = load_rows(tmp_path / "rows")
    assert list(read) == ["prose", "sections", "conversations"]
    assert torch.equal(read["prose"].ids, prose.ids)
    assert torch.equal(read["conversations"].documents, rows.documents)
