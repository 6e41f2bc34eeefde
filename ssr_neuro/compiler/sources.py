"""What can be compiled, told from the path alone, before anything heavy is imported."""

from pathlib import Path
from typing import Literal

from ssr_neuro.errors import BadInput

Source = Literal["model", "graph", "netx"]  # model.pt, .nir, .net


def kind_of(path: Path) -> Source:
    """By the ending of the file."""
    return {".net": "netx", ".nir": "graph"}.get(path.suffix.lower(), "model")  # type: ignore[return-value]


def check_source(path: Path) -> None:
    """Raises BadInput, before anything heavy is imported, where there is no such file."""
    if path.is_dir():
        raise BadInput(
            f"{path} is a folder; name a model.pt, or a .nir or .net file. `ssr verify`, `ssr "
            "simulate` and `ssr place` read folders of ssr-compile"
        )
    if not path.is_file():
        raise BadInput(
            f"{path}: no such file; train a model with `ssr train`, or name a .nir graph"
        )
