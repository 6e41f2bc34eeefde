"""`ssr_neuro.load_data`: a data set from a file."""

from pathlib import Path
from typing import Unpack

from ssr_neuro.data import Dataset, load
from ssr_neuro.errors import check_type
from ssr_neuro.settings.reading import ReadingOptions, refuse_read_already


def load_data(
    path: str | Path | Dataset, *, progress: bool = False, **reading: Unpack[ReadingOptions]
) -> Dataset:
    """Read, order and filter a data set; "generated" stands for the built-in one.

    reading: core (5-core, 5-once, none), duplicates (keep, first, last, immediate), ties (file,
    item, shuffle), reader (one of `ssr_neuro.data.READERS`, else told by name and content), and
    user_column, item_column, time_column (names or numbers of columns; `Reading`). A `Dataset` is
    returned as it is. Raises BadInput with file and line; where an option is unknown; and where one
    is given with a `Dataset`, which is read already; and where it is neither a path nor that.
    """
    check_data(path)
    if isinstance(path, Dataset):
        refuse_read_already(**reading)
        return path
    return load(path, progress=progress, **reading)


def check_data(data: object) -> None:
    """Raises BadInput where it is neither the path of data nor a `Dataset`."""
    wanted = (
        'the path of a file, "generated", or a Dataset of load_data. A table in memory is written '
        'to a file first, as df.write_csv("data.csv") of polars does'
    )
    check_type(data, (str, Path, Dataset), "is no data set", wanted)
