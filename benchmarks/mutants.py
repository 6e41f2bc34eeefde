"""Mutation testing of the arithmetic: `python benchmarks/mutants.py --out FILE [MODULE ...]`.

One place of a module is changed at a time (a comparison, an operator, a number, a condition), and
the tests that run its line, of those that mutant_tests.toml names, run until one fails. A mutant
that survives is a fault that no test would see: it is to be killed by a new test, or stands with
its reason in mutants.toml.
A run goes on where the file says that an earlier one stopped, after it tried survivors again.
"""

import argparse
import json
import os
import sys
import time
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import CodeType
from typing import Any, NoReturn

import pytest
from mutant_session import (
    TimedTest,
    begin,
    import_packages,
    passes,
    replace_functions,
    run,
    say,
    time_tests,
)
from mutate_source import Mutant, mutants, source_hash
from result_output import write_result

HERE = Path(__file__).parent
ROOT = HERE.parent
BASELINE_S = 900  # for the tests of a module as it is
LIMIT_S, TIMES = 20, 4  # for a mutant: so long, and as many times what its tests take without it


@dataclass
class ModuleCounts:
    """mutants: all that the module has; tried: the first of them, in an order drawn by chance.

    source: a hash of the module, whose counts begin anew when it is changed.
    """

    source: str
    mutants: int = 0
    tried: int = 0
    killed: int = 0
    survivors: list[str] = field(default_factory=list)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("modules", nargs="*", help="paths of modules; all where none is given")
    parser.add_argument("--most", type=int, default=1_000_000, help="mutants of each module")
    parser.add_argument("--seconds", type=float, default=1e9, help="end after so long")
    parser.add_argument("--out", type=Path, help="counts, to be gone on with")
    parser.add_argument("--tests", nargs="+", help="instead of those that concern a module")
    parser.add_argument("--one", nargs="+", help="a mutant by its number, and its tests")
    given = parser.parse_args()
    os.chdir(ROOT)
    os.environ |= {"SSR_NATIVE": "off", "OMP_NUM_THREADS": "1"}
    sys.dont_write_bytecode = True
    if given.one:
        try_one(given.modules[0], int(given.one[0]), given.one[1:])
    if not given.out:
        parser.error("--out says where the counts go")
    import_packages()
    end = time.monotonic() + given.seconds
    explained = tomllib.loads((HERE / "mutants.toml").read_text())
    modules = tomllib.loads((HERE / "mutant_tests.toml").read_text())
    if unknown := [name for name in given.modules if not (given.tests or name in modules)]:
        parser.error(
            f"mutant_tests.toml names no tests of {', '.join(unknown)}; name some: --tests"
        )
    for name in given.modules or modules:
        if time.monotonic() < end:
            done = json.loads(given.out.read_text()) if given.out.exists() else {}
            tests = given.tests or modules[name]
            _try_module(name, tests, done, explained.get(name, {}), given, end)
    done = json.loads(given.out.read_text())
    left = [m for name in done for m in done[name]["survivors"] if m not in explained.get(name, {})]
    sys.exit(bool(left))


def _counts(name: str, done: dict[str, dict[str, Any]]) -> ModuleCounts:
    """Those of an earlier run, if the module is the same."""
    source = source_hash(ROOT / name)
    row = done.get(name, {})
    return ModuleCounts(**row) if row.get("source") == source else ModuleCounts(source)


def _try_module(
    name: str,
    tests: Sequence[str],
    done: dict[str, dict[str, Any]],
    explained: Mapping[str, str],
    given: argparse.Namespace,
    end: float,
) -> None:
    """Try survivors of an earlier run again, then others; the counts are kept after each."""
    path = ROOT / name
    every = mutants(path.read_text(), name)
    plain = compile(path.read_text(), path, "exec")
    row = _counts(name, done)
    row.mutants = len(every)

    def keep() -> None:
        write_result(done | {name: asdict(row)}, given.out)

    def try_all(items: Sequence[pytest.Item]) -> bool:
        timed = time_tests(items, path, BASELINE_S)
        if timed is None:
            return False
        left = set(row.survivors) - set(explained)  # a name may be that of several mutants
        again = [one for one in every[: row.tried] if one.name in left]
        still = [one.name for one in again if _survives(one, path, plain, timed)]
        row.survivors = [name for name in row.survivors if name not in left] + still
        row.killed = row.tried - len(row.survivors)
        keep()
        for one in every[row.tried : given.most]:
            if time.monotonic() > end:
                break
            row.tried += 1
            if _survives(one, path, plain, timed):
                row.survivors.append(one.name)
                say(f"{name}, line {one.line}, survives: {one.name}")
            else:
                row.killed += 1
            keep()
        say(f"{name}: {row.tried} of {row.mutants}, {row.killed} killed")
        return True

    if not passes(lambda: begin(path, tests, try_all)):
        raise SystemExit(f"{path}: its tests fail as it is, or take more than {BASELINE_S} s")


def _survives(one: Mutant, path: Path, plain: CodeType, timed: Sequence[TimedTest]) -> bool:
    """Whether all tests that run its lines pass in time with this mutant in the module's place."""
    code = compile(one.tree, path, "exec")
    chosen = [test for test in timed if not test.lines.isdisjoint(one.lines)] or timed
    tests = [test.item.nodeid for test in chosen]

    def test() -> bool:
        if replace_functions(path, plain, code):
            return run([test.item for test in chosen])
        name = str(path.relative_to(ROOT))
        os.execv(sys.executable, [sys.executable, __file__, name, "--one", str(one.number), *tests])

    return passes(test, LIMIT_S + TIMES * sum(test.seconds for test in chosen))


def try_one(name: str, number: int, tests: Sequence[str]) -> NoReturn:
    """End with 0 if a mutant passes all these tests, in this interpreter."""
    path = ROOT / name
    (one,) = (one for one in mutants(path.read_text(), name) if one.number == number)
    sys.exit(not begin(path, tests, run, compile(one.tree, path, "exec")))


if __name__ == "__main__":
    main()
