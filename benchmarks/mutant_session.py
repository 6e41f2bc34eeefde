"""A pytest session in which every mutant of a module is tried in a process of its own.

The processes are forked when all is imported and collected, and a mutant's functions take the place
of the module's, so a mutant costs its tests and nothing else. What a module does while it is
imported cannot be changed that way: such a mutant begins with an interpreter of its own.
"""

import importlib
import inspect
import itertools
import math
import os
import signal
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any, NamedTuple

import coverage
import pytest

ROOT = Path(__file__).parents[1]
TERMINAL = os.dup(1)
COMPILED = ("fast_kernels", "kernel_numba")  # run by Python here


class TimedTest(NamedTuple):
    """A test that passed: how long it took, and the lines of the module that it ran."""

    item: pytest.Item
    seconds: float
    lines: frozenset[int]


def begin(
    path: Path,
    tests: Sequence[str],
    work: Callable[[Sequence[pytest.Item]], bool],
    code: CodeType | None = None,
) -> bool:
    """Collect the tests and run `work` in place of them; what it gives, or False if they fail.

    path: of a module. code: what is imported for it; None as it stands.
    """
    read = SourceFileLoader.get_code

    def get_code(self: SourceFileLoader, fullname: str) -> CodeType | None:
        return code if Path(self.path) == path else read(self, fullname)

    if code is not None:
        SourceFileLoader.get_code = get_code  # type: ignore[method-assign,assignment]
    if path.stem in COMPILED:  # a mutant has no place in Numba's cache of the module
        os.environ["NUMBA_DISABLE_JIT"] = "1"
    silent = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, 1)
    os.dup2(silent, 2)
    options = ["-q", "-s", "-p", "no:cacheprovider", "-p", "no:xdist", "-m", "not lava"]
    plugin = _Plugin(work)
    pytest.main([*options, *tests], plugins=[plugin])
    return plugin.good


def say(line: str) -> None:
    """Past what a session keeps silent."""
    os.write(TERMINAL, f"{line}\n".encode())


class _Plugin:
    def __init__(self, work: Callable[[Sequence[pytest.Item]], bool]) -> None:
        self.work, self.good = work, False

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        if not session.testsfailed:  # a module of tests that cannot be imported
            self.good = self.work(session.items)
        return True


def run(items: Sequence[pytest.Item]) -> bool:
    """Whether all of these pass; it ends with the first that does not."""
    for item, following in itertools.pairwise((*items, None)):
        assert item is not None
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if item.session.testsfailed:
            return False
    return True


def passes(test: Callable[[], bool], limit_s: float = math.inf) -> bool:
    """Whether a forked process in which this runs ends in time, and well."""
    if (child := os.fork()) == 0:
        good = False
        try:
            good = test()
        finally:  # whatever is raised ends here: above stands the session of the parent
            os._exit(int(not good))
    end = time.monotonic() + limit_s
    while time.monotonic() < end:
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid:
            return os.waitstatus_to_exitcode(status) == 0
        time.sleep(0.005)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return False


def time_tests(items: Sequence[pytest.Item], path: Path, limit_s: float) -> list[TimedTest] | None:
    """The tests with the module as it is, the fastest first; None where one fails."""
    with tempfile.TemporaryDirectory() as folder:
        data, seconds = Path(folder) / "data", Path(folder) / "seconds"

        def measure() -> bool:
            covered = coverage.Coverage(data, include=[str(path)], config_file=False)
            covered.start()
            took = []
            for item, following in itertools.pairwise((*items, None)):
                assert item is not None
                covered.switch_context(item.nodeid)
                began = time.monotonic()
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
                took.append(f"{time.monotonic() - began}\n")
                if item.session.testsfailed:
                    return False
            covered.stop()
            covered.save()
            seconds.write_text("".join(took))
            return True

        if not passes(measure, limit_s):
            return None
        found = coverage.CoverageData(str(data))
        found.read()
        lines: dict[str, set[int]] = {item.nodeid: set() for item in items}
        for line, tests in found.contexts_by_lineno(str(path)).items():
            for test in filter(None, tests):
                lines[test].add(line)
        timed = [
            TimedTest(item, float(took), frozenset(lines[item.nodeid]))
            for item, took in zip(items, seconds.read_text().split(), strict=True)
        ]
    return sorted(timed, key=lambda one: one.seconds)


def replace_functions(path: Path, before: CodeType, after: CodeType) -> bool:
    """Give the functions of an imported module the code of a mutant.

    before, after: the module's. False, with nothing changed, where the change is not inside a
    function that the module still holds.
    """
    if _frame(before) != _frame(after):
        return False
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    old, new = dict(_functions(before)), dict(_functions(after))
    changed = {line for line in old if old[line] != new[line]}
    live = {f.__code__.co_firstlineno: f for f in _held(importlib.import_module(name))}
    if not changed or not changed <= live.keys():
        return False
    for line in changed:
        live[line].__code__ = new[line]
    return True


def _is_function(code: CodeType) -> bool:
    return bool(code.co_flags & inspect.CO_OPTIMIZED)


def _frame(code: CodeType) -> tuple[Any, ...]:
    """What runs while a module or a class is made: all but its functions' inside."""
    held = [
        (("function", part.co_firstlineno) if _is_function(part) else _frame(part))
        if isinstance(part, CodeType)
        else (type(part), part)
        for part in code.co_consts
    ]
    return code.co_code, code.co_names, tuple(held)


def _functions(code: CodeType) -> Iterator[tuple[int, CodeType]]:
    """First line and code of each function of a module and of its classes."""
    for part in code.co_consts:
        if isinstance(part, CodeType):
            yield from ((part.co_firstlineno, part),) if _is_function(part) else _functions(part)


def _held(module: Any) -> Iterator[FunctionType]:
    """Functions that a module and its classes hold, below decorators that name what they wrap."""
    for value in vars(module).values():
        of_class = inspect.isclass(value) and value.__module__ == module.__name__
        for one in vars(value).values() if of_class else (value,):
            for attribute in ("fget", "__func__", "func"):  # of properties and methods
                one = getattr(one, attribute, None) or one
            one = inspect.unwrap(one) if callable(one) else one
            if isinstance(one, FunctionType) and one.__module__ == module.__name__:
                yield one


def import_packages() -> None:
    """What every session would import; nothing of this project, which each imports anew."""
    import h5py  # noqa: F401
    import hypothesis.extra.numpy  # noqa: F401
    import nir  # noqa: F401
    import numpy  # noqa: F401
    import psutil  # noqa: F401
    import pydantic  # noqa: F401
    import scipy.sparse  # noqa: F401
    import spikingjelly.activation_based.neuron  # noqa: F401
    import torch  # noqa: F401
