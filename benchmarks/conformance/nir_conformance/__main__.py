"""The command `nir-conformance`: engines against the suite, as a matrix and as JSON."""

import argparse
import json
import sys
from pathlib import Path

from . import engines
from .report import document, matrix
from .run import Engines, Limits, run_engines
from .suite import FOLDER, NoSuite, Suite, load

BAD_INPUT = 2


def main() -> None:
    """Ends with 2 for an unknown engine, a folder without a suite, or an interpreter not there."""
    given = _parser().parse_args()
    try:
        suite = load(given.suite)
        if given.list:
            _list(suite)
            return
        names, pythons = choose(given.engines, engines.known()), read_pythons(given.python)
    except (NoSuite, ValueError) as error:
        print(error, file=sys.stderr)
        sys.exit(BAD_INPUT)
    found = Engines(engines.known(), pythons)
    results = run_engines(suite, found, names, Limits(graph=given.limit), _tell)
    if given.out:
        text = json.dumps(document(suite, results), indent=1) + "\n"
        given.out.write_text(text, encoding="utf-8")
    for line in matrix(suite, results):
        print(line)


def choose(asked: str | None, known: dict[str, str]) -> list[str]:
    """Names of engines, separated by commas; all where none are asked for. Raises ValueError."""
    names = [name.strip() for name in asked.split(",")] if asked else list(known)
    for name in names:
        if name not in known:
            raise ValueError(f"no engine {name!r}; there are {', '.join(sorted(known))}")
    return list(dict.fromkeys(names))


def read_pythons(given: list[str]) -> dict[str, Path]:
    """NAME=PATH of interpreters. Raises ValueError where one is not there."""
    found = {}
    for text in given:
        name, mark, path = text.partition("=")
        if not mark or not Path(path).expanduser().is_file():
            raise ValueError(f"--python {text!r} is not NAME=PATH of an interpreter that is there")
        found[name] = Path(path).expanduser().absolute()
    return found


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("nir-conformance", description=__doc__)
    parser.add_argument("--with", dest="engines", help="engines, separated by commas; all of them")
    parser.add_argument("--suite", type=Path, default=FOLDER, help="folder of a suite")
    parser.add_argument(
        "--python", action="append", default=[], metavar="NAME=PATH", help="Python of an engine"
    )
    parser.add_argument("--limit", type=float, default=Limits().graph, help="seconds for a graph")
    parser.add_argument("--out", type=Path, help="results as JSON")
    parser.add_argument("--list", action="store_true", help="list graphs, readings and engines")
    return parser


def _list(suite: Suite) -> None:
    for entry in suite.entries:
        print(f"{entry.name:22} {entry.group}: {entry.tests}")
    for name, text in suite.readings.items():
        print(f"{name:22} {text}")
    for name, place in engines.known().items():
        print(f"{name:22} {engines.load(place).about}")


def _tell(name: str, done: int, total: int) -> None:
    """A line that counts on a terminal; in a log the last alone."""
    if done == total:
        print(f"\r{name}: {done} of {total}", file=sys.stderr)
    elif sys.stderr.isatty():
        print(f"\r{name}: {done} of {total}", end="", file=sys.stderr)


if __name__ == "__main__":
    main()
