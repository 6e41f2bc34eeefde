"""Where a recommender was read from, so that another process can read the same."""

from dataclasses import dataclass
from pathlib import Path

from ssr_neuro.files.hashes import sha256_of_file
from ssr_neuro.files.manifest import MANIFEST


@dataclass(frozen=True)
class Place:
    """A bundle or a model.pt. mark: the hash of its manifest, or of the model.

    items: a mapped catalogue of the bundle.
    """

    path: str
    simulator: str
    items: str | None
    mark: str

    @classmethod
    def of(cls, path: Path, simulator: str, items: Path | None) -> "Place":
        mapped = None if items is None else str(items.resolve())
        return cls(str(path.resolve()), simulator, mapped, mark_of(path))


def mark_of(path: Path) -> str:
    """The hash that tells a bundle or a model from another at the same path."""
    return sha256_of_file(path / MANIFEST if path.is_dir() else path)
