"""What the configs of models of stacked mixers have in common."""

from dataclasses import dataclass

from ssr_neuro.settings.window import WindowSettings


@dataclass(frozen=True)
class StackSettings(WindowSettings):
    """Shape of such a model; defaults as in section 4.1.4 of TiM4Rec's paper, on dense data.

    blocks: layers. state: numbers of the state for each inner channel. kernel: of the causal
    convolutions. expand: inner channels for each feature. dropout: the paper has 0.4 on sparse
    data. norm_eps: added to the variance by every norm. ffn: False leaves out the layers' networks,
    as in the paper's table 6.
    """

    blocks: int = 2
    ffn_ratio: int = 4
    state: int = 32
    kernel: int = 4
    expand: int = 2
    dropout: float = 0.2
    norm_eps: float = 1e-5
    ffn: bool = True

    def __post_init__(self) -> None:
        super().__post_init__()
        self._whole(blocks=1, ffn_ratio=1, state=1, kernel=1, expand=1)
        self._rates("dropout")
        self._positive("norm_eps")
        self._flags("ffn")
