"""Jobs on a tiny model, run in this process: what is said, what is learned, what is resumed."""

import json
import shutil
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F  # noqa: N812
from safetensors import SafetensorError
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM

from tests.unit.engine.tiny import STRICT, conversation, make_model, write_examples
from voicetune.cost import epochs
from voicetune.engine import assembly, base_model, lora_settings, practice, resume, training_job
from voicetune.engine.failures import explain
from voicetune.engine.fingerprint import STAMP, fingerprint
from voicetune.engine.job import Job
from voicetune.engine.masking import IGNORED
from voicetune.engine.memory import Plan
from voicetune.engine.recipe import choose_recipe
from voicetune.engine.training_job import run

pytestmark = pytest.mark.training


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return make_model(tmp_path_factory.mktemp("model"))


@pytest.fixture(autouse=True)
def float32(monkeypatch):
    """Exact arithmetic, the same on every machine."""
    exact = base_model.Precision(torch.float32, autocast=False)
    monkeypatch.setattr(base_model, "training_precision", lambda: exact)


@pytest.fixture
def make_job(model, tmp_path):
    def make(**changes):
        training = changes.pop("training", 10)
        validation = changes.pop("validation", 0)
        fields = {
            "model": model,
            "adapter": None,
            "training_file": write_examples(tmp_path / "training.jsonl", training),
            "validation_file": write_examples(tmp_path / "validation.jsonl", validation)
            if validation
            else None,
            "out": tmp_path / "out",
            "n_epochs": 2,
            "batch_size": 4,
            "learning_rate_multiplier": 1.0,
            "seed": 7,
            "resume": False,
        }
        return Job(**{**fields, **changes})

    return make


class Listener:
    """Keeps what a job says; wants a pause after a step where told so."""

    def __init__(self, pause_after=None):
        self.events = []
        self.pause_after = pause_after

    def send(self, event, **fields):
        self.events.append({"event": event, **fields})

    def pause_wanted(self):
        steps = len(self.of("metrics"))
        return self.pause_after is not None and steps >= self.pause_after

    def of(self, kind):
        return [event for event in self.events if event["event"] == kind]


def heard(job, **options):
    listener = Listener(**options)
    run(job, listener.send, listener.pause_wanted)
    return listener


def losses(listener):
    return [(e["step"], e["train_loss"]) for e in listener.of("metrics")]


def trained_weights(folder):
    return load_file(folder / "adapter_model.safetensors")


def test_says_what_it_does_from_the_first_step_to_the_last(make_job):
    listener = heard(make_job(validation=3))
    assert [e["event"] for e in listener.events] == [
        "started",
        "message",
        *["metrics"] * 3,
        "checkpoint",
        *["metrics"] * 3,
        "checkpoint",
        "finished",
    ]
    assert listener.events[0] == {
        "event": "started",
        "n_epochs": 2,
        "batch_size": 4,
        "learning_rate_multiplier": 1.0,
        "total_steps": 6,
        "resumed_from_step": None,
    }
    adapter = "A LoRA adapter is trained: rank 32, alpha 64, on all linear layers."
    assert listener.events[1] == {"event": "message", "level": "info", "message": adapter}
    metrics = listener.of("metrics")
    assert [e["step"] for e in metrics] == [1, 2, 3, 4, 5, 6]
    assert [e["epoch"] for e in metrics] == [0.3333, 0.6667, 1.0, 1.3333, 1.6667, 2.0]
    for event in metrics:
        assert event["total_steps"] == 6
        assert event["train_loss"] > 0
        assert 0 <= event["train_mean_token_accuracy"] <= 1
        assert event["tokens_per_second"] > 0
        assert event["valid_loss"] > 0
        assert ("full_valid_loss" in event) == (event["step"] in (3, 6))
        assert ("full_valid_mean_token_accuracy" in event) == (event["step"] in (3, 6))


def test_without_validation_examples_there_are_no_validation_figures(make_job):
    listener = heard(make_job())
    assert not [key for e in listener.of("metrics") for key in e if "valid" in key]


