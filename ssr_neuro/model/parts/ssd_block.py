"""The state-space duality block, with or without a factor of its step for each position."""

import math

import torch
from torch import nn
from torch.nn.functional import hardswish, rms_norm, silu, softplus

from ssr_neuro.model.parts.causal_conv import CausalConv
from ssr_neuro.model.parts.ssd import read_last, scan_in_chunks

FIRST_STEPS = (1e-3, 0.1)  # of softplus(bias), log-uniform; as Mamba's
FIRST_RATES = (1.0, 16.0)  # of -A, uniform; as Mamba2's


def first_step_bias(count: int) -> torch.Tensor:
    """Biases (count,) whose softplus is log-uniform over FIRST_STEPS."""
    low, high = (math.log(step) for step in FIRST_STEPS)
    step = torch.exp(low + (high - low) * torch.rand(count))
    return step + torch.log(-torch.expm1(-step))


class GatedRmsNorm(nn.Module):
    """x, gate (..., C) -> rms_norm(x * silu(gate)) * weight."""

    def __init__(self, channels: int, eps: float = 1e-5) -> None:
        super().__init__()
        self.eps = eps
        self.weight = nn.Parameter(torch.ones(channels))

    def forward(self, x: torch.Tensor, gate: torch.Tensor) -> torch.Tensor:
        gated = (x * silu(gate)).float()
        return rms_norm(gated, self.weight.shape, self.weight, eps=self.eps)


class SsdBlock(nn.Module):
    """x (B, N, D) -> (B, N, D) by TiM4Rec's equations 14, 15, 18 and 20; causal.

    C = expand * D inner channels in `heads` heads of C / heads, a state of `state` numbers for
    each channel. The step of a head is softplus(step * time + bias), its decay exp(-rate * step).
    Before the first item the state is zero, and the convolution sees the first item where it
    repeats, else zero. initial: of the convolution (`CausalConv`).
    """

    def __init__(
        self,
        features: int,
        *,
        expand: int,
        heads: int,
        state: int,
        kernel: int,
        repeats: bool = True,
        initial: str = "uniform",
        eps: float = 1e-5,
    ) -> None:
        super().__init__()
        inner = expand * features
        self.parts = [inner, state, state]
        self.project = nn.Linear(features, inner + 2 * state + heads)  # X, B, C, step
        self.gate = nn.Linear(features, inner)
        self.conv = CausalConv(inner + 2 * state, kernel, repeats=repeats, initial=initial)
        self.step_bias = nn.Parameter(first_step_bias(heads))
        self.rate_log = nn.Parameter(torch.empty(heads).uniform_(*FIRST_RATES).log())
        self.through = nn.Parameter(torch.ones(heads))
        self.gated_norm = GatedRmsNorm(inner, eps)
        self.out = nn.Linear(inner, features)

    def forward(
        self,
        x: torch.Tensor,
        present: torch.Tensor,
        *,
        time: torch.Tensor | None = None,
        last_only: bool = False,
    ) -> torch.Tensor:
        """present: bool (B, N). time: (B, N, H), 1 where there is none. last_only -> (B, 1, D)."""
        heads = len(self.step_bias)
        joint = self.project(x)
        step = joint[..., -heads:] if time is None else joint[..., -heads:] * time
        step = softplus(step + self.step_bias)
        convolved = self.conv.over_items(joint[..., :-heads], present)
        mixed = hardswish(convolved)
        values, b, c = torch.split(mixed, self.parts, dim=-1)
        values = values.view(*values.shape[:2], heads, -1)
        drive = values * (step * present[..., None])[..., None]
        log_decay = -torch.exp(self.rate_log) * step
        if last_only:
            x, values = x[:, -1:], values[:, -1:]
            y = read_last(drive, log_decay, b, c[:, -1])[:, None]
        else:
            y = scan_in_chunks(drive, log_decay, b, c)
        y = torch.addcmul(y, values, self.through[:, None])
        out: torch.Tensor = self.out(self.gated_norm(y.flatten(2), self.gate(x)))
        return out
