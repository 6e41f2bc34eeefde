"""Shape of SSR-ANN."""

from dataclasses import dataclass

from ssr_neuro.settings.base import Settings


@dataclass(frozen=True)
class SsrAnnConfig(Settings):
    """Shape of SSR-ANN, the twin of SSR without spikes (paper section 5.2, footnote 3).

    activation_bits: 1 to 8 trains with activations and the item table rounded to so many bits, and
    weights to 8; 0 leaves them floating point.
    """

    items: int
    positions: int = 20
    features: int = 64
    blocks: int = 2
    ffn_ratio: int = 4
    activation_bits: int = 0

    def __post_init__(self) -> None:
        self._whole(items=1, positions=1, features=1, blocks=0, ffn_ratio=1)
        bits = self.activation_bits
        whole = isinstance(bits, int) and not isinstance(bits, bool)
        self._need(whole and 0 <= bits <= 8, "activation_bits", "a whole number from 0 to 8")


CONFIG = SsrAnnConfig
