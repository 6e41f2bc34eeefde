"""Shape of NARM."""

from dataclasses import dataclass

from ssr_neuro.settings.window import WindowSettings


@dataclass(frozen=True)
class NarmConfig(WindowSettings):
    """Shape of NARM; defaults as in the authors' program, but for D, 50 there.

    blocks: recurrent layers. hidden: units of a layer. dropout: of embeddings.
    readout_dropout: of both encoders together. gru_bias: whether gates have biases. initial:
    "torch" starts weights as it does, the table small; "xavier" all but the recurrent ones.
    """

    blocks: int = 1
    hidden: int = 100
    dropout: float = 0.25
    readout_dropout: float = 0.5
    gru_bias: bool = True
    initial: str = "torch"

    def __post_init__(self) -> None:
        super().__post_init__()
        self._whole(blocks=1, hidden=1)
        self._rates("dropout", "readout_dropout")
        self._flags("gru_bias")
        self._one_of("initial", ("torch", "xavier"))


CONFIG = NarmConfig
