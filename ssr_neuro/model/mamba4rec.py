"""Mamba4Rec (Liu et al. 2024): a stack of selective state-space layers."""

from dataclasses import dataclass

from torch import nn

from ssr_neuro.model.parts.mixer_stack import MixerStack, StackSettings
from ssr_neuro.model.parts.selective_scan import SelectiveScan


@dataclass(frozen=True)
class Mamba4RecConfig(StackSettings):
    """Shape of Mamba4Rec; as many layers as the models that TiM4Rec's paper compares it with."""


class Mamba4Rec(MixerStack):
    """items (B, N), left-padded with 0 -> scores (B, V+1), by Mamba's block item by item."""

    config_type = Mamba4RecConfig
    config: Mamba4RecConfig

    def __init__(self, config: Mamba4RecConfig) -> None:
        super().__init__(config, nn.GELU())

    def mixer(self) -> nn.Module:
        config = self.config
        return SelectiveScan(
            config.features, expand=config.expand, state=config.state, kernel=config.kernel
        )


MODEL = Mamba4Rec
