"""`ssr_neuro.load_data`: a data set from a file."""

from pathlib import Path

from ssr_neuro.data import Dataset, load


def load_data(
    path: str | Path,
    *,
    core: str = "5-core",
    duplicates: str = "keep",
    reader: str | None = None,
    progress: bool = False,
) -> Dataset:
    """Read, order and filter a data set; "generated" stands for the built-in one.

    core: 5-core, 5-once or none. duplicates: keep, first or last. reader: one of
    `ssr_neuro.data.READERS`, else told by name and content. Raises BadInput with file and line.
    """
    return load(path, core=core, duplicates=duplicates, reader=reader, progress=progress)
