"""Environments of engines of the conformance suite that are not beside ssr-neuro.

Each is made once, by uv, in the user's cache folder, as that of Lava is. An engine that runs on
PyTorch shares the one of this Python: its packages are installed without what they depend on, and
the folders of this Python are put behind them.
"""

import hashlib
import shutil
import sys
import sysconfig
import tempfile
from collections.abc import Callable
from pathlib import Path

from simulators.lava_runtime.pip_index import environment_for_uv
from simulators.lava_runtime.python310 import run_uv
from ssr_neuro.errors import BackendFailed
from ssr_neuro.files.cache_folder import cache_folder

TIMEOUT_S = 1800
BESIDE = "beside.pth"


def made_environment(name: str, requirements: tuple[str, ...]) -> Path | None:
    """The interpreter of an environment that is there already; None where it is not."""
    python = _python_in(_folder(name, requirements))
    return python if python.exists() else None


def make_environment(
    name: str, requirements: tuple[str, ...], *, shared: bool, say: Callable[[str], None]
) -> Path:
    """The interpreter of the environment, which is made where it is not there.

    shared: whether it sees the packages of this Python too. Raises BackendFailed where uv cannot
    install the requirements.
    """
    if found := made_environment(name, requirements):
        return found
    folder = _folder(name, requirements)
    say(f"making an environment for {name} in {folder} (once): {', '.join(requirements)}")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        unborn = Path(tempfile.mkdtemp(prefix=f"{folder.name}-", dir=folder.parent))
    except OSError as error:
        raise BackendFailed(
            f"the environment of {name} cannot be made in {folder} ({error.strerror or error}); "
            f"SSR_CACHE names another place, and --python {name}=PATH an interpreter that has it"
        ) from error
    try:
        _install(name, requirements, unborn, shared)
        _settle(unborn, folder)
    finally:
        shutil.rmtree(unborn, ignore_errors=True)
    return _python_in(folder)


def _install(name: str, requirements: tuple[str, ...], folder: Path, shared: bool) -> None:
    settings = environment_for_uv()
    into = ["venv", "--no-project", "--allow-existing", "--python", sys.executable, str(folder)]
    alone = ["--no-deps"] if shared else []
    packages = ["pip", "install", "--python", str(_python_in(folder)), *alone, *requirements]
    failure = run_uv(into, TIMEOUT_S, settings) or run_uv(packages, TIMEOUT_S, settings)
    if failure:
        raise BackendFailed(
            f"{', '.join(requirements)} could not be installed for engine {name!r}; uv said:\n"
            f"{failure}\nCheck that a Python package index can be reached, or name an interpreter "
            f"that has it: --python {name}=PATH"
        )
    if shared:
        (site,) = folder.glob("lib/python3*/site-packages")
        (site / BESIDE).write_text("\n".join(_own_folders()) + "\n", encoding="utf-8")


def _settle(unborn: Path, folder: Path) -> None:
    """A folder of that name is always whole; of two that are made at a time the first stays.

    One whose interpreter is gone, as its link dangles, is made anew.
    """
    if folder.is_dir() and not _python_in(folder).exists():
        shutil.rmtree(folder)
    try:
        unborn.rename(folder)
    except OSError:
        if not _python_in(folder).exists():
            raise


def _own_folders() -> list[str]:
    """Where this Python finds packages that are not its own library's."""
    library = {Path(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib")}
    library |= {place / "lib-dynload" for place in library}
    own = (Path(place) for place in sys.path if place)
    own = (place for place in own if place.is_dir() and place not in library)
    return list(dict.fromkeys(str(place.absolute()) for place in own))


def _folder(name: str, requirements: tuple[str, ...]) -> Path:
    """One for each set of requirements and each Python."""
    mark = hashlib.sha256("\n".join((*requirements, sys.prefix, sys.version)).encode())
    return cache_folder() / f"conformance-{name}-{mark.hexdigest()[:12]}"


def _python_in(folder: Path) -> Path:
    return folder / "bin" / "python"
