"""A chip, a pass, a simulator and an exporter for ssr-neuro."""

from importlib.resources import files
from importlib.resources.abc import Traversable


def example_chip() -> Traversable:
    """The TOML file of the chip, which is installed beside this module."""
    return files(__name__) / "example-chip.toml"
