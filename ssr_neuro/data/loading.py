"""From a file on disk, or from nothing, to a data set."""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Unpack

import polars as pl

from ssr_neuro.data.dataset import Dataset
from ssr_neuro.data.filters import CORES, DUPLICATES
from ssr_neuro.data.generated import generated_interactions
from ssr_neuro.data.interactions import Interactions, assemble, encode
from ssr_neuro.data.lines import blocks
from ssr_neuro.data.readers import READERS, choose_reader
from ssr_neuro.data.source import open_source
from ssr_neuro.data.tie_counts import count_ties
from ssr_neuro.data.ties import TIE_ORDERS
from ssr_neuro.data.times import in_seconds
from ssr_neuro.errors import BadInput, Note
from ssr_neuro.settings.reading import Reading, ReadingOptions, reading_of

GENERATED = "generated"


def load(
    path: str | Path | None, *, progress: bool = False, **options: Unpack[ReadingOptions]
) -> Dataset:
    """Read, order and filter a data set; None or "generated" stands for the built-in one.

    path: plain, .gz or .zip. options: as in `Reading`; duplicates act before core. progress: show
    a bar on standard error. Warns with `Note` of what is worth knowing about the data. Raises
    BadInput with file and line for anything that cannot be used.
    """
    how = reading_of(**options)
    _check(how)
    if path is None or path == GENERATED:
        if how.reader is not None:
            raise BadInput(f"reader {how.reader!r} needs a file; the generated data have none.")
        read = _Read(generated_interactions(), None)
        name, source = GENERATED, GENERATED
    else:
        path = Path(path)
        read, used = _read(path, how, progress)
        name, source = _stem(path), f"{path.name}, reader {used}"
    found = read.interactions
    if how.ties != "file" and not found.timed:
        raise BadInput(
            f"--ties {how.ties} needs times, and {name} has none: which interactions tie is not "
            "known. Leave it out."
        )
    rows = CORES[how.core](DUPLICATES[how.duplicates](found.rows))
    if rows.is_empty():
        raise BadInput(
            f"{name}: none of {found.rows.height} interactions is left after the filter "
            f"{how.core} (duplicates: {how.duplicates}). Use more data, or the filter 'none'."
        )
    kept = Interactions(rows, found.user_ids, found.item_ids)
    made = assemble(kept, name, f"{source}, filter {how.core}, duplicates {how.duplicates}")
    return _with_notes(replace(made, ties=how.ties, time_unit=read.unit))


def _with_notes(dataset: Dataset) -> Dataset:
    """The data set with what is worth knowing about it, which is also warned of."""
    source = dataset.source
    if dataset.ties != "file":  # the default is not named: recorded sources stay what they were
        source = f"{source}, ties {dataset.ties}"
    notes = [warning] if (warning := count_ties(dataset).warning) else []
    for text in notes:
        warnings.warn(f"{dataset.name}: {text}.", Note, stacklevel=3)
    return replace(dataset, source=source, notes=tuple(notes))


def _check(how: Reading) -> None:
    check_name("filter", how.core, CORES)
    check_name("treatment of duplicates", how.duplicates, DUPLICATES)
    check_name("order of ties", how.ties, TIE_ORDERS)
    if how.reader is not None:
        check_name("reader", how.reader, READERS)


def check_name(what: str, name: str, known: Mapping[str, object]) -> None:
    """Raise BadInput listing the known names if this is none of them."""
    if name not in known:
        raise BadInput(f"unknown {what} {name!r}; there are {', '.join(known)}.")


@dataclass(frozen=True, eq=False)
class _Read:
    """unit: of the times, None without."""

    interactions: Interactions
    unit: str | None


def _read(path: Path, how: Reading, progress: bool) -> tuple[_Read, str]:
    with open_source(path, progress=progress) as (name, stream):
        place = str(path) if name == path.name else f"{path} ({name})"
        tables = blocks(stream, place)
        first = next(tables, None)
        if first is None:
            raise BadInput(f"{path} is empty. Give a file with interactions.")
        used = how.reader or choose_reader(name, first["text"][0])
        parts = list(READERS[used](chain([first], tables), place))
    if not any(part.height for part in parts):
        raise BadInput(f"{path} has a header but no interactions. Give a file with some.")
    rows, unit = pl.concat(parts), None
    if "time" in rows.columns:
        rows, unit = in_seconds(rows, place)
    return _Read(encode(rows.drop("line"), how.ties), unit), used


def _stem(path: Path) -> str:
    return path.stem if path.suffix.lower() not in (".gz", ".zip") else Path(path.stem).stem
