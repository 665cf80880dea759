"""The whole life of a job on each family of open models: trained, resumed, saved and asked."""

import pytest
import torch
import torch.nn.functional as F  # noqa: N812

from tests.unit.engine.families import FAMILIES, make_family
from tests.unit.engine.test_training_job import float32, heard, make_job  # noqa: F401 - fixtures
from voicetune.engine import assembly, base_model, serving
from voicetune.engine.masking import IGNORED
from voicetune.engine.memory import Plan
from voicetune.engine.training_rows import read_rows

pytestmark = pytest.mark.training

QUESTION = [{"role": "user", "content": "How do I water a fern?"}]


@pytest.fixture(scope="module", params=FAMILIES)
def model(request, tmp_path_factory):
    return make_family(tmp_path_factory.mktemp("family"), request.param)


def plain_loss(network, rows):
    """Returns the mean loss a learned token by PyTorch alone, one conversation at a time."""
    nats, count = 0.0, 0
    for row in rows:
        ids = torch.tensor([row.ids], device=network.device)
        labels = torch.tensor(row.labels[1:], device=network.device)
        logits = network(input_ids=ids).logits[0, :-1]
        nats += F.cross_entropy(logits, labels, ignore_index=IGNORED, reduction="sum").item()
        count += int((labels != IGNORED).sum())
    return nats / count


def asked(folder, adapter, *, tokens=8):
    """Returns the served model's greedy answer."""
    said = []
    served = serving.load(folder, lambda event, **fields: said.append((event, fields)))
    served.accept(
        {
            "id": "c",
            "adapter": str(adapter) if adapter else None,
            "messages": QUESTION,
            "n": 1,
            "temperature": 0.0,
            "top_p": 1.0,
            "presence_penalty": 0.0,
            "frequency_penalty": 0.0,
            "seed": None,
            "stop": [],
            "max_tokens": tokens,
        }
    )
    while served.busy:
        served.advance()
    return "".join(fields["text"] for event, fields in said if event == "token")


def generated(network, tokenizer, *, tokens=8):
    """Returns Transformers' own greedy answer."""
    prompt = tokenizer.apply_chat_template(
        QUESTION,
        add_generation_prompt=True,
        enable_thinking=False,
        return_tensors="pt",
        return_dict=True,
    ).to(network.device)
    ids = network.generate(**prompt, max_new_tokens=tokens, do_sample=False)
    text = tokenizer.decode(ids[0, prompt["input_ids"].shape[1] :], skip_special_tokens=True)
    return text.replace("\ufffd", "")  # bytes that are no character are not said


def test_losses_are_plain_pytorchs_and_fall(make_job, model):  # noqa: F811
    job = make_job(validation=3, n_epochs=4)
    listener = heard(job)
    metrics = listener.of("metrics")
    assert metrics[-1]["train_loss"] < metrics[0]["train_loss"]
    from peft import PeftModel

    tokenizer = base_model.load_tokenizer(model)
    network = base_model.load_model(model, torch.float32).eval()
    rows = read_rows(job.validation_file, tokenizer, 256, lambda *_, **__: None, "file")
    tuned = PeftModel.from_pretrained(network, listener.of("checkpoint")[-1]["folder"])
    with torch.no_grad():
        expected = plain_loss(tuned, rows)
    assert metrics[-1]["full_valid_loss"] == pytest.approx(expected, abs=1e-4)


def test_a_paused_job_goes_on_as_if_nothing_had_been(make_job, tmp_path):  # noqa: F811
    whole = heard(make_job(out=tmp_path / "whole"))
    first = heard(make_job(out=tmp_path / "broken"), pause_after=2)
    rest = heard(make_job(out=tmp_path / "broken", resume=True))
    said = {e["step"]: e["train_loss"] for e in [*first.of("metrics"), *rest.of("metrics")]}
    expected = {e["step"]: e["train_loss"] for e in whole.of("metrics")}
    assert said == pytest.approx(expected, abs=1e-6)


def test_base_and_tuned_answer_like_transformers(make_job, model):  # noqa: F811
    from peft import PeftModel

    folder = heard(make_job()).of("checkpoint")[-1]["folder"]
    tokenizer = base_model.load_tokenizer(model)
    network = base_model.load_model(model, torch.float32).eval()
    assert asked(model, None) == generated(network, tokenizer)
    tuned = PeftModel.from_pretrained(network, folder).eval()
    assert asked(model, folder) == generated(tuned, tokenizer)


def test_a_large_model_trains_with_less_memory_to_the_same_losses(
    make_job,  # noqa: F811
    tmp_path,
    monkeypatch,
):
    usual = heard(make_job(out=tmp_path / "usual")).of("metrics")
    monkeypatch.setattr(assembly, "choose_plan", lambda *_, **__: Plan(1, True, 0))
    spared = heard(make_job(out=tmp_path / "spared")).of("metrics")
    for one, other in zip(usual, spared, strict=True):
        assert one["train_loss"] == pytest.approx(other["train_loss"], abs=1e-4)
