"""The Python 3.10 environment that holds Lava 0.10.0, made once under the user's cache folder.

`EnvironmentKind` says what an environment holds; `lava_dl_environment` beside it has another. It
counts as made only when its stamp is there, and the stamp is written last, after its packages were
imported: what an interrupted set-up leaves is removed and made again.
"""

import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from simulators.lava_runtime import lock, python310
from simulators.lava_runtime.pip_index import environment_for_uv
from simulators.lava_runtime.python310 import LAVA_VERSION, Python
from ssr_neuro.errors import BackendFailed
from ssr_neuro.files.cache_folder import cache_folder

STAMP = "ready.json"
INSTALL_TIMEOUT_S = 1800
_CHECK = "import lava.proc.lif.process, lava.proc.sparse.process, lava.magma.core.run_configs"


@dataclass(frozen=True)
class EnvironmentKind:
    """What an environment holds beside Lava 0.10.0, if anything.

    package, version: what it is for, in words. size: what it takes at most when installed.
    requirements: every version, pinned. check: Python that imports it. torch: whether PyTorch is in
    it, of which the smaller build is tried first.
    """

    package: str
    version: str
    size: str
    requirements: Path
    check: str
    installed: Callable[[Python], bool]
    torch: bool = False

    @property
    def title(self) -> str:
        return f"{self.package} {self.version}"


LAVA = EnvironmentKind(
    package="Lava",
    version=LAVA_VERSION,
    size="0.5 GB",
    requirements=Path(__file__).parent.parent / "lava_worker" / "requirements.txt",
    check=_CHECK,
    installed=lambda python: python.lava == LAVA_VERSION,
)


def ensure(progress: Callable[[str], None] | None = None, kind: EnvironmentKind = LAVA) -> Path:
    """The interpreter that imports Lava 0.10.0; its environment is made if it is not there.

    progress: told what is being done, in words. SSR_LAVA_PYTHON names the interpreter to use, and
    is used as it is if what `kind` needs is installed beside it. SSR_CACHE moves the environment.
    Raises BackendFailed if there is no Python 3.10 or the packages cannot be installed.
    """
    say = progress or _silent
    chosen = python310.choose_python()
    if chosen is not None and kind.installed(chosen):
        return chosen.path
    folder = _folder(chosen, kind)
    if not _is_ready(folder, kind):
        try:
            folder.parent.mkdir(parents=True, exist_ok=True)
            with lock.hold(folder.with_name(folder.name + ".lock"), say):
                if not _is_ready(folder, kind):
                    _make(folder, chosen or python310.find(say), say, kind)
        except OSError as error:
            raise BackendFailed(
                f"the {kind.title} environment cannot be made in {folder} "
                f"({error.strerror or error}); SSR_CACHE names another place for it, with "
                f"{kind.size} free, and {python310.SETTING} an interpreter that has {kind.package}"
            ) from error
    return _python_in(folder)


@dataclass(frozen=True)
class EnvironmentState:
    """What `ensure` would use.

    interpreter: in words, or why there is none. folder: of the environment; None where an
    interpreter that has all is used as it is, or there is none. ready: nothing has to be made.
    """

    kind: EnvironmentKind
    interpreter: str
    folder: Path | None
    ready: bool
    made_on_first_use: bool


def find_state(kind: EnvironmentKind = LAVA) -> EnvironmentState:
    """Makes and downloads nothing."""
    try:
        chosen = python310.choose_python()
    except BackendFailed as error:
        return EnvironmentState(kind, str(error), None, ready=False, made_on_first_use=False)
    if chosen is not None and kind.installed(chosen):
        where = f"{chosen.path} ({python310.SETTING})"
        return EnvironmentState(kind, where, None, ready=True, made_on_first_use=False)
    folder = _folder(chosen, kind)
    if _is_ready(folder, kind):
        made_from = _stamp(folder)["made_from"]
        return EnvironmentState(kind, made_from, folder, ready=True, made_on_first_use=False)
    found = chosen or python310.search()[0]
    where = str(found.path) if found else "none found; uv will be asked to download one"
    return EnvironmentState(kind, where, folder, ready=False, made_on_first_use=True)


def describe(kind: EnvironmentKind = LAVA) -> list[tuple[str, str]]:
    """What `ensure` would use, as rows of (what, value). Makes and downloads nothing."""
    state = find_state(kind)
    ready = "yes" if state.ready else "no, made on first use" if state.made_on_first_use else "no"
    folder = [] if state.folder is None else [("environment", str(state.folder))]
    interpreter = ("interpreter", state.interpreter)
    return [(kind.package, kind.version), *folder, interpreter, ("ready", ready)]


