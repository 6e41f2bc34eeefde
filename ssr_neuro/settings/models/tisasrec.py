"""Shape of TiSASRec."""

from dataclasses import dataclass

from ssr_neuro.settings.window import CausalSettings


@dataclass(frozen=True)
class TiSasRecConfig(CausalSettings):
    """Shape of TiSASRec: that of SASRec, and spans.

    Defaults as in the authors' program, but for D, 50 there, N, 50, and heads, 1. spans: the
    longest span of time that is distinguished from longer ones, in units of the window's shortest.
    dropout: of embeddings, attention weights, the network's hidden layer and both branches of a
    block.
    """

    blocks: int = 2
    heads: int = 2
    ffn_ratio: int = 1
    spans: int = 256
    dropout: float = 0.2

    def __post_init__(self) -> None:
        super().__post_init__()
        self._whole(blocks=1, heads=1, ffn_ratio=1, spans=1)
        self._check_heads(self.heads)
        self._rates("dropout")


CONFIG = TiSasRecConfig