def test_an_epoch_leaves_an_adapter_of_safetensors_alone(make_job, tmp_path):
    listener = heard(make_job(validation=3))
    for event, step in zip(listener.of("checkpoint"), (3, 6), strict=True):
        folder = tmp_path / "out" / f"checkpoint-{step}"
        assert (event["step"], event["epoch"], event["folder"]) == (step, step // 3, str(folder))
        assert set(event["metrics"]) == {
            f"{part}{name}"
            for part in ("train_", "valid_", "full_valid_")
            for name in ("loss", "mean_token_accuracy")
        }
        assert (folder / "adapter_config.json").is_file()
        assert not [p for p in folder.rglob("*") if p.suffix in (".bin", ".pt", ".pth", ".pkl")]
    assert listener.of("finished")[0]["folder"] == listener.of("checkpoint")[-1]["folder"]


def test_counts_the_tokens_of_the_file_times_the_epochs(make_job, model):
    job = make_job(n_epochs=3)
    tokenizer = base_model.load_tokenizer(model)
    tokens = sum(
        len(
            tokenizer.apply_chat_template(json.loads(line)["messages"], return_dict=True)[
                "input_ids"
            ]
        )
        for line in job.training_file.read_text().splitlines()
    )
    assert heard(job).of("finished")[0]["trained_tokens"] == 3 * tokens


def test_the_first_loss_and_accuracy_are_plain_pytorchs(make_job, model):
    job = make_job(training=4, validation=3, n_epochs=1)
    first = heard(job).of("metrics")[0]
    tokenizer = base_model.load_tokenizer(model)
    plain = AutoModelForCausalLM.from_pretrained(model, dtype=torch.float32)

    def score(path):
        rows = training_job.read_rows(path, tokenizer, 256, lambda *_, **__: None, "")
        nats = correct = count = 0
        for row in rows:
            with torch.no_grad():
                logits = plain(input_ids=torch.tensor([row.ids])).logits[0, :-1]
            labels = torch.tensor(row.labels[1:])
            nats += F.cross_entropy(logits, labels, ignore_index=IGNORED, reduction="sum").item()
            correct += int((logits.argmax(-1) == labels).sum())
            count += int((labels != IGNORED).sum())
        return nats / count, correct / count

    # A new adapter changes nothing, so the first step's loss is the base model's own
    loss, accuracy = score(job.training_file)
    assert first["train_loss"] == pytest.approx(loss, abs=1e-4)
    assert first["train_mean_token_accuracy"] == pytest.approx(accuracy, abs=1e-9)


def test_the_last_validation_figures_are_those_of_the_saved_adapter(make_job, model):
    from peft import PeftModel

    job = make_job(validation=3)
    last = heard(job).of("checkpoint")[-1]
    tokenizer = base_model.load_tokenizer(model)
    plain = AutoModelForCausalLM.from_pretrained(model, dtype=torch.float32)
    tuned = PeftModel.from_pretrained(plain, last["folder"]).eval()
    nats = count = 0
    for row in training_job.read_rows(
        job.validation_file, tokenizer, 256, lambda *_, **__: None, ""
    ):
        with torch.no_grad():
            logits = tuned(input_ids=torch.tensor([row.ids])).logits[0, :-1]
        labels = torch.tensor(row.labels[1:])
        nats += F.cross_entropy(logits, labels, ignore_index=IGNORED, reduction="sum").item()
        count += int((labels != IGNORED).sum())
    assert last["metrics"]["full_valid_loss"] == pytest.approx(nats / count, abs=1e-4)


def test_splitting_a_batch_for_memory_does_not_change_the_loss(make_job, monkeypatch, tmp_path):
    whole = heard(make_job())
    monkeypatch.setattr(assembly, "choose_plan", lambda *_, **__: Plan(1, True, 0))
    split = heard(make_job(out=tmp_path / "split"))
    assert "slower, with the same result" in split.of("message")[0]["message"]
    assert [x for _, x in losses(split)] == pytest.approx([x for _, x in losses(whole)], abs=1e-4)


def test_learns(make_job):
    listener = heard(make_job(n_epochs=12))
    curve = [loss for _, loss in losses(listener)]
    assert sum(curve[-3:]) < 0.8 * sum(curve[:3])


def test_the_same_seed_gives_the_same_losses_and_another_does_not(make_job, tmp_path):
    first, again, other = (
        losses(heard(make_job(seed=seed, out=tmp_path / str(i))))
        for i, seed in enumerate((7, 7, 8))
    )
    assert first == again
    assert first != other


@pytest.mark.parametrize("step", [2, 3, 4])
def test_a_paused_job_goes_on_as_if_nothing_had_been(make_job, tmp_path, step):
    whole = heard(make_job(validation=3))
    job = make_job(validation=3, out=tmp_path / "paused")
    before = heard(job, pause_after=step)
    assert before.events[-1] == {"event": "paused", "step": step}
    after = heard(make_job(validation=3, out=job.out, resume=True))
    assert after.of("started")[0]["resumed_from_step"] == step
    assert losses(after) == losses(whole)
    last, expected = (trained_weights(f / "checkpoint-6") for f in (job.out, tmp_path / "out"))
    assert last.keys() == expected.keys()
    assert all(torch.equal(last[name], expected[name]) for name in last)


def test_what_came_before_a_break_is_said_again(make_job, tmp_path):
    out = tmp_path / "paused"
    before = heard(make_job(out=out), pause_after=4)
    after = heard(make_job(out=out, resume=True))
    assert after.of("metrics")[:4] == before.of("metrics")
    assert after.of("checkpoint")[0] == before.of("checkpoint")[0]
    assert [e["step"] for e in after.of("checkpoint")] == [3, 6]


def test_a_job_killed_before_its_first_save_starts_anew(make_job):
    listener = heard(make_job(resume=True))
    assert listener.of("started")[0]["resumed_from_step"] is None
    assert len(listener.of("metrics")) == 6


def test_a_kill_while_the_state_is_replaced_leaves_the_last_one(make_job, tmp_path):
    heard(make_job(), pause_after=2)
    folder = tmp_path / "out" / "resume"
    folder.rename(folder.with_name("resume.old"))
    (tmp_path / "out" / "resume.new").mkdir()
    state = resume.last_state(folder)
    assert resume.step_of(state) == 2
    assert heard(make_job(resume=True)).of("started")[0]["resumed_from_step"] == 2


def test_training_goes_on_from_a_tuned_model(make_job, tmp_path, model):
    first = heard(make_job(n_epochs=8))
    folder = first.of("finished")[0]["folder"]
    second = heard(make_job(adapter=tmp_path / folder, out=tmp_path / "second"))
    assert losses(second)[0][1] < 0.9 * losses(first)[0][1]


def test_training_does_not_go_on_from_a_tuned_model_of_other_weights(make_job, tmp_path):
    tuned = tmp_path / heard(make_job()).of("finished")[0]["folder"]
    other = make_model(tmp_path / "other", seed=3)
    failure = failure_of(make_job(model=other, adapter=tuned, out=tmp_path / "second"))
    assert (failure.code, failure.param) == ("base_model_changed", "model")


def test_says_which_examples_were_cut_or_left_out(tmp_path, make_job):
    strict = make_model(tmp_path / "strict", STRICT, context=100)
    job = make_job(model=strict)
    good = conversation("Ferns?", "Yes.")
    talks = [
        good,
        conversation("Ferns?", "Little and often. " * 30),
        [good[1], good[1], good[2]],
        [good[0], good[1], {**good[2], "weight": 0}],
    ]
    lines = [json.dumps({"messages": talk}) for talk in talks]
    job.training_file.write_text("\n\n".join(lines), encoding="utf-8")
    listener = heard(job)
    assert [(e["level"], e["message"]) for e in listener.of("message")] == [
        ("warn", "line 3: longer than the 100 tokens this model reads: cut at the end"),
        ("warn", "line 5: left out: this model's chat template does not take it"),
        ("warn", "line 7: left out: nothing in it is learned"),
        ("info", "A LoRA adapter is trained: rank 32, alpha 64, on all linear layers."),
    ]


def failure_of(job):
    with pytest.raises(Exception) as caught:  # noqa: PT011 - any: what matters is how it is explained
        heard(job)
    return explain(caught.value)


def test_a_missing_model_is_named(make_job, tmp_path):
    failure = failure_of(make_job(model=tmp_path / "nowhere"))
    assert (failure.code, failure.param) == ("model_not_found", "model")


def test_a_broken_model_is_named(make_job, tmp_path, model):
    broken = shutil.copytree(model, tmp_path / "broken")
    (broken / "model.safetensors").write_bytes(b"not weights at all")
    failure = failure_of(make_job(model=broken))
    assert (failure.code, failure.param) == ("model_unreadable", "model")
    assert "Download or copy the model again" in failure.message


def test_pickled_weights_are_never_read(make_job, tmp_path, model):
    pickled = shutil.copytree(model, tmp_path / "pickled")
    weights = load_file(pickled / "model.safetensors")
    (pickled / "model.safetensors").unlink()
    torch.save(weights, pickled / "pytorch_model.bin")
    assert failure_of(make_job(model=pickled)).code == "model_unreadable"


def test_a_model_without_a_chat_template_is_named(make_job, tmp_path):
    assert failure_of(make_job(model=make_model(tmp_path / "mute", ""))).code == (
        "model_not_supported"
    )


def test_a_file_with_nothing_to_learn_is_named(make_job):
    job = make_job()
    job.training_file.write_text("\n", encoding="utf-8")
    failure = failure_of(job)
    assert (failure.code, failure.param) == ("no_examples", "training_file")


def test_a_base_model_that_is_deleted_meanwhile_is_still_the_one_named(make_job, tmp_path):
    folder = make_model(tmp_path / "base")
    expected = fingerprint(folder)
    job = make_job(model=folder)

    def send(event, **fields):
        if event == "metrics" and fields["step"] == 1:
            shutil.rmtree(folder)

    run(job, send, lambda: False)
    assert json.loads((job.out / "checkpoint-6" / STAMP).read_text())["fingerprint"] == expected


def test_a_loss_that_is_not_a_number_ends_the_job(make_job):
    failure = failure_of(make_job(learning_rate_multiplier=1e30))
    assert (failure.code, failure.param) == ("loss_not_finite", "learning_rate_multiplier")


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (MemoryError(), "out_of_memory"),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory: 9 bytes"), "out_of_memory"),
        (OSError(12, "Cannot allocate memory"), "out_of_memory"),
        (RuntimeError("can't start new thread"), "out_of_memory"),
        (RuntimeError("could not create a primitive"), "out_of_memory"),
        (RuntimeError("Resource temporarily unavailable"), "out_of_memory"),
        (OSError(28, "No space left on device"), "disk_full"),
        (SafetensorError("I/O error: No space left on device (os error 28)"), "disk_full"),
        (SafetensorError("I/O error: Read-only (os error 30) at path"), "folder_not_writable"),
        (PermissionError(13, "Permission denied"), "folder_not_writable"),
        (OSError(5, "Input/output error"), "storage_failed"),
        (KeyError("the words of a person"), "internal_error"),
    ],
)
def test_failures_are_explained_without_the_words_of_a_person(error, code):
    failure = explain(error)
    assert failure.code == code
    assert "words of a person" not in failure.message


