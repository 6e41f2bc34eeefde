"""Shape of FPMC."""

from dataclasses import dataclass

from ssr_neuro.settings.window import WindowSettings


@dataclass(frozen=True)
class FpmcConfig(WindowSettings):
    """Shape of FPMC; features: of each of its two factorisations."""


CONFIG = FpmcConfig
