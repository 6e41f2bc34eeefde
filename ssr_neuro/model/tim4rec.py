"""TiM4Rec (Fan et al. 2024): state-space duality whose steps know the time between items."""

import torch
from torch import nn
from torch.nn.functional import pad

from ssr_neuro.errors import BadInput
from ssr_neuro.model.parts.dropout import Dropout
from ssr_neuro.model.parts.sequence_model import small_init
from ssr_neuro.model.parts.time_factor import TimeFactor, TimeGate, time_differences
from ssr_neuro.model.ssd4rec import SSD4Rec
from ssr_neuro.settings.models.tim4rec import TiM4RecConfig


class TiM4Rec(SSD4Rec):
    """items (B, N, 2), each with its time in seconds, left-padded -> scores (B, V+1).

    The scores follow from the last N items and their times, however many pads stand before them:
    a pad is zero seconds long. Causal in the items, not in their times.
    """

    config_type = TiM4RecConfig
    needs_times = True
    config: TiM4RecConfig

    def __init__(self, config: TiM4RecConfig) -> None:
        super().__init__(config)
        positions, dropout, gaps = config.positions, config.time_dropout, config.blocks - 1
        self.time_dropout = Dropout(config.dropout)
        self.time_norm = nn.LayerNorm(positions, eps=config.norm_eps)
        self.time_factors = nn.ModuleList(
            TimeFactor(
                positions,
                config.heads,
                config.kernel,
                dropout,
                activation=config.scale_activation,
                repeats=config.conv_padding == "first",
                initial=config.initial_convs,
            )
            for _ in range(config.blocks)
        )
        by_position = config.time_gate == "position"
        self.time_gates = nn.ModuleList(
            TimeGate(positions, dropout, by_position=by_position, eps=config.norm_eps)
            for _ in range(gaps)
        )
        self.time_factors.apply(small_init)
        self.time_gates.apply(small_init)

    def window(self, items: torch.Tensor) -> torch.Tensor:
        """The last N items with their times. Raises BadInput where they come without times."""
        if items.dim() != 3 or items.shape[2] != 2:
            raise BadInput(
                f"TiM4Rec reads items with their times, shape (B, N, 2), given "
                f"{tuple(items.shape)}; use ssd4rec where there are no times"
            )
        return items[:, -self.config.positions :]

    def vector(self, items: torch.Tensor) -> torch.Tensor:
        items, times = items.unbind(dim=2)
        factors = self.step_factors(times, items > 0)
        return self.hidden(items, factors, last_only=True)[:, -1]

    def step_factors(self, times: torch.Tensor, present: torch.Tensor) -> list[torch.Tensor]:
        """times int64 (B, n) in seconds, n at most N, present bool (B, n) -> (B, n, H) a layer."""
        missing = self.config.positions - times.shape[1]
        since = pad(time_differences(times, present), (missing, 0))
        there = pad(present, (missing, 0))
        differences = self.time_norm(self.time_dropout(since))[:, None]
        factors: list[torch.Tensor] = []
        for number, factor in enumerate(self.time_factors):
            if number > 0:
                differences = self.time_gates[number - 1](differences, factors[-1])
            factors.append(factor(differences, there))
        return [factor[:, missing:] for factor in factors]


MODEL = TiM4Rec
