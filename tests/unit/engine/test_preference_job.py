"""Preference jobs on a tiny model: the loss is the published one, and the better answer wins."""

import json

import pytest
import torch
import torch.nn.functional as F  # noqa: N812
from transformers import AutoModelForCausalLM

from tests.unit.engine.test_training_job import (  # noqa: F401 - fixtures
    float32,
    heard,
    make_job,
    model,
    trained_weights,
)
from tests.unit.engine.tiny import conversation
from voicetune.engine import base_model
from voicetune.engine.failures import EngineError
from voicetune.engine.masking import IGNORED
from voicetune.engine.training_rows import read_pairs

pytestmark = pytest.mark.training


def write_pairs(path, count):
    lines = []
    for number in range(count):
        question = f"What about {number}?"
        pair = {
            "input": {"messages": conversation(question, "")[:-1]},
            "preferred_output": [
                {"role": "assistant", "content": "Try this: go slow." + " Go." * number}
            ],
            "non_preferred_output": [{"role": "assistant", "content": f"No. {number} is no."}],
        }
        lines.append(json.dumps(pair))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def make_preference_job(make_job, tmp_path):  # noqa: F811
    def make(**changes):
        validation = changes.pop("validation", 0)
        fields = {
            "training_file": write_pairs(tmp_path / "pairs.jsonl", 8),
            "validation_file": write_pairs(tmp_path / "other.jsonl", validation)
            if validation
            else None,
            "method": "dpo",
            "beta": 0.5,
            "learning_rate_multiplier": 20.0,
        }
        return make_job(**{**fields, **changes})

    return make


def say_nothing(event: str, **_: object) -> None:
    """Takes what a job would say."""


def test_early_stopping_goes_by_the_loss_on_the_pairs_kept_apart(make_preference_job):
    listener = heard(make_preference_job(validation=3, n_epochs=3, early_stopping=True))
    losses = {e["folder"]: e["metrics"]["full_valid_loss"] for e in listener.of("checkpoint")}
    assert listener.of("finished")[0]["folder"] == min(losses, key=losses.__getitem__)
    assert "was the best" in listener.of("message")[-1]["message"]


def test_says_rewards_with_the_loss(make_preference_job):
    listener = heard(make_preference_job(validation=5))
    started = listener.events[0]
    assert (started["beta"], started["total_steps"]) == (0.5, 4)
    first, last = listener.of("metrics")[0], listener.of("metrics")[-1]
    assert first["train_loss"] == pytest.approx(0.6931, abs=1e-4)
    assert first["train_reward_margin"] == pytest.approx(0, abs=1e-5)
    assert last["valid_reward_margin"] != 0
    assert 0 <= last["full_valid_reward_accuracy"] <= 1
    assert last["full_valid_loss"] > 0
    assert "train_mean_token_accuracy" not in first


def test_the_preferred_answer_becomes_likelier_than_the_rejected_one(make_preference_job):
    last = heard(make_preference_job(n_epochs=6)).of("metrics")[-1]
    assert last["train_loss"] < 0.6
    assert last["train_reward_margin"] > 0
    assert last["train_reward_accuracy"] == 1


def test_the_loss_is_the_published_one_on_the_tuned_model(make_preference_job, model):  # noqa: F811
    from peft import PeftModel

    listener = heard(make_preference_job(validation=6, n_epochs=3))
    folder = listener.of("checkpoint")[-1]["folder"]
    told = listener.of("metrics")[-1]
    tokenizer = base_model.load_tokenizer(model)
    pairs = read_pairs(
        make_preference_job(validation=6).validation_file, tokenizer, 256, say_nothing, "file"
    )
    base = AutoModelForCausalLM.from_pretrained(model)
    rewards = []
    with torch.no_grad():
        for pair in pairs:
            before = [likelihood(base, side) for side in (pair.chosen, pair.rejected)]
            rewards.append(before)
        tuned = PeftModel.from_pretrained(base, folder)
        margins = []
        for pair, before in zip(pairs, rewards, strict=True):
            after = [likelihood(tuned, side) for side in (pair.chosen, pair.rejected)]
            margins.append(0.5 * ((after[0] - before[0]) - (after[1] - before[1])))
    expected = torch.stack(margins)
    assert told["full_valid_loss"] == pytest.approx(-F.logsigmoid(expected).mean().item(), abs=1e-4)
    assert told["full_valid_reward_margin"] == pytest.approx(expected.mean().item(), abs=1e-4)


def likelihood(model, row):  # noqa: F811
    """Returns the log-probability of the learned tokens of one conversation, in nats."""
    ids = torch.tensor([row.ids], device=model.device)
    scores = model(input_ids=ids).logits[0, :-1].log_softmax(-1)
    labels = torch.tensor(row.labels[1:])
    picked = labels != IGNORED
    return scores[picked, labels[picked]].sum()


def test_only_the_last_answer_counts(tmp_path, model):  # noqa: F811
    path = tmp_path / "turns.jsonl"
    asked = [
        *conversation("Early?", "Never."),
        {"role": "user", "content": "And late?"},
    ]
    sides = {
        "preferred_output": [{"role": "assistant", "content": "Often."}],
        "non_preferred_output": [{"role": "assistant", "content": "No.", "weight": 0}],
    }
    path.write_text(json.dumps({"input": {"messages": asked}, **sides}), encoding="utf-8")
    tokenizer = base_model.load_tokenizer(model)
    (pair,) = read_pairs(path, tokenizer, 256, say_nothing, "training_file")
    for row, answer in ((pair.chosen, "Often."), (pair.rejected, "No.")):
        learned = [label for label in row.labels if label != IGNORED]
        assert tokenizer.decode(learned) == f"{answer}<|im_end|>"


def test_a_broken_pair_is_named_by_what_is_wrong(tmp_path, model):  # noqa: F811
    path = tmp_path / "pairs.jsonl"
    path.write_text('{"input": {}}\n', encoding="utf-8")
    with pytest.raises(EngineError, match="messages"):
        read_pairs(path, base_model.load_tokenizer(model), 256, say_nothing, "training_file")


def test_a_paused_preference_job_goes_on_as_if_nothing_had_been(make_preference_job, tmp_path):
    whole = heard(make_preference_job(n_epochs=3, out=tmp_path / "whole"))
    first = heard(make_preference_job(n_epochs=3, out=tmp_path / "broken"), pause_after=2)
    rest = heard(make_preference_job(n_epochs=3, out=tmp_path / "broken", resume=True))
    assert first.of("paused")
    said = {e["step"]: e["train_loss"] for e in [*first.of("metrics"), *rest.of("metrics")]}
    expected = {e["step"]: e["train_loss"] for e in whole.of("metrics")}
    assert said == pytest.approx(expected, abs=1e-6)


def test_preferences_are_learned_on_top_of_a_tuned_model(
    make_job,  # noqa: F811
    make_preference_job,
    tmp_path,
):
    tuned = heard(make_job(out=tmp_path / "tuned")).of("checkpoint")[-1]["folder"]
    listener = heard(make_preference_job(adapter=tmp_path / "tuned" / tuned, n_epochs=1))
    first = listener.of("metrics")[0]
    assert first["train_loss"] == pytest.approx(0.6931, abs=1e-4)  # measured against the tuned one
    folder = tmp_path / "out" / listener.of("checkpoint")[-1]["folder"]
    assert sorted(p.name for p in folder.iterdir() if p.is_dir()) == []
    before, after = trained_weights(tmp_path / "tuned" / tuned), trained_weights(folder)
    assert before.keys() == after.keys()
    assert any(not torch.equal(before[name], after[name]) for name in before)
