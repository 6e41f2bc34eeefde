"""`ssr_neuro.installation`: what is installed, and whether Lava is ready. Changes nothing."""

import platform
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from ssr_neuro.extras import EXTRAS
from ssr_neuro.files.json_document import Format
from ssr_neuro.files.versions import installed_version

FORMAT = Format("ssr-neuro-installation", 1, "`ssr doctor --json`")
PACKAGES = ("torch", "spikingjelly", "nir", "numpy", "numba", "polars", "uv")


@dataclass(frozen=True)
class Package:
    """version: None where it is not installed. installed_by: what `pip install` brings it."""

    name: str
    version: str | None
    installed_by: str

    @property
    def described(self) -> str:
        """The version, or what installs the package."""
        return self.version or f'not installed; pip install "{self.installed_by}"'


@dataclass(frozen=True)
class Environment:
    """A Python 3.10 of its own, which Lava needs.

    interpreter: where it is, or why there is none. folder: of the environment; None where an
    interpreter that has everything is used as it is. ready: whether it can be used at once.
    made_on_first_use: whether a command that needs it makes it.
    """

    package: str
    version: str
    interpreter: str
    folder: str | None
    ready: bool
    made_on_first_use: bool


@dataclass(frozen=True)
class Installation:
    """python: its version. executable: its path."""

    python: str
    executable: str
    packages: tuple[Package, ...]
    environments: tuple[Environment, ...]

    def to_dict(self) -> dict[str, Any]:
        """As plain data, what `ssr doctor --json` prints."""
        return FORMAT.wrap(asdict(self))


def installation() -> Installation:
    """Versions of what is used and of what the extras bring, and the environments of Lava."""
    from simulators.lava_runtime.environment import LAVA, find_state
    from simulators.lava_runtime.lava_dl_environment import LAVA_DL

    states = (find_state(kind) for kind in (LAVA, LAVA_DL))
    return Installation(
        platform.python_version(),
        sys.executable,
        tuple(_packages()),
        tuple(
            Environment(
                state.kind.package,
                state.kind.version,
                state.interpreter,
                None if state.folder is None else str(state.folder),
                state.ready,
                state.made_on_first_use,
            )
            for state in states
        ),
    )


def _packages() -> Iterator[Package]:
    for name in PACKAGES:
        yield Package(name, installed_version(name), "ssr-neuro")
    for extra, modules in EXTRAS.items():
        for name in modules.values():
            yield Package(name, installed_version(name), f"ssr-neuro[{extra}]")
