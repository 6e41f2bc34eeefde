"""A packed catalogue as a folder whose blocks are mapped into memory, not read."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ssr_neuro.errors import BadInput
from ssr_neuro.files import json_document, output_folder
from ssr_neuro.ranking.layout import BIAS_ROWS, LANES, Blocks, words_of

if TYPE_CHECKING:
    from ssr_neuro.ranking.packed_items import PackedItems

ABOUT, BLOCKS = "items.json", "blocks.npy"
FORMAT = json_document.Format("ssr-neuro-packed-items", 1, "`PackedItems.save`")
NUMBERS = ("items", "steps", "features", "largest_bias")


def save(items: "PackedItems", folder: Path, *, overwrite: bool = False) -> None:
    """items.json, and blocks.npy as it lies in memory. Raises BadInput."""
    if items.wide_bias is not None:
        raise BadInput(
            f"a bias of {items.largest_bias:,} does not fit 32 bits, and a file holds no larger one"
        )
    with output_folder.create(folder, {}, overwrite=overwrite) as fresh:
        about = {name: getattr(items, name) for name in NUMBERS}
        text = json_document.to_text(FORMAT.wrap(about))
        (fresh / ABOUT).write_text(text, encoding="utf-8")
        np.save(fresh / BLOCKS, items.blocks)


def load(folder: Path) -> tuple[Blocks, dict[str, int]]:
    """The mapped blocks, and NUMBERS. Raises BadInput where the folder is no such one."""
    about = FORMAT.read(folder / ABOUT)
    numbers: dict[str, Any] = {name: about.get(name) for name in NUMBERS}
    if not all(isinstance(value, int) and value >= 0 for value in numbers.values()):
        raise BadInput(f"{folder / ABOUT} has no usable {', '.join(NUMBERS)}; pack the items again")
    words = words_of(numbers["steps"] * numbers["features"])
    shape = (-(-numbers["items"] // LANES), words + BIAS_ROWS, LANES)
    try:
        blocks = np.load(folder / BLOCKS, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError) as error:
        raise BadInput(
            f"{folder / BLOCKS}: cannot be mapped ({error}); pack the items again"
        ) from error
    if blocks.shape != shape or blocks.dtype != np.uint16:
        raise BadInput(
            f"{folder / BLOCKS} holds {blocks.dtype} {blocks.shape}, not uint16 {shape}; pack the "
            "items again"
        )
    return blocks, numbers
