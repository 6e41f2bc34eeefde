"""What a paper, or the program its figures were made with, sets of a model and of its training."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

SOURCES = ("paper", "program")
FILE = Path(__file__).parent / "sources.toml"


@dataclass(frozen=True)
class SettingsSource:
    """One preset of a kind of model.

    about: whose values these are, where they stand, and what of them is not set here. sets: field
    of the model's config or of `TrainSettings` -> value. checked: what the values were compared
    with, and what of them was not.
    """

    about: str
    sets: Mapping[str, Any]
    checked: str


def sources_of(kind: str) -> dict[str, SettingsSource]:
    """The presets of a kind of model by name, "paper" and "program"; none where the two agree."""
    return {
        name: SettingsSource(preset["about"], preset["sets"], preset["checked"])
        for name, preset in _document().get(kind, {}).items()
    }


@cache
def _document() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))
