"""What the configs of models over a window of items have in common."""

from dataclasses import dataclass

from ssr_neuro.settings.base import Settings

# What a pad is to a model that mixes all positions: `ssr_neuro.model.parts.filled_window`.
PADS = ("zero", "embedded")


@dataclass(frozen=True)
class WindowSettings(Settings):
    """items: V, without the pad. positions: N, the longest window. features: D."""

    items: int
    positions: int = 20
    features: int = 64

    def __post_init__(self) -> None:
        self._whole(items=1, positions=1, features=1)

    def _rates(self, *names: str) -> None:
        for name in names:
            rate = getattr(self, name)
            number = isinstance(rate, int | float) and not isinstance(rate, bool)
            self._need(number and 0 <= rate < 1, name, "a number from 0 to below 1")

    def _check_heads(self, heads: int) -> None:
        divided = self.features % heads == 0
        self._need(divided, "features", f"divisible by heads ({heads}); change one of the two")


@dataclass(frozen=True)
class CausalSettings(WindowSettings):
    """all_positions: train on the next item of every position, as causal models can, or the last.

    The papers of these models train at every position; SSR's authors train all rivals at the last.
    """

    all_positions: bool = True

    def __post_init__(self) -> None:
        super().__post_init__()
        self._flags("all_positions")
