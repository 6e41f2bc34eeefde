"""Paths as tables show them: as little of each as tells it from the others."""

from collections.abc import Iterable
from pathlib import PurePath


def shorten_paths(paths: Iterable[str]) -> dict[str, str]:
    """Each path -> its shortest end that no other of them has, by whole names of folders."""
    parts = {path: PurePath(path).parts for path in paths}
    return {
        path: next(
            (
                str(PurePath(*own[-length:]))
                for length in range(1, len(own))
                if sum(other[-length:] == own[-length:] for other in parts.values()) == 1
            ),
            path,
        )
        for path, own in parts.items()
    }
