"""Mutation testing of the arithmetic: `python benchmarks/mutants.py --out FILE [MODULE ...]`.

One place of a module is changed at a time (a comparison, an operator, a number, a condition), and
the tests that concern the module run until one fails. A mutant that survives them all is a fault
that no test would see: it is to be killed by a new test, or stands with its reason in mutants.toml.
A run goes on where the file says that an earlier one stopped, after it tried survivors again.
"""

import argparse
import ast
import copy
import json
import os
import random
import signal
import sys
import time
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType
from typing import Any

ROOT = Path(__file__).parents[1]
BASELINE_S = 900  # for the tests of a module as it is
LIMIT_S, TIMES = 120, 4  # for a mutant: so long, or as many times as without it
PROGRAM = ("tests/program", "tests/bundle/test_golden.py")
LAW = ("tests/program/test_integer_law.py",)
SIMULATORS = ("tests/simulators/test_simulators.py", "tests/program")
LOWER = ("tests/lower",)
# Module -> the tests that concern it, those that fail soonest first.
MODULES: dict[str, tuple[str, ...]] = {
    "ssr_neuro/program/integer_neuron.py": LAW,
    "ssr_neuro/program/fixed_point.py": LAW,
    "ssr_neuro/program/synaptic_input.py": (*PROGRAM, *SIMULATORS),
    "ssr_neuro/program/samples_apart.py": PROGRAM,
    "ssr_neuro/program/readout_bias.py": PROGRAM,
    "ssr_neuro/program/recurrence.py": (*LOWER, "tests/program"),
    "ssr_neuro/program/firing_bounds.py": (*LOWER, "tests/program"),
    "ssr_neuro/program/linear_maps.py": ("tests/program", *LOWER),
    "ssr_neuro/program/map_arithmetic.py": ("tests/program", *LOWER),
    "ssr_neuro/program/verify.py": ("tests/program", *LOWER),
    "simulators/reference.py": SIMULATORS,
    "simulators/fast_kernels.py": SIMULATORS,
    "simulators/fast_maps.py": SIMULATORS,
    "ssr_neuro/ranking/kernel_numba.py": ("tests/ranking",),
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
COMPARED = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
COMPUTED = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.BitXor: ast.BitAnd,
    ast.Pow: ast.Mult,
}
CALLED = {"min": "max", "max": "min", "any": "all", "all": "any", "minimum": "maximum"}
CALLED |= {"maximum": "minimum", "floor": "ceil", "ceil": "floor", "rint": "floor"}


@dataclass(frozen=True)
class Mutant:
    """name: the function, what stood there and what stands there now. tree: of the module."""

    line: int
    name: str
    tree: ast.Module


@dataclass
class ModuleCounts:
    """mutants: all that the module has; tried: the first of them, in an order drawn by chance."""

    mutants: int = 0
    tried: int = 0
    killed: int = 0
    survivors: list[str] = field(default_factory=list)


def mutants(source: str, seed: str) -> list[Mutant]:
    """All mutants of a module, in an order drawn by chance, the same every time."""
    tree = ast.parse(source)
    found, left_out, holders = [], _without_effect(tree), _functions(tree)
    for at, node in enumerate(ast.walk(tree)):
        for change in _changes(node) if id(node) not in left_out else ():
            other = copy.deepcopy(tree)
            target = list(ast.walk(other))[at]
            before = ast.unparse(target)
            after = ast.unparse(_apply(other, target, change))
            line = getattr(node, "lineno", 0)
            found.append(
                Mutant(line, f"{holders.get(id(node), 'the module')}: {before} -> {after}", other)
            )
    random.Random(seed).shuffle(found)
    return found


def _changes(node: ast.AST) -> Iterator[Callable[[Any], Any]]:
    """What can be changed of a node: functions that change a copy of it and give what stands for
    it."""
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in COMPARED:
        yield _set("ops", [COMPARED[type(node.ops[0])]()])
    elif isinstance(node, ast.BinOp) and type(node.op) in COMPUTED and not _is_text(node):
        yield _set("op", COMPUTED[type(node.op)]())
    elif isinstance(node, ast.BoolOp):
        yield _set("op", ast.Or() if isinstance(node.op, ast.And) else ast.And())
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.USub):
        yield lambda copied: copied.operand
    elif isinstance(node, ast.If | ast.IfExp | ast.While):
        yield _set("test", ast.UnaryOp(ast.Not(), node.test))
    elif isinstance(node, ast.Constant) and type(node.value) in (int, bool, float):
        value = node.value
        yield _set("value", not value if isinstance(value, bool) else value + 1)
    elif isinstance(node, ast.Name) and node.id in CALLED:
        yield _set("id", CALLED[node.id])
    elif isinstance(node, ast.Attribute) and node.attr in CALLED:
        yield _set("attr", CALLED[node.attr])


def _set(name: str, value: Any) -> Callable[[Any], Any]:
    def change(node: Any) -> Any:
        setattr(node, name, copy.deepcopy(value))
        return node

    return change


def _is_text(node: ast.BinOp) -> bool:
    """Texts that are put together, or types with a bar between."""
    parts = list(ast.walk(node))
    if any(isinstance(part, ast.Constant | ast.JoinedStr) and _holds_text(part) for part in parts):
        return True
    names = [part.id for part in parts if isinstance(part, ast.Name)]
    return isinstance(node.op, ast.BitOr) and all(name[:1].isupper() for name in names)


def _holds_text(node: ast.AST) -> bool:
    return isinstance(node, ast.JoinedStr) or isinstance(getattr(node, "value", None), str)


