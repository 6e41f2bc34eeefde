"""Versions of Python and of packages, for what says how it was made."""

import platform
from collections.abc import Iterable
from importlib import metadata


def versions_of(packages: Iterable[str]) -> dict[str, str]:
    """Python first, then every package by name. Raises PackageNotFoundError where one is absent."""
    return {
        "python": platform.python_version(),
        **{name: metadata.version(name) for name in packages},
    }
