"""SSD4Rec* (Fan et al. 2024, section 4.1.2): TiM4Rec without time."""

from torch import nn

from ssr_neuro.model.parts.mixer_stack import MixerStack
from ssr_neuro.model.parts.ssd_block import SsdBlock
from ssr_neuro.settings.models.ssd4rec import Ssd4RecConfig


class SSD4Rec(MixerStack):
    """items (B, N), left-padded with 0 -> scores (B, V+1), by state-space duality.

    The architecture that TiM4Rec is compared with, of one direction and fixed windows.
    """

    config_type = Ssd4RecConfig
    config: Ssd4RecConfig

    def __init__(self, config: Ssd4RecConfig) -> None:
        super().__init__(config, nn.Hardswish())

    def mixer(self) -> nn.Module:
        config = self.config
        return SsdBlock(
            config.features,
            expand=config.expand,
            heads=config.heads,
            state=config.state,
            kernel=config.kernel,
            repeats=config.conv_padding == "first",
            initial=config.initial_convs,
            eps=config.norm_eps,
        )


MODEL = SSD4Rec
