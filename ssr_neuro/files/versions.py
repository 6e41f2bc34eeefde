"""Versions of Python and of packages, for what says how it was made."""

import platform
from collections.abc import Iterable
from importlib import metadata


def installed_version(name: str) -> str | None:
    """None where the package is not installed."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def package_versions(names: Iterable[str]) -> dict[str, str]:
    """By name, in that order; what is not installed, as of an extra, is left out."""
    found = ((name, installed_version(name)) for name in names)
    return {name: version for name, version in found if version is not None}


def versions_of(packages: Iterable[str]) -> dict[str, str]:
    """Python first, then the packages as `package_versions` has them."""
    return {"python": platform.python_version(), **package_versions(packages)}
