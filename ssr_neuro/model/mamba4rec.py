"""Mamba4Rec (Liu et al. 2024): a stack of selective state-space layers."""

from dataclasses import dataclass

from torch import nn

from ssr_neuro.model.parts.mixer_stack import MixerStack, StackSettings
from ssr_neuro.model.parts.selective_scan import SelectiveScan


@dataclass(frozen=True)
class Mamba4RecConfig(StackSettings):
    """Shape of Mamba4Rec; as many layers as the models that TiM4Rec's paper compares it with.

    projection_bias: of the projections into Mamba's block and out of it. initial_steps:
    "log-uniform" as Mamba's, or "zero" step biases, as the authors' program overwrites them.
    """

    projection_bias: bool = True
    initial_steps: str = "log-uniform"

    def __post_init__(self) -> None:
        super().__post_init__()
        self._flags("projection_bias")
        self._one_of("initial_steps", ("log-uniform", "zero"))


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
