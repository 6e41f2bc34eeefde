"""One table written in many ways is read alike: separators, order, quotes, line ends, packing."""

import bz2
import csv
import gzip
import io
import lzma
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssr_neuro.data import load

ROWS = [
    ("ann", "x", 1_500_000_060),
    ("bob, the 2nd", "y", 1_500_000_000),
    ("ann", "y", 1_500_000_001),
    ("ann", "z", 1_500_000_001),
    ("bob, the 2nd", "x", 1_500_100_000),
]
HISTORIES = {"ann": ["y", "z", "x"], "bob, the 2nd": ["y", "x"]}
TIMES: dict[str, Callable[[int], str]] = {
    "seconds": str,
    "seconds with a fraction": lambda s: f"{s}.0",
    "milliseconds": lambda s: str(s * 1_000),
    "microseconds": lambda s: str(s * 1_000_000),
    "date": lambda s: datetime.fromtimestamp(s, UTC).strftime("%Y-%m-%d %H:%M:%S"),
    "date in UTC": lambda s: datetime.fromtimestamp(s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    "date as a number": lambda s: datetime.fromtimestamp(s, UTC).strftime("%Y%m%d%H%M%S"),
}
PACKED: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
}
NAMES = st.tuples(
    st.sampled_from(("user_id", "userId", "reviewerID", "User-ID", "visitorid")),
    st.sampled_from(("item_id", "movieId", "parent_asin", "ISBN", "business_id")),
    st.sampled_from(("timestamp", "unixReviewTime", "time_ms", "date", "Timestamp")),
)


@given(
    names=NAMES,
    separator=st.sampled_from((",", "\t", ";", "|")),
    time=st.sampled_from(sorted(TIMES)),
    packed=st.sampled_from(sorted(PACKED)),
    order=st.permutations(range(4)),
    line_end=st.sampled_from(("\n", "\r\n")),
    mark=st.booleans(),
    quoting=st.sampled_from((csv.QUOTE_MINIMAL, csv.QUOTE_ALL)),
)
def test_a_table_in_any_form_gives_the_same_histories(
    tmp_path_factory: pytest.TempPathFactory,
    names: tuple[str, str, str],
    separator: str,
    time: str,
    packed: str,
    order: list[int],
    line_end: str,
    mark: bool,
    quoting: Literal[0, 1],
) -> None:
    text = io.StringIO()
    table = csv.writer(text, delimiter=separator, lineterminator=line_end, quoting=quoting)
    for row in [(*names, "title")] + [(u, i, TIMES[time](t), 'a "b"; c') for u, i, t in ROWS]:
        table.writerow([row[place] for place in order])
    path = tmp_path_factory.mktemp("a") / f"a.csv{packed}"
    path.write_bytes(PACKED[packed]((b"\xef\xbb\xbf" if mark else b"") + text.getvalue().encode()))
    dataset = load(path, core="none")
    found = {
        dataset.user_ids[user]: [dataset.item_ids[n - 1] for n in dataset.items[start:end]]
        for user, (start, end) in enumerate(
            zip(dataset.offsets[:-1], dataset.offsets[1:], strict=True)
        )
    }
    assert found == HISTORIES
    assert dataset.times_s is not None
    assert np.sort(dataset.times_s).tolist() == sorted(t for _, _, t in ROWS)
    assert dataset.columns is not None
    assert dataset.columns.unread == ("title",)
