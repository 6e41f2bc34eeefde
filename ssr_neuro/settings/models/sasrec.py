"""Shape of SASRec."""

from dataclasses import dataclass

from ssr_neuro.settings.window import CausalSettings

ACTIVATIONS = ("relu", "gelu")  # `ssr_neuro.model.parts.attention` has the modules


@dataclass(frozen=True)
class SasRecConfig(CausalSettings):
    """Shape of SASRec; dropout as in the authors' command for ML-1M.

    ffn_ratio: 1 in the authors' program, 4 in RecBole's and BSARec's copies. dropout: of
    embeddings, attention weights, both branches of a block and, with norm "before", the network's
    hidden layer. norm: "before" each branch, and once at the end; "after" each sum, as BERT has it,
    and once on the embeddings, which are then not scaled by sqrt(D). activation: of the network,
    "relu" or "gelu". norm_eps: added to the variance. positions_from: whether position vectors
    are counted from the "last" item of a window or from its "first".
    """

    blocks: int = 2
    heads: int = 2
    ffn_ratio: int = 1
    dropout: float = 0.2
    norm: str = "before"
    activation: str = "relu"
    norm_eps: float = 1e-5
    positions_from: str = "last"

    def __post_init__(self) -> None:
        super().__post_init__()
        self._whole(blocks=1, heads=1, ffn_ratio=1)
        self._check_heads(self.heads)
        self._rates("dropout")
        self._one_of("norm", ("before", "after"))
        self._one_of("activation", ACTIVATIONS)
        self._one_of("positions_from", ("last", "first"))
        self._positive("norm_eps")


CONFIG = SasRecConfig
