"""A packed catalogue as a folder whose blocks are mapped into memory, not read."""

from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ssr_neuro.errors import BadInput, Mismatch
from ssr_neuro.files import gate, json_document, manifest, npy_members, output_folder
from ssr_neuro.files.hashes import sha256_of_file
from ssr_neuro.ranking.layout import BIAS_ROWS, LANES, Blocks, words_of

if TYPE_CHECKING:
    from ssr_neuro.ranking.packed_items import PackedItems

ABOUT, BLOCKS = "items.json", "blocks.npy"
FORMAT = json_document.Format("ssr-neuro-packed-items", 1, "`PackedItems.save`")
KIND, REMEDY = "packed items", "pack the items again"
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
    """The mapped blocks, and NUMBERS. Raises BadInput where the folder is no such one, Mismatch
    where items.json is not as it was made; the blocks are not read for that."""
    listed = manifest.read(folder)["files"].get(ABOUT)
    if listed is None or not (folder / ABOUT).is_file():
        raise BadInput(f"{folder} holds no {ABOUT}: it is no folder of {FORMAT.maker}; {REMEDY}")
    if listed != sha256_of_file(folder / ABOUT):
        raise Mismatch(f"{folder} is not as it was made: {ABOUT} has changed; {REMEDY}")
    about = FORMAT.read(folder / ABOUT)
    numbers: dict[str, Any] = {name: about.get(name) for name in NUMBERS}
    if not all(type(value) is int and value >= 0 for value in numbers.values()):
        raise BadInput(f"{folder / ABOUT} has no usable {', '.join(NUMBERS)}; {REMEDY}")
    words = words_of(numbers["steps"] * numbers["features"])
    shape = (-(-numbers["items"] // LANES), words + BIAS_ROWS, LANES)
    return _map_blocks(folder / BLOCKS, shape), numbers


def _map_blocks(path: Path, shape: tuple[int, ...]) -> Blocks:
    """The header and the size of the file are looked at, its values are not."""
    with gate.open_file(path, KIND, REMEDY) as file:
        found, fortran, kind = npy_members.read_header(file)
        if found != shape or fortran or kind != np.dtype("<u2"):
            raise BadInput(f"{path} holds {kind} {found}, not uint16 {shape}; {REMEDY}")
        start, size = file.tell(), path.stat().st_size
        if size != start + prod(shape) * kind.itemsize:
            raise BadInput(f"{path} has {size:,} bytes, which do not hold {shape}; {REMEDY}")
        return np.memmap(path, np.dtype("<u2"), "r", start, shape)
