"""Which chip a report places programs on, and which GPU stands beside it."""

from dataclasses import dataclass
from pathlib import Path

from ssr_neuro.chip import Chip, load_chip
from ssr_neuro.settings.default_chip import DEFAULT_CHIP

# The GPU of the published runs.
DEFAULT_GPU = "rtx3090"


@dataclass(frozen=True)
class Chips:
    """must_fit: whether a program that does not fit is an error: the chip was asked for."""

    chip: Chip
    gpu: Chip
    must_fit: bool


def chips_of(name: str | Path | Chip | None) -> Chips:
    """name: of a chip or of a GPU, its file, or itself; a GPU stands beside the usual chip.

    Raises BadInput on a name that there is not.
    """
    asked = load_chip(name or DEFAULT_CHIP)
    if asked.kind == "gpu":
        return Chips(load_chip(DEFAULT_CHIP), asked, must_fit=False)
    return Chips(asked, load_chip(DEFAULT_GPU), must_fit=name is not None)
