"""Shape of Mamba4Rec."""

from dataclasses import dataclass

from ssr_neuro.settings.stack import StackSettings


@dataclass(frozen=True)
class Mamba4RecConfig(StackSettings):
    """Shape of Mamba4Rec; as many layers as the models that TiM4Rec's paper compares it with.

    projection_bias: of the projections into Mamba's block and out of it. initial_steps:
    "log-uniform" as Mamba's, or "zero" step biases, as the authors' program overwrites them.
    """

    projection_bias: bool = True
    initial_steps: str = "log-uniform"

    def __post_init__(self) -> None:
        super().__post_init__()
        self._flags("projection_bias")
        self._one_of("initial_steps", ("log-uniform", "zero"))


CONFIG = Mamba4RecConfig
