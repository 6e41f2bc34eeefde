"""Mamba's selective state space: every channel has its own step, every state its own decay."""

import math
from collections.abc import Iterator

import torch
from torch import nn
from torch.nn.functional import silu, softplus

from ssr_neuro.model.parts.causal_conv import CausalConv
from ssr_neuro.model.parts.ssd_block import first_step_bias

FEATURES_PER_STEP_RANK = 16


def states(
    x: torch.Tensor, step: torch.Tensor, rate: torch.Tensor, b: torch.Tensor
) -> Iterator[torch.Tensor]:
    """h_k = exp(-rate step_k) h_(k-1) + step_k x_k b_k (TiM4Rec equations 2 and 13), h_0 = 0.

    x, step: (B, N, C), a step times 0 where there is no item. rate: (C, S), above 0. b: (B, N, S).
    Yields (B, C, S), position by position.
    """
    drive = (step * x)[..., None]
    state = x.new_zeros(x.shape[0], *rate.shape)
    for k in range(x.shape[1]):
        kept = torch.exp(-rate * step[:, k, :, None]) * state
        state = torch.addcmul(kept, drive[:, k], b[:, k, None])
        yield state


class SelectiveScan(nn.Module):
    """x (B, N, D) -> (B, N, D), Mamba's block (Gu and Dao 2023): causal, linear in N.

    C = expand * D inner channels with a state of S numbers each. Before the first item the state
    and all that the convolution sees are zero. bias: of the projections in and out.
    """

    def __init__(
        self, features: int, *, expand: int, state: int, kernel: int, bias: bool = True
    ) -> None:
        super().__init__()
        inner, rank = expand * features, math.ceil(features / FEATURES_PER_STEP_RANK)
        self.parts = [rank, state, state]
        self.project = nn.Linear(features, inner, bias=bias)
        self.gate = nn.Linear(features, inner, bias=bias)
        self.conv = CausalConv(inner, kernel, repeats=False)
        self.select = nn.Linear(inner, sum(self.parts), bias=False)  # step's root, B, C
        self.step = nn.Linear(rank, inner, bias=False)
        self.step_bias = nn.Parameter(first_step_bias(inner))
        self.rate_log = nn.Parameter(torch.arange(1.0, state + 1).log().repeat(inner, 1))
        self.through = nn.Parameter(torch.ones(inner))
        self.out = nn.Linear(inner, features, bias=bias)

    def forward(
        self, x: torch.Tensor, present: torch.Tensor, *, last_only: bool = False
    ) -> torch.Tensor:
        """present: bool (B, N). last_only -> (B, 1, D)."""
        there = present[..., None]
        mixed = silu(self.conv(self.project(x) * there))
        root, b, c = torch.split(self.select(mixed), self.parts, dim=-1)
        step = softplus(self.step(root) + self.step_bias) * there
        following = states(mixed, step, torch.exp(self.rate_log), b)
        if last_only:
            *_, state = following
            x, mixed = x[:, -1:], mixed[:, -1:]
            y = (state @ c[:, -1, :, None]).transpose(1, 2)
        else:
            read = [state @ c[:, k, :, None] for k, state in enumerate(following)]
            y = torch.cat(read, dim=2).transpose(1, 2)
        y = torch.addcmul(y, mixed, self.through)
        out: torch.Tensor = self.out(y * silu(self.gate(x)))
        return out
