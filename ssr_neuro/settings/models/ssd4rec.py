"""Shape of SSD4Rec*."""

from dataclasses import dataclass

from ssr_neuro.settings.stack import StackSettings


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


CONFIG = Ssd4RecConfig
