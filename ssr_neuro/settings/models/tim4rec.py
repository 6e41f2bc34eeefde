"""Shape of TiM4Rec."""

from dataclasses import dataclass

from ssr_neuro.settings.models.ssd4rec import Ssd4RecConfig


@dataclass(frozen=True)
class TiM4RecConfig(Ssd4RecConfig):
    """Shape of TiM4Rec: that of SSD4Rec* and of what turns times into factors of the steps.

    positions: N, the window over which times are scaled; items before it are not read.
    time_dropout: of what scales and gates the differences (the differences themselves: dropout).
    time_gate: "window" mixes old and new differences of a head by one number, "position" by one
    for each position; the authors' programs have the former on ML-1M, the latter on Beauty.
    scale_activation: after the second layer that scales the differences, "silu" as in equation 16,
    or "none" as in the program.
    """

    time_dropout: float = 0.2
    time_gate: str = "window"
    scale_activation: str = "silu"

    def __post_init__(self) -> None:
        super().__post_init__()
        self._rates("time_dropout")
        self._one_of("time_gate", ("window", "position"))
        self._one_of("scale_activation", ("silu", "none"))


CONFIG = TiM4RecConfig
