"""What every study can do: give its numbers as plain data, and write them with its figure."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from ssr_neuro.study import document

Rows = tuple[tuple[str, ...], ...]


class SavedStudy(ABC):
    """A study with a document and a figure (`svg`), and perhaps rows of a table (`table_rows`)."""

    svg: str

    @abstractmethod
    def to_dict(self, command: Sequence[str] = ()) -> dict[str, Any]:
        """The numbers as plain data, with versions. command: what made them."""

    def table_rows(self) -> Rows:
        """Of <name>.csv with its heads; () where the study leaves none."""
        return ()

    def save(
        self,
        folder: str | Path,
        *,
        overwrite: bool = False,
        inputs: Iterable[Path] = (),
        command: Sequence[str] = (),
    ) -> tuple[Path, ...]:
        """Write <name>.json, <name>.svg and perhaps <name>.csv; their paths.

        Raises BadInput as `Compiled.save`.
        """
        return document.write(
            Path(folder),
            self.to_dict(command),
            self.svg,
            self.table_rows(),
            overwrite=overwrite,
            inputs=inputs,
        )
