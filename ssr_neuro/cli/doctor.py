"""`ssr doctor`: what is installed, and whether Lava is ready."""

import platform
import sys
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated

import typer

from ssr_neuro.cli.licences import list_licences
from ssr_neuro.cli.output import table
from ssr_neuro.extras import EXTRAS

PACKAGES = ("torch", "spikingjelly", "nir", "numpy", "numba", "polars", "uv")


def doctor(
    licences: Annotated[
        bool, typer.Option("--licences", help="list the licence of every package instead")
    ] = False,
) -> None:
    """Versions, and where Lava's own Python 3.10 is or would be. Changes nothing."""
    if licences:
        table("Licences", ("package", "version", "licence"), list_licences())
        return
    from simulators.lava_runtime import environment, lava_dl_environment

    rows = [("python", f"{platform.python_version()} at {sys.executable}")]
    rows += [(package, _installed_version(package, "ssr-neuro")) for package in PACKAGES]
    for extra, modules in EXTRAS.items():
        rows += [(n, _installed_version(n, f"ssr-neuro[{extra}]")) for n in modules.values()]
    table("Here", ("", ""), rows)
    table("Lava", ("", ""), environment.describe())
    table("lava-dl", ("", ""), lava_dl_environment.describe())


def _installed_version(package: str, by: str) -> str:
    """The version, or what installs the package."""
    try:
        return version(package)
    except PackageNotFoundError:
        return f'not installed; pip install "{by}"'
