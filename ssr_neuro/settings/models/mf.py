"""Shape of Matrix factorisation."""

from dataclasses import dataclass

from ssr_neuro.settings.window import WindowSettings


@dataclass(frozen=True)
class MfConfig(WindowSettings):
    """Shape of MF: items, window, features."""


CONFIG = MfConfig