def test_speed_is_measured_on_real_steps(model):
    assert practice.measure(model) > 0


def test_a_job_that_does_not_fit_into_memory_is_refused_with_what_would(make_job, monkeypatch):
    monkeypatch.setattr(assembly, "free_bytes", lambda: 2**20)
    failure = failure_of(make_job())
    assert (failure.code, failure.param) == ("not_enough_memory", "model")
    assert "smaller base model" in failure.message


def test_an_adapter_is_as_the_defaults_say(make_job, monkeypatch):
    defaults = epochs.local_defaults(1)
    lora = {"rank": 3, "alpha": 12, "targets": ["q_proj", "down_proj"]}
    monkeypatch.setattr(lora_settings, "local_defaults", lambda _: {**defaults, "lora": lora})
    listener = heard(make_job(n_epochs=1))
    said = listener.of("message")[0]["message"]
    assert said == "A LoRA adapter is trained: rank 3, alpha 12, on the layers down_proj, q_proj."
    folder = Path(listener.of("finished")[0]["folder"])
    config = json.loads((folder / "adapter_config.json").read_text())
    assert (config["r"], config["lora_alpha"]) == (3, 12)
    names = {name.rsplit(".", 3)[1] for name in trained_weights(folder)}
    assert names == {"q_proj", "down_proj"}


def test_what_goes_on_from_a_tuned_model_keeps_its_adapter_as_it_is(make_job, monkeypatch):
    defaults = epochs.local_defaults(1)
    lora = {"rank": 3, "alpha": 12, "targets": ["q_proj"]}
    with monkeypatch.context() as changed:
        changed.setattr(lora_settings, "local_defaults", lambda _: {**defaults, "lora": lora})
        job = make_job(n_epochs=1)
        first = Path(heard(job).of("finished")[0]["folder"])
    second = heard(make_job(n_epochs=1, adapter=first, out=job.out / "second"))
    said = second.of("message")[0]["message"]
    assert said == "A LoRA adapter is trained: rank 3, alpha 12, on the layers q_proj."


def test_weights_in_four_bits_are_told():
    listener = Listener()
    recipe = choose_recipe(parameters=10**9, examples=20)
    training_job._say_plan(Plan(recipe.batch_size, False, 0, four_bits=True), recipe, listener.send)
    (said,) = listener.of("message")
    assert "rounded to 4 bits" in said["message"]
