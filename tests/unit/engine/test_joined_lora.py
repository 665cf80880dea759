"""The joined layers against PEFT's own: outputs and gradients, and what is left as it was."""

import copy

import pytest
import torch
from peft import LoraConfig, get_peft_model
from torch import nn

from voicetune.engine.joined_lora import JoinedLinear, join_adapters

pytestmark = pytest.mark.training


class Net(nn.Module):
    """Two layers, one with a bias."""

    def __init__(self):
        super().__init__()
        self.first = nn.Linear(8, 12, bias=False)
        self.second = nn.Linear(12, 8)

    def forward(self, x):
        return self.second(torch.tanh(self.first(x)))


def adapted(**settings):
    torch.manual_seed(1)
    config = LoraConfig(r=4, lora_alpha=8, target_modules=["first", "second"], **settings)
    model = get_peft_model(Net(), config)
    for name, weight in model.named_parameters():
        if "lora_B" in name:
            nn.init.normal_(weight)
    return model


def learned(model, x):
    """Returns the output, and the gradients of the input and of the adapters."""
    x = x.clone().requires_grad_()
    out = model(x)
    out.square().sum().backward()
    return [out, x.grad, *(p.grad for p in model.parameters() if p.requires_grad)]


def joined_layers(model):
    return [layer for layer in model.modules() if isinstance(layer, JoinedLinear)]


def test_outputs_and_gradients_are_pefts():
    model = adapted()
    joined = copy.deepcopy(model)
    join_adapters(joined)
    assert len(joined_layers(joined)) == 2
    x = torch.randn(3, 5, 8)
    for ours, theirs in zip(learned(joined, x), learned(model, x), strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-5, atol=1e-5)


def test_autocast_computes_in_bfloat16_and_learns_in_float32():
    model = adapted()
    join_adapters(model)
    with torch.autocast("cpu", torch.bfloat16):
        out = model(torch.randn(2, 8))
    out.float().sum().backward()
    assert out.dtype == torch.bfloat16
    assert {p.grad.dtype for p in model.parameters() if p.requires_grad} == {torch.float32}


def test_an_adapter_that_is_turned_off_changes_nothing():
    model = adapted()
    join_adapters(model)
    x = torch.randn(2, 8)
    torch.manual_seed(1)
    with model.disable_adapter():
        assert torch.equal(model(x), Net()(x))


@pytest.mark.parametrize("settings", [{"use_dora": True}, {"lora_dropout": 0.5}])
def test_other_kinds_of_adapters_stay_pefts(settings):
    model = adapted(**settings)
    join_adapters(model)
    assert joined_layers(model) == []
