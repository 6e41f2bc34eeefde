"""Answers for many users as one file: Parquet, CSV or JSON lines, written as they come.

Memory holds some users at a time; the file appears whole or not at all.
"""

import csv
import json
import shutil
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from ssr_neuro.errors import BadInput
from ssr_neuro.files import output_file
from ssr_neuro.files.names import spreadsheet_cell
from ssr_neuro.serving.recommender import plain_numbers
from ssr_neuro.serving.users import Answer

ROWS_AT_ONCE = 100_000  # of a Parquet part
HEADS = ("user", "rank", "item", "score")


@dataclass(frozen=True, eq=False)
class Columns:
    """How answers become rows. ids: of all items. titles: by id, None without. integers: scores."""

    ids: Any
    titles: Mapping[str, str] | None
    integers: bool

    @property
    def heads(self) -> tuple[str, ...]:
        return HEADS if self.titles is None else (*HEADS, "title")

    def rows(self, answer: Answer) -> Iterator[tuple[Any, ...]]:
        """(user, rank, item, score[, title]) for each item, best first; no title is empty."""
        ranked = zip(answer.rows.tolist(), plain_numbers(answer.scores), strict=True)
        for rank, (row, score) in enumerate(ranked, 1):
            item = self.ids[row]
            title = () if self.titles is None else (self.titles.get(item, ""),)
            yield answer.user_id, rank, item, score, *title


class AnswersWriter(ABC):
    """Takes answers one after another."""

    @abstractmethod
    def add(self, answer: Answer) -> None: ...

    @abstractmethod
    def close(self) -> None:
        """Whatever was not written yet."""


@contextmanager
def create(
    path: Path, columns: Columns, *, overwrite: bool = False, inputs: Iterable[Path] = ()
) -> Iterator[AnswersWriter]:
    """A writer by the suffix of `path`. Raises BadInput as `output_file.create`."""
    kind = writer_of(path)
    with output_file.create(path, overwrite=overwrite, inputs=inputs) as partial:
        if kind is ParquetWriter:
            with _parts_folder(path) as parts:
                writer: AnswersWriter = ParquetWriter(partial, parts, columns)
                yield writer
                writer.close()
        else:
            with partial.open("w", encoding="utf-8", newline="") as stream:
                writer = (
                    CsvWriter(stream, columns) if kind is CsvWriter else JsonLines(stream, columns)
                )
                yield writer
                writer.close()


def writer_of(path: Path) -> type[AnswersWriter]:
    """By suffix. Raises BadInput that lists them."""
    suffix = path.suffix.lower()
    if suffix not in WRITERS:
        raise BadInput(f"--out is {path}; its name must end in {', '.join(WRITERS)}")
    return WRITERS[suffix]


class CsvWriter(AnswersWriter):
    """A row for each item. Cells that a spreadsheet would run as a formula begin with an '."""

    def __init__(self, stream: TextIO, columns: Columns) -> None:
        self._table, self._columns = csv.writer(stream, lineterminator="\n"), columns
        self._table.writerow(columns.heads)

    def add(self, answer: Answer) -> None:
        for user, rank, item, score, *title in self._columns.rows(answer):
            words = [spreadsheet_cell(text) for text in (user, item, *title)]
            self._table.writerow((words[0], rank, words[1], score, *words[2:]))

    def close(self) -> None:
        pass


class JsonLines(AnswersWriter):
    """A line for each user: user, and items, best first, each with item, score and title."""

    def __init__(self, stream: TextIO, columns: Columns) -> None:
        self._stream, self._columns = stream, columns

    def add(self, answer: Answer) -> None:
        names = self._columns.heads[2:]
        items = [dict(zip(names, row[2:], strict=True)) for row in self._columns.rows(answer)]
        self._stream.write(json.dumps({"user": answer.user_id, "items": items}) + "\n")

    def close(self) -> None:
        pass


@dataclass(eq=False)
class ParquetWriter(AnswersWriter):
    """A row for each item, in parts that are joined at the end without being held together."""

    path: Path
    parts: Path
    columns: Columns
    _rows: list[tuple[Any, ...]] = field(default_factory=list)
    _count: int = 0

    def add(self, answer: Answer) -> None:
        self._rows += self.columns.rows(answer)
        if len(self._rows) >= ROWS_AT_ONCE:
            self._write_part()

    def close(self) -> None:
        import polars as pl

        self._write_part()
        parts = sorted(self.parts.glob("*.arrow"))  # the path itself may have brackets
        pl.scan_ipc(parts, glob=False).sink_parquet(self.path)

    def _write_part(self) -> None:
        import polars as pl

        score = pl.Int64 if self.columns.integers else pl.Float32
        kinds = {
            "user": pl.String,
            "rank": pl.Int32,
            "item": pl.String,
            "score": score,
            "title": pl.String,
        }
        schema = {name: kinds[name] for name in self.columns.heads}
        frame = pl.DataFrame(self._rows, schema=schema, orient="row")
        frame.write_ipc(self.parts / f"{self._count:09}.arrow")
        self._rows, self._count = [], self._count + 1


@contextmanager
def _parts_folder(path: Path) -> Iterator[Path]:
    """A hidden folder beside `path`, gone at the end."""
    parts = Path(tempfile.mkdtemp(prefix=f".{path.name}-", dir=path.parent))
    try:
        yield parts
    finally:
        shutil.rmtree(parts, ignore_errors=True)


WRITERS: Mapping[str, type[AnswersWriter]] = {
    ".parquet": ParquetWriter,
    ".csv": CsvWriter,
    ".jsonl": JsonLines,
}
