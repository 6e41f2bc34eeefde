"""Mutation testing of the arithmetic: `python benchmarks/mutants.py --out FILE [MODULE ...]`.

One place of a module is changed at a time (a comparison, an operator, a number, a condition), and
the tests that run its line, of those that concern the module, run until one fails. A mutant that
survives is a fault that no test would see: it is to be killed by a new test, or stands with its
reason in mutants.toml.
A run goes on where the file says that an earlier one stopped, after it tried survivors again.
"""

import argparse
import ast
import hashlib
import json
import os
import signal
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType
from typing import Any

import coverage
from mutate_source import Mutant, mutants

ROOT = Path(__file__).parents[1]
BASELINE_S = 900  # for the tests of a module as it is
LIMIT_S, TIMES = 120, 4  # for a mutant: so long, or as many times as without it
PROGRAM = ("tests/program", "tests/bundle/test_golden.py")
LAW = ("tests/program/test_integer_law.py",)
LOWER = ("tests/lower",)
APART = ("tests/lower/test_separate.py", "tests/lower/test_windows_apart.py")
FAST = (
    "tests/simulators/test_fast_kernels.py",
    "tests/simulators/test_fast_maps.py",
    *PROGRAM,
    "tests/simulators/test_simulators.py",
)
SIMULATORS = (*FAST, *APART)
# Module -> the tests that concern it, those that fail soonest first.
MODULES: dict[str, tuple[str, ...]] = {
    "ssr_neuro/program/integer_neuron.py": LAW,
    "ssr_neuro/program/fixed_point.py": LAW,
    "ssr_neuro/program/synaptic_input.py": (*PROGRAM, *LOWER),
    "ssr_neuro/program/samples_apart.py": PROGRAM,
    "ssr_neuro/program/readout_bias.py": PROGRAM,
    "ssr_neuro/program/recurrence.py": (*LOWER, "tests/program"),
    "ssr_neuro/program/firing_bounds.py": (*LOWER, "tests/program"),
    "ssr_neuro/program/linear_maps.py": ("tests/program", *LOWER),
    "ssr_neuro/program/map_arithmetic.py": ("tests/program", *LOWER),
    "ssr_neuro/program/verify.py": ("tests/program", *LOWER),
    "ssr_neuro/program/whole_products.py": ("tests/program", *LOWER),
    "simulators/reference.py": SIMULATORS,
    "simulators/fast_kernels.py": FAST,
    "simulators/fast_maps.py": FAST,
    "ssr_neuro/ranking/kernel_numba.py": ("tests/ranking",),
    "ssr_neuro/lower/balanced_rounding.py": LOWER,
    "ssr_neuro/lower/equal_rows.py": LOWER,
    "ssr_neuro/lower/membrane_lattice.py": LOWER,
    "ssr_neuro/lower/two_parts.py": LOWER,
    "ssr_neuro/lower/room.py": LOWER,
    "ssr_neuro/lower/bias_neurons.py": LOWER,
    "ssr_neuro/lower/calibrate.py": LOWER,
    "ssr_neuro/lower/constant_neurons.py": LOWER,
    "ssr_neuro/lower/drop_silent.py": LOWER,
    "ssr_neuro/lower/drop_unread.py": LOWER,
    "ssr_neuro/lower/exact_scale.py": LOWER,
    "ssr_neuro/lower/exponents.py": LOWER,
    "ssr_neuro/lower/fold.py": LOWER,
    "ssr_neuro/lower/gap_inhibition.py": LOWER,
    "ssr_neuro/lower/isolate.py": LOWER,
    "ssr_neuro/lower/merge_duplicates.py": LOWER,
    "ssr_neuro/lower/order.py": LOWER,
    "ssr_neuro/lower/prune.py": LOWER,
    "ssr_neuro/lower/quantisation_notes.py": LOWER,
    "ssr_neuro/lower/quantise.py": LOWER,
    "ssr_neuro/lower/reachable.py": LOWER,
    "ssr_neuro/lower/remove_neurons.py": LOWER,
    "ssr_neuro/lower/schedule.py": LOWER,
    "ssr_neuro/lower/separate_samples.py": LOWER,
    "ssr_neuro/lower/share_matrices.py": LOWER,
    "ssr_neuro/lower/shorten_delays.py": LOWER,
    "ssr_neuro/lower/slice_maps.py": LOWER,
    "ssr_neuro/lower/soft_reset.py": LOWER,
    "ssr_neuro/lower/sum_sources.py": LOWER,
    "ssr_neuro/lower/weight_scale.py": LOWER,
}
COMPILED = ("fast_kernels", "kernel_numba")  # run by Python here


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


def survives(path: Path, tree: ast.Module, tests: Sequence[str], limit_s: float) -> bool:
    """Whether all tests pass in time with the module as this tree; in a process of its own."""
    return _passes(lambda: _test(path, compile(tree, str(path), "exec"), tests), limit_s)


