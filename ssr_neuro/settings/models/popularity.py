"""Shape of Popularity."""

from dataclasses import dataclass

from ssr_neuro.settings.base import Settings


@dataclass(frozen=True)
class PopularityConfig(Settings):
    """items: V, without the pad. positions: N of the windows, which are not looked at."""

    items: int
    positions: int = 20

    def __post_init__(self) -> None:
        self._whole(items=1, positions=1)


CONFIG = PopularityConfig
