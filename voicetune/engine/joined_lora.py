"""A linear layer and its LoRA adapter worked out together: the same numbers in fewer passes.

PEFT adds the adapter's output to the layer's in three passes over memory, and autograd adds their
gradients in more; on a processor a layer took 1.3 times as long. Here the products add up in place.
"""

from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812 - PyTorch's own name for it
from peft.tuners.lora.layer import Linear


def join_adapters(model: torch.nn.Module) -> None:
    """Turns those adapter layers of a PEFT model into joined ones that nothing keeps from it."""
    for layer in model.modules():
        if type(layer) is Linear and _is_plain(layer):
            layer.__class__ = JoinedLinear


def _is_plain(layer: Linear) -> bool:
    """Returns whether it is LoRA as it was published, over a layer of ordinary weights."""
    dropouts = layer.lora_dropout.values()
    return (
        type(layer.base_layer) is torch.nn.Linear
        and not layer.lora_variant
        and not any(layer.lora_bias.values())
        and all(type(dropout) is torch.nn.Identity for dropout in dropouts)
    )


class JoinedLinear(Linear):
    """PEFT's layer with one active adapter, whose base layer is not trained."""

    def forward(self, x: torch.Tensor, *args: Any, **kwargs: Any) -> torch.Tensor:
        """Returns the layer's output with the adapter's, in the format that is computed in."""
        if self.disable_adapters or self.merged:
            return super().forward(x, *args, **kwargs)
        (name,) = self.active_adapters
        base: Any = self.base_layer
        device = x.device.type
        cast = torch.is_autocast_enabled(device)
        number = torch.get_autocast_dtype(device) if cast else base.weight.dtype
        bias = None if base.bias is None else base.bias.to(number)
        down = self.lora_A[name].weight.to(number)
        up = (self.lora_B[name].weight * self.scaling[name]).to(number)
        joined: torch.Tensor = _Joined.apply(  # type: ignore[no-untyped-call]
            x.to(number), base.weight.to(number), bias, down, up
        )
        return joined


class _Joined(torch.autograd.Function):
    """x · Wᵀ + b + (x · downᵀ) · upᵀ, of which W and b are not trained."""

    @staticmethod
    def forward(
        ctx: Any,
        x: torch.Tensor,
        weight: torch.Tensor,
        bias: torch.Tensor | None,
        down: torch.Tensor,
        up: torch.Tensor,
    ) -> torch.Tensor:
        rows = x.reshape(-1, x.shape[-1])
        inner = rows @ down.T
        ctx.save_for_backward(rows, weight, down, up, inner)
        result = F.linear(rows, weight, bias).addmm_(inner, up.T)
        return result.view(*x.shape[:-1], -1)

    @staticmethod
    def backward(ctx: Any, *grads: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        rows, weight, down, up, inner = ctx.saved_tensors
        grad = grads[0].reshape(-1, weight.shape[0])
        for_inner = grad @ up
        for_x = None
        if ctx.needs_input_grad[0]:
            for_x = (grad @ weight).addmm_(for_inner, down).view(*grads[0].shape[:-1], -1)
        return for_x, None, None, for_inner.T @ rows, grad.T @ inner
