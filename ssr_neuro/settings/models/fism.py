"""Shape of FISM."""

from dataclasses import dataclass

from ssr_neuro.settings.window import WindowSettings


@dataclass(frozen=True)
class FismConfig(WindowSettings):
    """Shape of FISM. alpha: the sum over n items is divided by n ** alpha (0 sum, 1 mean)."""

    alpha: float = 0.5

    def __post_init__(self) -> None:
        super().__post_init__()
        number = isinstance(self.alpha, int | float) and not isinstance(self.alpha, bool)
        self._need(number and 0 <= self.alpha <= 1, "alpha", "a number from 0 to 1")


CONFIG = FismConfig
