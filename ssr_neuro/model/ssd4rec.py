"""SSD4Rec* (Fan et al. 2024, section 4.1.2): TiM4Rec without time."""

from dataclasses import dataclass

from torch import nn

from ssr_neuro.model.parts.mixer_stack import MixerStack, StackSettings
from ssr_neuro.model.parts.ssd_block import SsdBlock


@dataclass(frozen=True)
class Ssd4RecConfig(StackSettings):
    """Shape of SSD4Rec*. heads: that share the inner channels, each with a step and a decay.

    conv_padding: what convolutions see before the first item, the "first" item again as in
    equations 15 and 17, or "zero" as in the authors' program. initial_convs: "uniform", or
    "kaiming" as their program starts them on ML-1M.
    """

    heads: int = 4
    conv_padding: str = "first"
    initial_convs: str = "uniform"

    def __post_init__(self) -> None:
        super().__post_init__()
        self._whole(heads=1)
        self._one_of("conv_padding", ("first", "zero"))
        self._one_of("initial_convs", ("uniform", "kaiming"))
        inner = self.expand * self.features
        self._need(inner % self.heads == 0, "heads", f"a divisor of expand * features, {inner}")


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
