"""Mamba4Rec (Liu et al. 2024): a stack of selective state-space layers."""

from torch import nn

from ssr_neuro.model.parts.mixer_stack import MixerStack
from ssr_neuro.model.parts.selective_scan import SelectiveScan
from ssr_neuro.settings.models.mamba4rec import Mamba4RecConfig


class Mamba4Rec(MixerStack):
    """items (B, N), left-padded with 0 -> scores (B, V+1), by Mamba's block item by item."""

    config_type = Mamba4RecConfig
    config: Mamba4RecConfig

    def __init__(self, config: Mamba4RecConfig) -> None:
        super().__init__(config, nn.GELU())

    def mixer(self) -> nn.Module:
        config = self.config
        made = SelectiveScan(
            config.features,
            expand=config.expand,
            state=config.state,
            kernel=config.kernel,
            bias=config.projection_bias,
        )
        if config.initial_steps == "zero":
            nn.init.zeros_(made.step_bias)
        return made


MODEL = Mamba4Rec
