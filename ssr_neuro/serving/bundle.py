"""A compiled recommender from its folder: what serving needs, each file checked, without torch."""

from pathlib import Path

import numpy as np

from ssr_neuro import registry
from ssr_neuro.bundle.stored_items import StoredItems, read_stored_items
from ssr_neuro.errors import BadInput
from ssr_neuro.files import manifest
from ssr_neuro.program import program_file
from ssr_neuro.program.ir import as_integer
from ssr_neuro.ranking import PackedItems
from ssr_neuro.serving.ranker import IntegerRanker
from ssr_neuro.serving.recommender import Recommender

ITEMS = "items.npz"
READ = ("program.json", "weights.npz", ITEMS)
AT_ONCE = 1 << 14  # items that are compared at a time: bounds the memory


def read(folder: Path, simulator: str = "fast", items: Path | None = None) -> Recommender:
    """The recommender of a folder that ssr-compile made of a model.

    items: a folder of `PackedItems.save` that is mapped instead of the bundle's codes and biases.
    Raises Mismatch where a file that is read is not as it was made, BadInput where it is no bundle
    of a recommender, or `items` holds others.
    """
    made = manifest.read(folder)["files"]
    if ITEMS not in made:
        raise BadInput(
            f"{folder} holds no {ITEMS}: it is no bundle of a recommender. Give a folder that "
            "ssr-compile made of a model.pt, without --stop-after"
        )
    for name in READ:
        manifest.demand(folder, name, made)
    stored = read_stored_items(folder / ITEMS)
    if items is None:
        packed = PackedItems.of_bits(stored.packed, stored.shape, stored.bias)
    else:
        packed = _mapped(items, stored, folder)
    program = as_integer(program_file.load(folder))
    ranker = IntegerRanker(program, packed, registry.load(simulator))
    return Recommender(str(folder), ranker, stored.ids.tolist())


def _mapped(items: Path, stored: StoredItems, folder: Path) -> PackedItems:
    packed, again = PackedItems.open(items), "save the items of this bundle again"
    found, shape = (packed.items, packed.steps, packed.features), stored.shape
    if found != shape:
        raise BadInput(
            f"{items} holds {found[0]:,} items of {found[1]} x {found[2]} bits, and {folder} has "
            f"{shape[0]:,} of {shape[1]} x {shape[2]}; {again}"
        )
    if not _are_equal(packed, stored):
        raise BadInput(f"{items} holds the codes or biases of another model than {folder}; {again}")
    return packed


def _are_equal(packed: PackedItems, stored: StoredItems) -> bool:
    """Whether items of one shape have the same codes and biases."""
    if not np.array_equal(packed.bias, stored.bias):
        return False
    for first in range(0, packed.items, AT_ONCE):
        rows = np.arange(first, min(first + AT_ONCE, packed.items))
        bits = np.unpackbits(stored.packed[rows], axis=1, count=packed.bits)
        if not np.array_equal(packed.codes(rows).reshape(bits.shape), bits):
            return False
    return True
