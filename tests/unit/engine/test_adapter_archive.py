"""The ZIP that takes an adapter elsewhere, and the commands in its README, which are run."""

import re
import zipfile

import pytest
import torch

from tests.unit.engine.test_training_job import float32, heard, make_job, model  # noqa: F401
from voicetune.engine.adapter_archive import readme, write_archive
from voicetune.engine.lora_settings import Lora
from voicetune.engine.models import Base

pytestmark = pytest.mark.training

SYSTEM = 'Be "brief".\nUse 一 word & no more. ```'


@pytest.fixture
def unpacked(make_job, model, tmp_path):  # noqa: F811
    """The ZIP of a trained adapter, unpacked somewhere else."""
    folder = heard(make_job(n_epochs=1)).of("checkpoint")[-1]["folder"]
    base = Base("owner/fern", "fern", model, 1, 256, 0)
    target = tmp_path / "voice.zip"
    write_archive(target, tmp_path / "out" / folder, model_id="ft:fern", base=base, system=SYSTEM)
    elsewhere = tmp_path / "elsewhere"
    with zipfile.ZipFile(target) as archive:
        archive.extractall(elsewhere)
    return elsewhere


def command(folder, name):
    """Returns a command of the README, as it stands there."""
    text = (folder / "README.md").read_text(encoding="utf-8")
    (found,) = re.findall(rf"<!-- {name} -->\n```python\n(.*?)\n```", text, re.DOTALL)
    return found


def run_command(folder, name, base, monkeypatch):
    monkeypatch.chdir(folder)
    monkeypatch.setenv("BASE", str(base))
    there = {}
    exec(compile(command(folder, name), name, "exec"), there)
    return there


def logits(network, ids):
    with torch.no_grad():
        return network(input_ids=ids).logits


def test_the_printed_ways_to_ask_and_to_merge_give_the_same_model(
    unpacked,
    model,  # noqa: F811
    monkeypatch,
    capsys,
):
    from transformers import AutoModelForCausalLM

    asked = run_command(unpacked, "ask", model, monkeypatch)
    assert asked["messages"][0] == {"role": "system", "content": SYSTEM}
    assert capsys.readouterr().out
    run_command(unpacked, "merge", model, monkeypatch)
    merged = AutoModelForCausalLM.from_pretrained(unpacked / "merged").eval()
    ids = asked["prompt"]["input_ids"]
    tuned = logits(asked["model"].eval(), ids)
    assert torch.allclose(logits(merged, ids), tuned, atol=1e-4)
    untouched = AutoModelForCausalLM.from_pretrained(model).eval()
    assert not torch.allclose(logits(untouched, ids), tuned, atol=1e-4)


def test_vllm_s_way_of_adding_an_adapter_gives_the_same_logits(unpacked, model):  # noqa: F811
    """vLLM adds scaling x B(A(x)) to each linear layer's output, scaling being alpha / r."""
    import json

    from peft import PeftModel
    from safetensors.torch import load_file
    from transformers import AutoModelForCausalLM

    config = json.loads((unpacked / "adapter_config.json").read_text())
    weights = load_file(unpacked / "adapter_model.safetensors")
    scaling = config["lora_alpha"] / config["r"]
    ids = torch.tensor([[5, 6, 7, 8]])
    plain = AutoModelForCausalLM.from_pretrained(model).eval()
    for name, layer in plain.named_modules():
        down = weights.get(f"base_model.model.{name}.lora_A.weight")
        if down is not None:
            up = weights[f"base_model.model.{name}.lora_B.weight"]
            layer.register_forward_hook(
                lambda _, given, out, down=down, up=up: out + scaling * (given[0] @ down.T @ up.T)
            )
    tuned = PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(model), unpacked)
    assert torch.allclose(logits(plain, ids), logits(tuned.eval(), ids), atol=1e-5)


def test_the_readme_says_which_base_and_which_system_message(model):  # noqa: F811
    lora = Lora(16, 32, ("k_proj", "q_proj"))
    text = readme("ft:fern", Base("owner/fern", "fern", model, 1, 256, 0), SYSTEM, lora)
    assert "LoRA adapter (rank 16, alpha 32, on the layers k_proj, q_proj)" in text
    assert '> Be "brief".\n> Use 一 word & no more. ```' in text
    assert 'export BASE="owner/fern"' in text
    assert "--max-lora-rank 16" in text
    assert f'SYSTEM """{SYSTEM}"""' in text
    assert "<|im_start|>{{ .Role }}" in text
    small = Lora(4, 8, "all-linear")
    starter = readme("ft:s", Base("voicetune-starter", "Starter", model, 1, 256, 0), None, small)
    assert "data/starter" in starter
    assert "without a system message" in starter
    assert "SYSTEM" not in starter
