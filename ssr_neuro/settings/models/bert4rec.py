"""Shape of BERT4Rec."""

from dataclasses import dataclass

from ssr_neuro.settings.window import WindowSettings


@dataclass(frozen=True)
class Bert4RecConfig(WindowSettings):
    """Shape of BERT4Rec; defaults as in the authors' configuration for ML-1M.

    masked: share of the items to fill in. last_alone: share of the sequences that mask their last
    item alone, as at test, a choice of this program. dropout: of embeddings, attention weights and
    both branches. in_norm: whether embeddings are normed. readout: whether a GELU layer reads what
    is scored, and scores have biases. norm_eps: added to the variance by every norm.
    """

    blocks: int = 2
    heads: int = 2
    ffn_ratio: int = 4
    masked: float = 0.2
    last_alone: float = 0.1
    dropout: float = 0.2
    in_norm: bool = False
    readout: bool = True
    norm_eps: float = 1e-5

    def __post_init__(self) -> None:
        super().__post_init__()
        self._whole(blocks=1, heads=1, ffn_ratio=1)
        self._check_heads(self.heads)
        self._rates("masked", "last_alone", "dropout")
        self._flags("in_norm", "readout")
        self._positive("norm_eps")


CONFIG = Bert4RecConfig
