"""What is said of data whose ties stand in an order that makes them easier."""

import numpy as np

from ssr_neuro.data.dataset import Dataset
from ssr_neuro.data.known_orders import order_warning

LRURECS_ML_1M = "a47f3f6721b5e0b37b7386d78654d5653df5dff2f0f183abbffe136af8917182"


def dataset(times_s: list[float], items: list[int]) -> Dataset:
    """One user; items as given."""
    return Dataset(
        "d",
        np.array(items, np.int32),
        np.array([0, len(items)]),
        tuple(str(n + 1) for n in range(max(items))),
        ("u",),
        np.array(times_s),
        "d",
        "f",
    )


def test_a_file_that_is_known_is_told_by_its_fingerprint() -> None:
    said = order_warning(LRURECS_ML_1M)
    assert said is not None
    assert "order of item number" in said
    assert order_warning("another") is None


def test_other_data_are_judged_by_their_own_ties() -> None:
    rising = list(range(1, 31))
    said = order_warning("f", dataset([0.0] * 30, rising))
    assert said is not None
    assert "100% of the ties stand in ascending order" in said
    assert order_warning("f", dataset([float(n) for n in rising], rising)) is None
