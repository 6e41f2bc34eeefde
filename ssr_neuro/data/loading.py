"""From a file on disk, or from nothing, to a data set."""

from collections.abc import Mapping
from itertools import chain
from pathlib import Path

from ssr_neuro.data.dataset import Dataset
from ssr_neuro.data.filters import CORES, DUPLICATES
from ssr_neuro.data.generated import generated_interactions
from ssr_neuro.data.interactions import Interactions, assemble, encode
from ssr_neuro.data.lines import blocks
from ssr_neuro.data.readers import READERS, choose_reader
from ssr_neuro.data.source import open_source
from ssr_neuro.errors import BadInput

GENERATED = "generated"


def load(
    path: str | Path | None,
    *,
    core: str = "5-core",
    duplicates: str = "keep",
    reader: str | None = None,
    progress: bool = False,
) -> Dataset:
    """Read, order and filter a data set; None or "generated" stands for the built-in one.

    path: plain, .gz or .zip. reader: one of READERS, or None to tell by name and content.
    duplicates (keep, first, last) act before core (5-core, 5-once, none). progress: show a bar
    on standard error. Raises BadInput with file and line for anything that cannot be used.
    """
    check_name("filter", core, CORES)
    check_name("treatment of duplicates", duplicates, DUPLICATES)
    if reader is not None:
        check_name("reader", reader, READERS)
    if path is None or path == GENERATED:
        if reader is not None:
            raise BadInput(f"reader {reader!r} needs a file; the generated data have none.")
        found, name, source = generated_interactions(), GENERATED, GENERATED
    else:
        path = Path(path)
        found, used = _read(path, reader, progress)
        name, source = _stem(path), f"{path.name}, reader {used}"
    rows = CORES[core](DUPLICATES[duplicates](found.rows))
    if rows.is_empty():
        raise BadInput(
            f"{name}: none of {found.rows.height} interactions is left after the filter {core} "
            f"(duplicates: {duplicates}). Use more data, or the filter 'none'."
        )
    kept = Interactions(rows, found.user_ids, found.item_ids)
    return assemble(kept, name, f"{source}, filter {core}, duplicates {duplicates}")


def check_name(what: str, name: str, known: Mapping[str, object]) -> None:
    """Raise BadInput listing the known names if this is none of them."""
    if name not in known:
        raise BadInput(f"unknown {what} {name!r}; there are {', '.join(known)}.")


def _read(path: Path, reader: str | None, progress: bool) -> tuple[Interactions, str]:
    with open_source(path, progress=progress) as (name, stream):
        place = str(path) if name == path.name else f"{path} ({name})"
        tables = blocks(stream, place)
        first = next(tables, None)
        if first is None:
            raise BadInput(f"{path} is empty. Give a file with interactions.")
        used = reader or choose_reader(name, first["text"][0])
        parts = list(READERS[used](chain([first], tables), place))
    if not any(part.height for part in parts):
        raise BadInput(f"{path} has a header but no interactions. Give a file with some.")
    return encode(parts), used


def _stem(path: Path) -> str:
    return path.stem if path.suffix.lower() not in (".gz", ".zip") else Path(path.stem).stem