def tests_by_line(path: Path, tests: Sequence[str]) -> dict[int, list[str]]:
    """Line of a module -> the tests that run it, without those of the import.

    Raises SystemExit where the tests fail with the module as it is.
    """
    with tempfile.TemporaryDirectory() as folder:
        settings, data = Path(folder) / "settings", Path(folder) / "data"
        settings.write_text(f"[run]\ndata_file = {data}\ninclude = {path}\n")
        options = ("--cov", f"--cov-config={settings}", "--cov-context=test", "--cov-report=")
        if not _passes(lambda: _test(path, None, (*options, *tests)), BASELINE_S):
            raise SystemExit(f"{path}: its tests fail as it is, or take more than {BASELINE_S} s")
        found = coverage.CoverageData(str(data))
        found.read()
        by_line = found.contexts_by_lineno(str(path))
    return {
        line: sorted({name.partition("|")[0] for name in names if name})
        for line, names in by_line.items()
    }


def _passes(test: Callable[[], None], limit_s: float) -> bool:
    """Whether a forked process that runs this ends in time, and with 0."""
    if (child := os.fork()) == 0:
        test()
    end = time.monotonic() + limit_s
    while time.monotonic() < end:
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid:
            return os.waitstatus_to_exitcode(status) == 0
        time.sleep(0.02)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return False


def _test(path: Path, code: CodeType | None, arguments: Sequence[str]) -> None:
    """Run pytest and end the process with its code. code: the module's; None as it stands."""
    import hypothesis
    import pytest

    silent = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, 1)
    os.dup2(silent, 2)
    read = SourceFileLoader.get_code

    def get_code(self: SourceFileLoader, fullname: str) -> CodeType | None:
        return code if Path(self.path) == path else read(self, fullname)

    if code is not None:
        SourceFileLoader.get_code = get_code  # type: ignore[method-assign,assignment]
    hypothesis.settings.register_profile(
        "mutants", max_examples=15, derandomize=True, database=None, deadline=None
    )
    hypothesis.settings.load_profile("mutants")
    if path.stem in COMPILED:  # a mutant has no place in Numba's cache of the module
        os.environ["NUMBA_DISABLE_JIT"] = "1"
    options = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-m", "not lava"]
    os._exit(int(pytest.main([*options, *arguments])))


def import_packages() -> None:
    """What every child would import; nothing of this project, which the children import anew."""
    import h5py  # noqa: F401
    import hypothesis.extra.numpy  # noqa: F401
    import nir  # noqa: F401
    import numpy  # noqa: F401
    import psutil  # noqa: F401
    import pydantic  # noqa: F401
    import pytest  # noqa: F401
    import scipy.sparse  # noqa: F401
    import spikingjelly.activation_based.neuron  # noqa: F401
    import torch  # noqa: F401


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("modules", nargs="*", help="paths of modules; all where none is given")
    parser.add_argument("--most", type=int, default=1_000_000, help="mutants of each module")
    parser.add_argument("--seconds", type=float, default=1e9, help="end after so long")
    parser.add_argument("--out", type=Path, required=True, help="counts, to be gone on with")
    given = parser.parse_args()
    os.chdir(ROOT)
    os.environ |= {"SSR_NATIVE": "off", "OMP_NUM_THREADS": "1"}
    sys.dont_write_bytecode = True
    import_packages()
    done = json.loads(given.out.read_text()) if given.out.exists() else {}
    end = time.monotonic() + given.seconds
    explained = tomllib.loads((ROOT / "benchmarks" / "mutants.toml").read_text())
    for name in given.modules or MODULES:
        row = _counts(name, done)
        for _ in _try_module(name, row, explained.get(name, {}), given.most, end):
            done[name] = asdict(row)
            given.out.write_text(json.dumps(done, indent=1) + "\n")
        print(f"{name}: {row.tried} of {row.mutants}, {row.killed} killed", flush=True)
        if time.monotonic() > end:
            break
    left = [m for name in done for m in done[name]["survivors"] if m not in explained.get(name, {})]
    sys.exit(bool(left))


def _counts(name: str, done: dict[str, dict[str, Any]]) -> ModuleCounts:
    """Those of an earlier run, if the module is the same."""
    source = hashlib.sha256((ROOT / name).read_bytes()).hexdigest()[:16]
    row = done.get(name, {})
    return ModuleCounts(**row) if row.get("source") == source else ModuleCounts(source)


def _try_module(
    name: str, row: ModuleCounts, explained: Container[str], most: int, end: float
) -> Iterator[None]:
    """Try survivors of an earlier run again, then others; the counts are new at each turn."""
    path = ROOT / name
    every = mutants(path.read_text(), name)
    row.mutants = len(every)
    began = time.monotonic()
    by_line = tests_by_line(path, MODULES[name])
    limit_s = max(LIMIT_S, TIMES * (time.monotonic() - began))

    def is_survivor(one: Mutant) -> bool:
        tests = sorted({test for line in one.lines for test in by_line.get(line, ())})
        return survives(path, one.tree, tests or MODULES[name], limit_s)

    by_name = {one.name: one for one in every}
    for survivor in [one for one in row.survivors if one not in explained]:
        if not is_survivor(by_name[survivor]):
            row.survivors.remove(survivor)
            row.killed += 1
            yield
    for one in every[row.tried : most]:
        if time.monotonic() > end:
            return
        row.tried += 1
        if is_survivor(one):
            row.survivors.append(one.name)
            print(f"{name}, line {one.line}, survives: {one.name}", flush=True)
        else:
            row.killed += 1
        yield


if __name__ == "__main__":
    main()
