"""Files of models in gates, told by the SHA-256 of their model.pt."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from ssr_neuro.errors import BadInput
from ssr_neuro.files.gates_result import GatesResult, read


@dataclass(frozen=True)
class GatesFile:
    """What one file holds."""

    path: Path
    held: GatesResult


def files(paths: Iterable[Path]) -> tuple[GatesFile, ...]:
    """Raises BadInput, which names the file and what is wrong in it."""
    return tuple(GatesFile(path, read(path)) for path in paths)


def check(found: Iterable[GatesFile], known: Collection[str]) -> None:
    """known: SHA-256 of every model.pt in the report. Raises BadInput for a file of another."""
    for one in found:
        if one.held.model_sha256 not in known:
            raise BadInput(
                f"{one.path} is of the model {one.held.model}, and no model of this report is it "
                "(their SHA-256 differ); name its bundle or give it as a baseline, or leave the "
                "file out"
            )
