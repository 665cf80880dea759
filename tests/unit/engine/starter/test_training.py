"""The starter model's training: schedules, batches and a run of a few steps."""

import gzip
import json
import random
from pathlib import Path

import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from voicetune.engine.starter import training
from voicetune.engine.starter.rows import Rows
from voicetune.engine.starter.training import Recipe, batch, learning_rate_factor, mixture

SMALL = Recipe(
    width=16, layers=1, heads=1, feed_forward=32, length=32, rows=4, steps=6, rounds=1, dropout=0.2
)


def test_the_shares_add_up_and_conversations_grow_to_the_recipes_share():
    shares = [mixture(progress, SMALL) for progress in (0.0, 0.5, 1.0)]
    assert all(sum(share) == pytest.approx(1) for share in shares)
    conversations = [share[2] for share in shares]
    assert conversations == sorted(conversations)
    assert conversations[-1] == pytest.approx(SMALL.conversations)


def test_the_learning_rate_rises_stays_and_falls_to_zero():
    factors = [learning_rate_factor(progress, SMALL) for progress in (0.0, 0.3, 0.75, 1.0)]
    assert 0 < factors[0] < 0.1
    assert factors[1:] == pytest.approx([1, 0.5, 0])


def test_late_batches_learn_answers_only_of_conversations_but_all_of_the_rest():
    ids = torch.full((8, 4), 5)
    sources = {
        name: Rows(ids, torch.ones_like(ids), torch.zeros_like(ids))
        for name in ("prose", "sections", "conversations")
    }
    early = batch(sources, 0.5, SMALL, random.Random(3))
    assert (early["labels"] == 5).all()
    late = batch(sources, 0.99, Recipe(rows=8), random.Random(3))
    assert (late["labels"] == 5).any()
    assert (late["labels"] == -100).any()
    assert late["attention_mask"].shape == (8, 1, 4, 4)


@pytest.fixture
def texts(tmp_path: Path) -> tuple[Path, list[Path]]:
    body = "A calm paragraph that explains the matter to a patient reader. " * 4
    documents = [f"Asking for help number {n}\n\n{body}\n\nMore of {n}." for n in range(300)]
    with gzip.open(tmp_path / "prose.jsonl.gz", "wt", encoding="utf-8") as file:
        file.writelines(json.dumps({"text": text}) + "\n" for text in documents)
    talks = [
        [
            {"role": "system", "content": "You are a helpful assistant."},
            {"role": "user", "content": f"What is {n}?"},
            {"role": "assistant", "content": f"{n} is a number."},
        ]
        for n in range(60)
    ]
    file = tmp_path / "generic_4.jsonl"
    file.write_text("\n".join(json.dumps({"messages": talk}) for talk in talks))
    return tmp_path, [file]


def test_a_run_writes_a_model_in_half_precision_its_log_and_its_recipe(
    texts: tuple[Path, list[Path]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(torch, "compile", lambda model: model)
    out = tmp_path / "out"
    training.train(*texts, out, SMALL, "cpu")
    model = AutoModelForCausalLM.from_pretrained(out)
    assert model.dtype == torch.bfloat16
    assert model.config.vocab_size == len(AutoTokenizer.from_pretrained(out))
    log = [json.loads(line) for line in (out / "training_log.jsonl").read_text().splitlines()]
    assert [entry["step"] for entry in log] == [1, 2, 3, 4, 5, 6]
    assert log[-1]["held_out_prose"] < log[0]["held_out_prose"]
    recipe = json.loads((out / "recipe.json").read_text())
    assert (recipe["steps"], recipe["device"]) == (6, "cpu")


def test_the_clock_ends_a_run_that_has_more_steps(
    texts: tuple[Path, list[Path]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(torch, "compile", lambda model: model)
    ticks = iter(range(100))
    monkeypatch.setattr(training.time, "monotonic", lambda: float(next(ticks)))
    out = tmp_path / "out"
    recipe = Recipe(**{**vars(SMALL), "steps": 10_000, "seconds": 4.0})
    training.train(*texts, out, recipe, "cpu")
    assert json.loads((out / "recipe.json").read_text())["steps"] < 10
