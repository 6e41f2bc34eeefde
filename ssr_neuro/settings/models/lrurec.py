"""Shape of LRURec."""

from dataclasses import dataclass

from ssr_neuro.settings.window import CausalSettings


@dataclass(frozen=True)
class LruRecConfig(CausalSettings):
    """Shape of LRURec; defaults as in the paper's sections 3.2, 3.4 and 5.1.

    state_ratio: complex numbers of a block's state for each feature.
    ffn_output: "gelu" as in equation 8; "linear" leaves out the outer GELU, as the authors'
    program does. dropout: of item embeddings and within and after the feed-forward network.
    recurrence_dropout: of the recurrence's output, before its skip. The paper searches the rates
    in 0.2 to 0.8: 0.2 is best on dense data, 0.6 on sparse (figure 4). initial_biases: "zero", or
    "truncated-normal" as the weights. norm, residual, ffn: False leaves out the norms of the
    blocks, both skips of a block, its feed-forward network with its norm: the paper's table 6.
    """

    blocks: int = 2
    ffn_ratio: int = 4
    state_ratio: int = 2
    ffn_output: str = "gelu"
    dropout: float = 0.2
    recurrence_dropout: float = 0.2
    initial_biases: str = "zero"
    norm: bool = True
    residual: bool = True
    ffn: bool = True

    def __post_init__(self) -> None:
        super().__post_init__()
        self._whole(blocks=1, ffn_ratio=1, state_ratio=1)
        self._one_of("ffn_output", ("gelu", "linear"))
        self._one_of("initial_biases", ("zero", "truncated-normal"))
        self._flags("norm", "residual", "ffn")
        self._rates("dropout", "recurrence_dropout")


CONFIG = LruRecConfig
