"""The items of a bundle as they are stored: codes as bits, biases, and the data's ids."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ssr_neuro.errors import BadInput
from ssr_neuro.files import npz
from ssr_neuro.program.arrays import Bits, Ints
from ssr_neuro.program.fixed_point import READOUT_BIAS_LIMIT

ITEM_ARRAYS = ("codes", "shape", "bias", "ids")
ITEM_AXES = 3  # items, steps, features
AGAIN = "compile the model again"


@dataclass(frozen=True, eq=False)
class StoredItems:
    """packed: (V, ceil(T * D / 8)) bytes, the first bit highest. shape: (V, T, D). bias: int64
    (V,) in readout units. ids: text (V,)."""

    packed: Bits
    shape: tuple[int, int, int]
    bias: Ints
    ids: npt.NDArray[Any]


def read_stored_items(path: Path) -> StoredItems:
    """What `write.write_items` left. Raises BadInput where its arrays do not fit each other."""
    stored = npz.read(path, AGAIN)
    if stored.keys() != set(ITEM_ARRAYS):
        raise BadInput(f"{path}: holds {sorted(stored)}, not {sorted(ITEM_ARRAYS)}; {AGAIN}")
    size = stored["shape"].tolist()
    whole = stored["shape"].dtype.kind in "iu" and stored["shape"].shape == (ITEM_AXES,)
    if not whole or min(size) < 1:
        raise BadInput(f"{path}: `shape` is {size}, not (items, steps, features); {AGAIN}")
    items, steps, features = size
    for name, kind, shape in (
        ("codes", "u1", (items, -(-steps * features // 8))),
        ("bias", "i", (items,)),
        ("ids", "U", (items,)),
    ):
        held = stored[name].dtype
        if kind not in (held.kind, held.str[1:]) or stored[name].shape != shape:
            raise BadInput(
                f"{path}: `{name}` is {held} of {stored[name].shape}; {items} items "
                f"of {size[1:]} need {shape}; {AGAIN}"
            )
    if len(np.unique(stored["ids"])) < items:
        raise BadInput(f"{path}: an item id stands twice in `ids`; {AGAIN}")
    codes, bias = stored["codes"].astype(np.uint8), stored["bias"].astype(np.int64)
    least, most = int(bias.min()), int(bias.max())
    if max(most, -least) > READOUT_BIAS_LIMIT:
        raise BadInput(f"{path}: biases from {least:,} to {most:,} take more than 32 bits; {AGAIN}")
    return StoredItems(codes, (items, steps, features), bias, stored["ids"])
