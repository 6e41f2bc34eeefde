"""The files that a call reads, so that it replaces none of them."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from ssr_neuro.errors import check_type
from ssr_neuro.settings.reading import GENERATED

if TYPE_CHECKING:
    from ssr_neuro.data import Dataset


def data_files(data: "str | Path | Dataset") -> list[Path]:
    """The file that the data are read from; none where they are generated or made in memory.

    Raises BadInput on what is no data.
    """
    if not isinstance(data, str | Path):
        from ssr_neuro.library.data import check_data

        check_data(data)
        data = data.path or GENERATED
    return [] if data == GENERATED else [Path(data)]


def path_of(given: object, wanted: str) -> Path:
    """A path that was given. wanted: what to give. Raises BadInput where it is none."""
    check_type(given, (str, Path), "is no path", wanted)
    return Path(str(given))


def path_of_model(given: object) -> Path:
    """The path of a trained model. Raises BadInput where it is none, such as the model itself."""
    return path_of(given, "the path of a model.pt")


def find_from_here(given: Path, absolute: Path) -> Path:
    """A path as it was given where it leads there from the current folder, else the absolute one.

    What was read earlier is found again after the process has changed its folder.
    """
    return given if given.absolute() == absolute else absolute


def training_files(
    data: "str | Path | Dataset", start: str | Path | None, teacher: Iterable[str | Path]
) -> list[Path]:
    """What a training reads: its data, the model it starts from, and those that teach it."""
    models = [path for path in (start, *teacher) if path is not None]
    return [*data_files(data), *map(path_of_model, models)]


def search_files(data: "str | Path | Dataset", space: object, storage: str) -> list[Path]:
    """What a search reads: its data, the file of its space, and that of the study it goes on with.

    storage: a file or a URL of Optuna.
    """
    spaces = [Path(space)] if isinstance(space, str | Path) else []
    studies = [] if "://" in storage else [Path(storage)]
    return [*data_files(data), *spaces, *studies]
