"""Shape of FMLP-Rec."""

from dataclasses import dataclass

from ssr_neuro.settings.window import PADS, WindowSettings


@dataclass(frozen=True)
class FmlpRecConfig(WindowSettings):
    """Shape of FMLP-Rec; defaults as in the authors' program.

    dropout: of embeddings and of both branches of a block. norm_eps: added to the variance by every
    norm. pads: "zero" or "embedded" (`ssr_neuro.model.parts.filled_window`).
    """

    blocks: int = 2
    ffn_ratio: int = 4
    dropout: float = 0.5
    norm_eps: float = 1e-5
    pads: str = "zero"

    def __post_init__(self) -> None:
        super().__post_init__()
        self._whole(blocks=1, ffn_ratio=1)
        self._rates("dropout")
        self._positive("norm_eps")
        self._one_of("pads", PADS)


CONFIG = FmlpRecConfig
