"""What several tests share of protocols."""

import numpy as np
from hypothesis import strategies as st

from ssr_neuro.data import Dataset

Histories = list[list[int]]


histories_of = st.lists(st.lists(st.integers(1, 9), min_size=1, max_size=14), min_size=1)


# With one long history there is always something to train and to test on.
histories = histories_of.map(lambda drawn: [*drawn, [3, 1, 4, 1, 5, 9, 2, 6]])


def dataset_of(histories: Histories) -> Dataset:
    return Dataset(
        name="drawn",
        items=np.concatenate(histories).astype(np.int32),
        offsets=np.cumsum([0, *map(len, histories)]),
        item_ids=tuple("123456789"),
        user_ids=tuple(map(str, range(len(histories)))),
        times_s=None,
        source="drawn",
        fingerprint="",
    )
