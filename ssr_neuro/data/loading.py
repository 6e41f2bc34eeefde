"""From a file on disk, or from nothing, to a data set."""

import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Unpack

import polars as pl

from ssr_neuro.data.columns import ReadColumns
from ssr_neuro.data.dataset import Dataset
from ssr_neuro.data.filters import CORES, DUPLICATES
from ssr_neuro.data.generated import generated_interactions
from ssr_neuro.data.interactions import Interactions, assemble, encode
from ssr_neuro.data.lines import blocks
from ssr_neuro.data.notes import (
    choice_note,
    clock_note,
    day_first_note,
    events_note,
    filter_note,
    id_note,
    missing_note,
    partial_time_note,
    repeats_note,
    times_note,
)
from ssr_neuro.data.reader_choice import ReaderChoice, choose_reader
from ssr_neuro.data.readers import READERS
from ssr_neuro.data.source import SUFFIXES, open_source
from ssr_neuro.data.tie_counts import count_ties
from ssr_neuro.data.ties import TIE_ORDERS
from ssr_neuro.data.times import in_seconds
from ssr_neuro.errors import BadInput, Note
from ssr_neuro.files.limits import SHARE_OF_MEMORY, free_memory_bytes, spell_bytes
from ssr_neuro.settings.reading import GENERATED, NO_TIME, Reading, ReadingOptions, reading_of


def load(
    path: str | Path | None, *, progress: bool = False, **options: Unpack[ReadingOptions]
) -> Dataset:
    """Read, order and filter a data set; None or "generated" stands for the built-in one.

    path: plain, .gz, .bz2, .xz or .zip. options: as in `Reading`; duplicates act before core.
    progress: show a bar on standard error. Warns with `Note` of what is worth knowing about the
    data. Raises BadInput with file and line for anything that cannot be used.
    """
    how = reading_of(**options)
    _check(how)
    generated = path is None or path == GENERATED
    read = _generated(how) if generated else _read(Path(str(path)), how, progress)
    found = read.interactions
    if how.ties != "file" and not found.timed:
        raise BadInput(
            f"--ties {how.ties} needs times, and {read.name} has none: which interactions tie is "
            "not known. Leave it out."
        )
    rows = CORES[how.core](DUPLICATES[how.duplicates](found.rows))
    if rows.is_empty():
        raise BadInput(_nothing_left(read, how))
    made = assemble(Interactions(rows, found.user_ids, found.item_ids), read.name, read.source(how))
    made = replace(
        made,
        ties=how.ties,
        time_unit=read.unit,
        columns=read.columns,
        chosen_by=None if read.choice is None else read.choice.why,
        path=GENERATED if generated else str(path),
        reading=how,
    )
    notes = (
        None if how.time_column == NO_TIME else times_note(read.columns),
        choice_note(read.columns, how.columns),
        events_note(read.columns),
        id_note(found.user_ids, found.item_ids),
        missing_note(found),
        repeats_note(found) if how.duplicates == "keep" else None,
        clock_note(made),
        day_first_note(made),
        partial_time_note(made),
        filter_note(made, len(found.user_ids), how.core),
        count_ties(made).warning,
    )
    return _with_notes(made, notes)


def check_name(what: str, name: str, known: Mapping[str, object]) -> None:
    """Raise BadInput listing the known names if this is none of them."""
    if name not in known:
        raise BadInput(f"unknown {what} {name!r}; there are {', '.join(known)}.")


@dataclass(frozen=True, eq=False)
class _Read:
    """choice, columns: of a file. unit: of the times, None without."""

    interactions: Interactions
    name: str
    file: str
    choice: ReaderChoice | None = None
    columns: ReadColumns | None = None
    unit: str | None = None

    def source(self, how: Reading) -> str:
        """How the data were obtained. Defaults added later are not named: records keep theirs."""
        reader = [] if self.choice is None else [f"reader {self.choice.reader}"]
        if self.columns is not None and how.columns.given:
            reader.append(f"columns {self.columns.described}")
        ties = [] if how.ties == "file" else [f"ties {how.ties}"]
        kept = [f"filter {how.core}", f"duplicates {how.duplicates}", *ties]
        return ", ".join([self.file, *reader, *kept])


def _generated(how: Reading) -> _Read:
    if how.reader is not None:
        raise BadInput(f"reader {how.reader!r} needs a file; the generated data have none.")
    if how.columns.given:
        raise BadInput("columns can be named of a file; the generated data have none.")
    return _Read(generated_interactions(), GENERATED, GENERATED)


def _read(path: Path, how: Reading, progress: bool) -> _Read:
    with open_source(path, progress=progress) as (name, stream):
        place = str(path) if name == path.name else f"{path} ({name})"
        tables = blocks(stream, place)
        first = next(tables, None)
        if first is None:
            raise BadInput(f"{path} is empty. Give a file with interactions.")
        choice = ReaderChoice(how.reader, "--reader") if how.reader else None
        choice = choice or choose_reader(name, first, how.columns, place)
        parsed = READERS[choice.reader](chain([first], tables), place, how.columns)
        parts = list(_within_memory(parsed.tables, path))
    if not any(part.height for part in parts):
        raise BadInput(f"{path} has a header but no interactions. Give a file with some.")
    rows, unit = pl.concat(parts), None
    if parsed.time is not None:
        unit = parsed.time.unit
        if unit is None:
            rows, unit = in_seconds(rows, place)
    found = encode(rows.drop("line"), how.ties)
    return _Read(found, _stem(path), path.name, choice, parsed.columns, unit)


def _within_memory(tables: Iterator[pl.DataFrame], path: Path) -> Iterator[pl.DataFrame]:
    """The tables. Raises BadInput before memory is used up, where polars would abort."""
    taken, most = 0.0, free_memory_bytes() // SHARE_OF_MEMORY
    for table in tables:
        taken += table.estimated_size()
        if taken > most:
            raise BadInput(
                f"{path}: its interactions take more than {spell_bytes(most)}, the most that one "
                "file may take of this machine's memory; give a part of them, or use a larger "
                "machine"
            )
        yield table


def _with_notes(dataset: Dataset, notes: tuple[str | None, ...]) -> Dataset:
    """The data set with what is worth knowing about it, which is also warned of."""
    said = tuple(note for note in notes if note is not None)
    for note in said:
        warnings.warn(f"{dataset.name}: {note}.", Note, stacklevel=3)
    return replace(dataset, notes=said)


def _check(how: Reading) -> None:
    check_name("filter", how.core, CORES)
    check_name("treatment of duplicates", how.duplicates, DUPLICATES)
    check_name("order of ties", how.ties, TIE_ORDERS)
    if how.reader is not None:
        check_name("reader", how.reader, READERS)


def _nothing_left(read: _Read, how: Reading) -> str:
    found = read.interactions
    users, items, rows = len(found.user_ids), len(found.item_ids), found.rows.height
    written = id_note(found.user_ids, found.item_ids)
    return (
        f"{read.name}: none of {rows} interactions is left after the filter {how.core} "
        f"(duplicates: {how.duplicates}); there are {users:,} users with {rows / users:.1f} on "
        f"average, and {items:,} items with {rows / items:.1f}. "
        f"{f'{written}. ' if written else ''}"
        "Look at how they are written, use more data, or the filter 'none'."
    )


def _stem(path: Path) -> str:
    return path.stem if path.suffix.lower() not in SUFFIXES else Path(path.stem).stem