def _folder(chosen: Python | None, kind: EnvironmentKind) -> Path:
    """One folder per set of pins, and per interpreter where the user names one."""
    pins = kind.requirements.read_bytes() + (str(chosen.path).encode() if chosen else b"")
    mark = hashlib.sha256(pins).hexdigest()[:12]
    name = f"{kind.package.lower()}-{kind.version}-{mark}"
    return cache_folder() / name


def _python_in(folder: Path) -> Path:
    return folder / "bin" / "python"


def _is_ready(folder: Path, kind: EnvironmentKind = LAVA) -> bool:
    """Stamp, interpreter and packages are there. What is half gone is made again.

    The interpreter is a link: it dangles when the Python it was made from is removed.
    """
    stamped = _stamp(folder).get(kind.package.lower()) == kind.version
    packages = [site / "lava" for site in folder.glob("lib/python3*/site-packages")]
    return stamped and _python_in(folder).exists() and all(p.is_dir() for p in packages)


def _stamp(folder: Path) -> dict[str, str]:
    """What the stamp says; nothing where there is none, or one that was damaged."""
    try:
        found = json.loads((folder / STAMP).read_text())
    except (OSError, ValueError):
        return {}
    whole = isinstance(found, dict) and isinstance(found.get("made_from"), str)
    return found if whole else {}


def _make(folder: Path, python: Python, say: Callable[[str], None], kind: EnvironmentKind) -> None:
    say(f"making the {kind.title} environment in {folder} with {python.path} (once)")
    _remove(folder)
    failure = _with_uv(folder, python, say, kind)
    way = "uv"
    if failure:
        say(f"uv could not install {kind.package}, trying venv and pip; uv said:\n{failure}")
        _remove(folder)
        way, again = "pip", _with_pip(folder, python, kind)
        if again:
            raise BackendFailed(
                f"{kind.title} could not be installed in {folder} with {python.path}. "
                f"uv said:\n{failure}\npip said:\n{again}\n"
                "Check that a Python package index can be reached (pip's and uv's settings are "
                f"followed), or install {kind.requirements} into a Python 3.10 yourself and name "
                f"it in {python310.SETTING}."
            )
    _verify(folder, kind)
    stamp = {kind.package.lower(): kind.version, "made_from": str(python.path), "made_by": way}
    unborn = folder / (STAMP + ".new")
    unborn.write_text(json.dumps(stamp) + "\n")
    unborn.replace(folder / STAMP)
    say(f"{kind.title} is ready (installed with {way})")


def _remove(folder: Path) -> None:
    """The stamp goes first: a removal that is cut short must not look finished."""
    (folder / STAMP).unlink(missing_ok=True)
    if folder.exists():
        shutil.rmtree(folder)


def _with_uv(
    folder: Path, python: Python, say: Callable[[str], None], kind: EnvironmentKind
) -> str:
    """Returns "" or what went wrong."""
    env = environment_for_uv()
    made = python310.run_uv(
        ["venv", "--no-project", "--python", str(python.path), str(folder)], INSTALL_TIMEOUT_S, env
    )
    into = ["pip", "install", "--python", str(_python_in(folder)), "-r", str(kind.requirements)]
    if kind.torch and not made:
        small = python310.run_uv([*into, "--torch-backend", "cpu"], INSTALL_TIMEOUT_S, env)
        if not small:
            return ""
        say(
            "PyTorch's own index, which has a build for the CPU alone, did not answer; taking "
            f"the one with CUDA from the usual index, {kind.size} when installed; uv said:\n{small}"
        )
    return made or python310.run_uv(into, INSTALL_TIMEOUT_S, env)


def _with_pip(folder: Path, python: Python, kind: EnvironmentKind) -> str:
    """Returns "" or what went wrong."""
    made = python310.run_tool([str(python.path), "-m", "venv", str(folder)], INSTALL_TIMEOUT_S)
    install = [str(_python_in(folder)), "-m", "pip", "install", "-r", str(kind.requirements)]
    return made or python310.run_tool(install, INSTALL_TIMEOUT_S)


def _verify(folder: Path, kind: EnvironmentKind) -> None:
    answer = python310.ask(_python_in(folder))
    failure = python310.run_tool([str(_python_in(folder)), "-sE", "-c", kind.check], 300)
    if failure or isinstance(answer, str) or not kind.installed(answer):
        raise BackendFailed(
            f"{kind.title} was installed in {folder} but does not work there "
            f"({failure or answer}); remove the folder and run again, or name another Python 3.10 "
            f"in {python310.SETTING}"
        )


def _silent(_message: str) -> None:
    return None
