"""items.npz of a bundle: its arrays as they are written, and what is refused of them."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from ssr_neuro.bundle.stored_items import read_stored_items
from ssr_neuro.errors import BadInput
from ssr_neuro.files import npz

Arrays = dict[str, np.ndarray]
AGAIN = "; compile the model again"


def items() -> Arrays:
    """Three items of two steps and five features: ten bits, so two bytes."""
    return {
        "codes": np.array([[255, 192], [128, 0], [0, 64]], np.uint8),
        "shape": np.array([3, 2, 5]),
        "bias": np.array([-4, 0, 9]),
        "ids": np.array(["a", "b", "c"]),
    }


def test_items_are_read_as_they_are_stored(tmp_path: Path) -> None:
    npz.write(tmp_path / "items.npz", items())
    stored = read_stored_items(tmp_path / "items.npz")
    assert stored.packed.tolist() == [[255, 192], [128, 0], [0, 64]]
    assert (stored.shape, stored.bias.tolist()) == ((3, 2, 5), [-4, 0, 9])
    assert stored.ids.tolist() == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            lambda x: x.pop("bias"),
            "holds ['codes', 'ids', 'shape'], not ['bias', 'codes', 'ids', 'shape']",
        ),
        (lambda x: x.update(shape=np.array([3, 10])), "`shape` is [3, 10], not (items, steps, "),
        (lambda x: x.update(shape=np.array([0, 2, 5])), "`shape` is [0, 2, 5], not (items, steps"),
        (
            lambda x: x.update(codes=x["codes"][:, :1]),
            "`codes` is uint8 of (3, 1); 3 items of [2, 5] need (3, 2)",
        ),
        (
            lambda x: x.update(ids=np.arange(3)),
            "`ids` is int64 of (3,); 3 items of [2, 5] need (3,)",
        ),
        (lambda x: x.update(ids=np.array(["a", "b", "a"])), "an item id stands twice in `ids`"),
        (
            lambda x: x.update(bias=np.array([-(1 << 31) - 1, 0, 9])),
            "biases from -2,147,483,649 to 9 take more than 32 bits",
        ),
    ],
)
def test_arrays_that_do_not_fit_each_other_are_refused(
    change: Callable[[Arrays], object], said: str, tmp_path: Path
) -> None:
    arrays = items()
    change(arrays)
    npz.write(tmp_path / "items.npz", arrays)
    with pytest.raises(BadInput) as refused:
        read_stored_items(tmp_path / "items.npz")
    text = str(refused.value)
    assert text.startswith(f"{tmp_path / 'items.npz'}: {said}")
    assert text.endswith(AGAIN)
