"""`ssr_neuro.load_data`: a data set from a file."""

from pathlib import Path
from typing import Unpack

from ssr_neuro.data import Dataset, load
from ssr_neuro.settings.reading import ReadingOptions, refuse_read_already


def load_data(
    path: str | Path | Dataset, *, progress: bool = False, **reading: Unpack[ReadingOptions]
) -> Dataset:
    """Read, order and filter a data set; "generated" stands for the built-in one.

    reading: core (5-core, 5-once, none), duplicates (keep, first, last, immediate), ties (file,
    item, shuffle), reader (one of `ssr_neuro.data.READERS`, else told by name and content), and
    user_column, item_column, time_column (names or numbers of columns; `Reading`). A `Dataset` is
    returned as it is. Raises BadInput with file and line; where an option is unknown; and where one
    is given with a `Dataset`, which is read already.
    """
    if isinstance(path, Dataset):
        refuse_read_already(**reading)
        return path
    return load(path, progress=progress, **reading)
