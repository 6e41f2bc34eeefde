"""Shape of BSARec."""

from dataclasses import dataclass

from ssr_neuro.settings.window import PADS, WindowSettings


@dataclass(frozen=True)
class BsaRecConfig(WindowSettings):
    """Shape of BSARec; alpha and low as in the authors' command for Beauty.

    heads: 2 is the default of their program, 1 that command's. alpha: share of the rescaler, the
    rest is attention's. low: their c, how many of the lowest frequencies count as low. dropout: of
    embeddings, attention weights and all branches. norm_eps: added to the variance by every
    norm. pads: "zero" or "embedded" (`ssr_neuro.model.parts.filled_window`).
    """

    blocks: int = 2
    heads: int = 2
    ffn_ratio: int = 4
    alpha: float = 0.7
    low: int = 5
    dropout: float = 0.5
    norm_eps: float = 1e-5
    pads: str = "zero"

    def __post_init__(self) -> None:
        super().__post_init__()
        self._whole(blocks=1, heads=1, ffn_ratio=1, low=1)
        self._check_heads(self.heads)
        self._rates("dropout")
        self._positive("norm_eps")
        self._one_of("pads", PADS)
        number = isinstance(self.alpha, int | float) and not isinstance(self.alpha, bool)
        self._need(number and 0 < self.alpha < 1, "alpha", "a number between 0 and 1")
        left = self.low // 2 < self.positions // 2
        need = f"low enough for {self.positions} positions to have a higher frequency"
        self._need(left, "low", need)


CONFIG = BsaRecConfig