def _apply(tree: ast.Module, target: ast.AST, change: Callable[[Any], Any]) -> ast.AST:
    """Change `target` in its tree; what stands in its place."""
    made: ast.AST = change(target)
    if made is not target:
        for parent in ast.walk(tree):
            for name, value in ast.iter_fields(parent):
                if value is target:
                    setattr(parent, name, made)
                elif isinstance(value, list) and any(one is target for one in value):
                    setattr(parent, name, [made if one is target else one for one in value])
    ast.fix_missing_locations(tree)
    return made


def _functions(tree: ast.Module) -> dict[int, str]:
    """Id of a node -> the innermost function that it stands in."""
    holders = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
    return {id(part): holder.name for holder in holders for part in ast.walk(holder)}


def _without_effect(tree: ast.Module) -> set[int]:
    """Ids of nodes in annotations, messages and texts, and in decorators: how numba compiles."""
    left_out: set[int] = set()
    for node in ast.walk(tree):
        parts: list[ast.AST | None] = []
        if isinstance(node, ast.FunctionDef):
            every = (*node.args.args, *node.args.kwonlyargs, *node.args.posonlyargs)
            parts = [node.returns, *(one.annotation for one in every), *node.decorator_list]
        elif isinstance(node, ast.AnnAssign):
            parts = [node.annotation]
        elif isinstance(node, ast.JoinedStr | ast.Raise):
            parts = [node]
        for part in parts:
            left_out |= {id(one) for one in ast.walk(part)} if part is not None else set()
    return left_out


def survives(path: Path, tree: ast.Module, tests: tuple[str, ...], limit_s: float) -> bool:
    """Whether all tests pass in time with the module as this tree; in a process of its own."""
    if (child := os.fork()) == 0:
        _test(path, compile(tree, str(path), "exec"), tests)
    end = time.monotonic() + limit_s
    while time.monotonic() < end:
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid:
            return os.waitstatus_to_exitcode(status) == 0
        time.sleep(0.02)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return False


def _test(path: Path, code: CodeType, tests: tuple[str, ...]) -> None:
    import hypothesis
    import pytest

    silent = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, 1)
    os.dup2(silent, 2)
    read = SourceFileLoader.get_code

    def get_code(self: SourceFileLoader, fullname: str) -> CodeType | None:
        return code if Path(self.path) == path else read(self, fullname)

    SourceFileLoader.get_code = get_code  # type: ignore[method-assign]
    hypothesis.settings.register_profile(
        "mutants", max_examples=15, derandomize=True, database=None, deadline=None
    )
    hypothesis.settings.load_profile("mutants")
    options = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-m", "not lava"]
    os._exit(int(pytest.main([*options, *tests])))


def import_packages() -> None:
    """What every child would import; nothing of this project, which the children import anew."""
    import h5py  # noqa: F401
    import hypothesis.extra.numpy  # noqa: F401
    import nir  # noqa: F401
    import numba  # noqa: F401
    import numpy  # noqa: F401
    import psutil  # noqa: F401
    import pydantic  # noqa: F401
    import pytest  # noqa: F401
    import scipy.sparse  # noqa: F401


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("modules", nargs="*", help="paths of modules; all where none is given")
    parser.add_argument("--most", type=int, default=1_000_000, help="mutants of each module")
    parser.add_argument("--seconds", type=float, default=1e9, help="end after so long")
    parser.add_argument("--out", type=Path, required=True, help="counts, to be gone on with")
    given = parser.parse_args()
    os.chdir(ROOT)
    os.environ |= {"NUMBA_DISABLE_JIT": "1", "SSR_NATIVE": "off", "OMP_NUM_THREADS": "1"}
    sys.dont_write_bytecode = True
    import_packages()
    done = json.loads(given.out.read_text()) if given.out.exists() else {}
    end = time.monotonic() + given.seconds
    for name in given.modules or MODULES:
        row = ModuleCounts(**done.get(name, {}))
        _try_module(name, row, given.most, end)
        done[name] = asdict(row)
        given.out.write_text(json.dumps(done, indent=1) + "\n")
        print(f"{name}: {row.tried} of {row.mutants}, {row.killed} killed", flush=True)
        if time.monotonic() > end:
            break
    explained = tomllib.loads((ROOT / "benchmarks" / "mutants.toml").read_text())
    left = [m for name in done for m in done[name]["survivors"] if m not in explained.get(name, {})]
    sys.exit(bool(left))


def _try_module(name: str, row: ModuleCounts, most: int, end: float) -> None:
    path = ROOT / name
    source = path.read_text()
    every = mutants(source, name)
    row.mutants = len(every)
    began, tests = time.monotonic(), MODULES[name]
    if not survives(path, ast.parse(source), tests, BASELINE_S):
        raise SystemExit(f"{name}: its tests fail as it is, or take more than {BASELINE_S} s")
    limit_s = max(LIMIT_S, TIMES * (time.monotonic() - began))
    by_name = {one.name: one for one in every}
    for survivor in list(row.survivors):
        if survivor not in by_name or not survives(path, by_name[survivor].tree, tests, limit_s):
            row.survivors.remove(survivor)
            row.killed += survivor in by_name
            row.tried -= survivor not in by_name
    for one in every[row.tried : most]:
        if time.monotonic() > end:
            return
        row.tried += 1
        if survives(path, one.tree, tests, limit_s):
            row.survivors.append(one.name)
            print(f"{name}, line {one.line}, survives: {one.name}", flush=True)
        else:
            row.killed += 1


if __name__ == "__main__":
    main()
