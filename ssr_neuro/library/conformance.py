"""`ssr_neuro.conformance`: simulators held against the conformance suite of NIR graphs."""

import json
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError
from importlib.util import find_spec
from numbers import Real
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ssr_neuro
from ssr_neuro.errors import BackendFailed, BadInput, check_type
from ssr_neuro.library.one_or_several import as_list

if TYPE_CHECKING:
    from nir_conformance.run import EngineResult
    from nir_conformance.suite import Suite

PACKAGE = "nir_conformance"
ROOT = Path(ssr_neuro.__file__).parents[1]
CHECKOUT = ROOT / "benchmarks" / "conformance"  # where the package lies in the repository
GRAPH_LIMIT_S = 60.0
ALL = "all"  # in place of names of engines


@dataclass(frozen=True, eq=False)
class Conformance:
    """What every engine did with every graph. results: in the order in which they were asked for.

    A verdict is `equal` (to NIR's equations by forward Euler), `explained` (by another named
    reading), `differs`, `refused` (words say why) or `crashed` (or no answer in time).
    """

    suite: "Suite"
    results: "tuple[EngineResult, ...]"

    def as_json(self) -> dict[str, Any]:
        """Plain data: graphs, readings, and every engine with versions and verdicts."""
        from nir_conformance.report import document

        return document(self.suite, self.results)

    def matrix(self) -> str:
        """A row for each graph, a column for each engine that ran."""
        from nir_conformance.report import matrix

        return "\n".join(matrix(self.suite, self.results))

    def svg(self) -> str:
        """The matrix as a picture."""
        from ssr_neuro.charts.verdicts import draw_verdicts

        return draw_verdicts(self.as_json())

    def save(self, path: str | Path, *, overwrite: bool = False) -> Path:
        """Write `as_json()`. Raises BadInput where the file is there already."""
        from ssr_neuro.files import output_file

        place = Path(path)
        text = json.dumps(self.as_json(), indent=1) + "\n"
        output_file.write(place, text, overwrite=overwrite)
        return place


def conformance(
    engines: str | Iterable[str] | None = None,
    *,
    suite: str | Path | None = None,
    pythons: Mapping[str, str | Path] | None = None,
    limit_s: float = GRAPH_LIMIT_S,
    progress: Callable[[str, int, int], None] | None = None,
    say: Callable[[str], None] | None = None,
) -> Conformance:
    """Run engines on every graph of the suite, each engine in a process of its own.

    engines: names, or "all"; None for all that can run here. One that is named and not beside
    ssr-neuro gets an environment of its own in the cache folder, made once. suite: a folder with
    suite.json, None for the one that comes with ssr-neuro. pythons: interpreters of engines that
    have an environment already. limit_s: seconds for one graph; the first has 300, as it imports
    the engine. progress: called with engine, graphs done, graphs in all. say: told what is made.

    Raises BadInput for an unknown engine, a folder without a suite, or an interpreter that is not
    there; BackendFailed where an engine that was named cannot run here.
    """
    held, known = load_suite(suite), known_engines()
    from nir_conformance.run import Engines, Limits, probe_engine, run_engines

    asked = None if engines is None else as_list(engines)
    names = list(known) if asked in (None, [ALL]) else _check_names(asked or [], known)
    check_type(limit_s, Real, "is no value of --limit", "a number of seconds")
    if not limit_s > 0:
        raise BadInput(f"--limit is {limit_s:g}; it is a number of seconds above 0")
    own = {**_made_pythons(known), **_check_pythons(pythons or {}, known)}
    found = Engines(known, own, (ROOT,))
    if asked is not None:
        for name in names:
            if probe_engine(found, name) and name not in (pythons or {}):
                _prepare(name, known[name], own, say or (lambda words: None))
            if absent := probe_engine(found, name):
                raise BackendFailed(
                    f"engine {name!r} cannot run here: {absent}. Install it, or name an "
                    f"interpreter that has it: --python {name}=PATH"
                )
    results = run_engines(held, found, names, Limits(graph=limit_s), progress)
    return Conformance(held, tuple(results))


def known_engines() -> dict[str, str]:
    """Name -> "module:object": ours, the suite's own, and those of installed packages."""
    _import_suite()
    from nir_conformance import engines

    from ssr_neuro.library.conformance_engines import OURS

    return {**engines.known(), **OURS}


def _made_pythons(known: Mapping[str, str]) -> dict[str, Path]:
    """Interpreters of environments that earlier runs have made, of engines that are not here."""
    from nir_conformance.engines import load, versions

    from ssr_neuro.library.conformance_environments import made_environment

    found = {}
    for name, place in known.items():
        try:
            versions(load(place))
        except PackageNotFoundError:
            requirements = getattr(load(place), "requirements", ())
            if requirements and (python := made_environment(name, requirements)):
                found[name] = python
        except (ImportError, AttributeError):  # no such adapter; its run says so by name
            continue
    return found


def _prepare(name: str, place: str, pythons: dict[str, Path], say: Callable[[str], None]) -> None:
    """Brings an engine that is not here, if its adapter says how; `pythons` gets its Python."""
    from nir_conformance.engines import load

    from ssr_neuro.library.conformance_environments import make_environment

    engine = load(place)
    if hasattr(engine, "prepare"):
        engine.prepare(say)
    elif requirements := getattr(engine, "requirements", ()):
        shared = getattr(engine, "shared", False)
        pythons[name] = make_environment(name, requirements, shared=shared, say=say)


def _import_suite() -> None:
    """The package of the suite comes with the wheel; a checkout has it in benchmarks/."""
    if find_spec(PACKAGE) is not None:
        return
    if not (CHECKOUT / PACKAGE).is_dir():
        raise BackendFailed(
            "the conformance suite is not installed; pip install it from benchmarks/conformance "
            "of the repository"
        )
    sys.path.append(str(CHECKOUT))


def describe_engines() -> list[tuple[str, str]]:
    """Every engine and how a graph gets into it, in a sentence; none is started."""
    places = known_engines()
    from nir_conformance.engines import load

    return [(name, load(place).about) for name, place in places.items()]


def load_suite(folder: str | Path | None = None) -> "Suite":
    """The graphs of a folder, or those that come with ssr-neuro. Raises BadInput."""
    _import_suite()
    from nir_conformance.suite import FOLDER, NoSuite, load

    try:
        return load(FOLDER if folder is None else Path(folder))
    except NoSuite as error:
        raise BadInput(
            f"{error}; python -m nir_conformance.build FOLDER writes a suite, and without --suite "
            "the one that comes with ssr-neuro is taken"
        ) from error


def _check_names(names: list[str], known: Mapping[str, str]) -> list[str]:
    for name in names:
        if name not in known:
            raise BadInput(f"no engine {name!r}; there are {', '.join(sorted(known))}")
    if not names:
        raise BadInput("no engine is named; leave --with out to run all that are there")
    return list(dict.fromkeys(names))


def _check_pythons(pythons: Mapping[str, str | Path], known: Mapping[str, str]) -> dict[str, Path]:
    _check_names(list(pythons) or list(known), known)
    found = {name: Path(path).expanduser().absolute() for name, path in pythons.items()}
    for name, path in found.items():
        if not path.is_file():
            raise BadInput(f"--python {name}={path}: no such file; name an interpreter")
    return found
