"""Versions of Python and of packages, for what says how it was made."""

import platform
from collections.abc import Iterable
from importlib import metadata


def package_versions(names: Iterable[str]) -> dict[str, str]:
    """By name, in that order. Raises PackageNotFoundError where one is not installed."""
    return {name: metadata.version(name) for name in names}


def versions_of(packages: Iterable[str]) -> dict[str, str]:
    """Python first, then the packages as `package_versions` has them."""
    return {"python": platform.python_version(), **package_versions(packages)}
