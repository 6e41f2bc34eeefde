"""Shape of GRU4Rec."""

from dataclasses import dataclass

from ssr_neuro.settings.window import CausalSettings


@dataclass(frozen=True)
class Gru4RecConfig(CausalSettings):
    """Shape of GRU4Rec: one layer, with embeddings and tied scores as later programs have.

    blocks: recurrent layers. hidden: units of a layer. dropout: of embeddings and between layers.
    gru_bias, item_bias: whether gates and scores have biases. initial: weights as "torch" starts
    them, the table small; or "xavier", a normal table and uniform weights of the first layer.
    """

    blocks: int = 1
    hidden: int = 128
    dropout: float = 0.2
    gru_bias: bool = True
    item_bias: bool = True
    initial: str = "torch"

    def __post_init__(self) -> None:
        super().__post_init__()
        self._whole(blocks=1, hidden=1)
        self._rates("dropout")
        self._flags("gru_bias", "item_bias")
        self._one_of("initial", ("torch", "xavier"))


CONFIG = Gru4RecConfig
