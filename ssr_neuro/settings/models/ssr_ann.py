"""Shape of SSR-ANN."""

from dataclasses import dataclass

from ssr_neuro.settings.base import Settings


@dataclass(frozen=True)
class SsrAnnConfig(Settings):
    """Shape of SSR-ANN, the twin of SSR without spikes (paper section 5.2, footnote 3)."""

    items: int
    positions: int = 20
    features: int = 64
    blocks: int = 2
    ffn_ratio: int = 4

    def __post_init__(self) -> None:
        self._whole(items=1, positions=1, features=1, blocks=0, ffn_ratio=1)


CONFIG = SsrAnnConfig
