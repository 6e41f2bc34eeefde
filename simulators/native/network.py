"""The network kernel: many samples of a program on any number of threads, the same bytes."""

import ctypes
import os
from collections import deque
from collections.abc import Callable
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path

import numpy as np

from simulators.native.costs import Costs, known
from simulators.native.header import NODE_AT
from simulators.native.laws import suits
from simulators.native.plan import BY_COST, OUTSIDE, Plan, plan
from ssr_neuro.native import aligned, build, variants
from ssr_neuro.native.aligned import address
from ssr_neuro.native.thread_pool import thread_pool
from ssr_neuro.program.arrays import Bits, Ints
from ssr_neuro.program.ir import IntegerProgram
from ssr_neuro.program.linear_maps import Array
from ssr_neuro.program.simulator import check_inputs, demand_trace_memory

HERE = Path(__file__).parent
LEAST_SAMPLES = 8  # of a thread


@cache
def kernel() -> ctypes.CDLL | None:
    """None where there is no compiler, SSR_NATIVE says off, or Numba is faster.

    That is so where the processor has none of the instruction sets of `variants`.
    """
    variant = variants.choose()
    if variant is None or (not variant.features and not os.environ.get(variants.SETTING)):
        return None
    library = build.library("network", HERE / "network.c", headers=sorted(HERE.glob("*.h")))
    if library is not None:
        library.ssr_lanes.restype = ctypes.c_int64
        address, whole = ctypes.c_void_p, ctypes.c_int64
        library.ssr_run.argtypes = [address, whole, whole, address, address]
    return library


class Network:
    """A program ready to run. traced: whether spikes of populations can be asked for.

    way: PRODUCTS multiplies in every synapse, EVENTS adds weights of spikes wherever that is
    possible; BY_COST takes, for each sample and synapse, what `costs` say is less.
    """

    def __init__(
        self,
        library: ctypes.CDLL,
        program: IntegerProgram,
        costs: Costs,
        *,
        traced: bool,
        way: int = BY_COST,
    ) -> None:
        self._ssr_run, self.program = library.ssr_run, program
        self.plan: Plan = plan(program, library.ssr_lanes(), costs, traced=traced, way=way)
        self._spare: deque[_Workspace] = deque()  # those that no thread uses
        steps = program.steps
        self._shapes = {x.name: (steps, *x.shape) for x in program.inputs}
        self._values = [(y.name, (steps, *y.shape)) for y in program.readouts]

    def readouts(self, inputs: dict[str, Bits]) -> dict[str, Ints]:
        """name -> int64 (samples, steps, *shape). Raises BadInput as `check_inputs` does."""
        return self._run(inputs, {})

    def trace(self, inputs: dict[str, Bits]) -> tuple[dict[str, Bits], dict[str, Ints]]:
        """Spikes, uint8, and readouts, int64, by name: (samples, steps, *shape)."""
        samples = check_inputs(self.program, inputs, values=False)
        demand_trace_memory(self.program, samples)
        steps = self.program.steps
        spikes = {
            p.name: np.empty((samples, steps, *p.shape), np.uint8) for p in self.program.populations
        }
        return spikes, self._run(inputs, spikes)

    def _run(self, inputs: dict[str, Bits], spikes: dict[str, Bits]) -> dict[str, Ints]:
        samples = self._samples(inputs)
        shown = {name: _as_bytes(x) for name, x in inputs.items()}
        values = {name: np.empty((samples, *shape), np.int64) for name, shape in self._values}
        numbers = self.plan.numbers
        places = [
            (numbers[name], address(array))
            for arrays in (shown, spikes, values)
            for name, array in arrays.items()
        ]

        def part(first: int, count: int) -> int:
            space = self._workspace()
            for number, place in places:
                space.outside[number] = place
            wrong: int = self._ssr_run(space.header, first, count, space.work, space.spots)
            self._spare.append(space)
            return wrong

        if _run_parts(part, samples):
            check_inputs(self.program, inputs)  # says which input, and what is wrong with it
        return values

    def _samples(self, inputs: dict[str, Bits]) -> int:
        """As `check_inputs`, in less time for a single input that fits."""
        if len(inputs) == 1:
            ((name, x),) = inputs.items()
            if x.shape[1:] == self._shapes.get(name) and len(x):
                return len(x)
        return check_inputs(self.program, inputs, values=False)

    def _workspace(self) -> "_Workspace":
        try:
            return self._spare.pop()
        except IndexError:
            return _Workspace(self.plan)


class _Workspace:
    """What one thread needs for itself, with the addresses that `ssr_run` takes."""

    def __init__(self, plan: Plan) -> None:
        nodes = plan.nodes.copy()
        self.outside = nodes[:, OUTSIDE].data
        header = plan.header.copy()
        header[NODE_AT] = address(nodes)
        work = aligned.empty(plan.work_bytes, np.uint8)
        work[:] = 0  # no samples yet
        spots = np.empty(plan.pointers + 1, np.int64)
        self.header, self.work, self.spots = map(address, (header, work, spots))
        self._keep = (nodes, header, work, spots)


@lru_cache(maxsize=8)
def prepare(program: IntegerProgram, *, traced: bool) -> Network | None:
    """Once per program; None where the kernel cannot run it, or there is none."""
    library = kernel()
    if library is None or not suits(program):
        return None
    return Network(library, program, measured_costs(), traced=traced)


@cache
def measured_costs() -> Costs:
    """Those of this processor. Raises TypeError where there is no kernel."""
    library = kernel()
    if library is None:
        raise TypeError("there is no kernel whose costs could be measured")
    from simulators.native.measure_costs import measure

    return known(library._name, lambda: measure(library))


def threads() -> int:
    """OMP_NUM_THREADS, or as many as the process may use."""
    asked = os.environ.get("OMP_NUM_THREADS", "")
    if asked.isdigit() and int(asked):
        return int(asked)
    allowed = getattr(os, "sched_getaffinity", None)  # not on every system
    return len(allowed(0)) if allowed else os.cpu_count() or 1


def _run_parts(part: Callable[[int, int], int], samples: int) -> bool:
    """Each thread takes samples that follow each other; no sample depends on another.

    Returns whether some part found what is no spike.
    """
    count = min(samples // LEAST_SAMPLES, threads()) if samples >= 2 * LEAST_SAMPLES else 1
    if count <= 1:
        return bool(part(0, samples))
    edges = [samples * i // count for i in range(count + 1)]
    pool = thread_pool(threads())
    runs = [pool.submit(part, a, b - a) for a, b in pairwise(edges)]
    return any([run.result() for run in runs])  # all of them, before anything is raised


def _as_bytes(spikes: Array) -> Bits:
    """uint8 as it is; other number types where they hold what fits a byte, else 2, no spike."""
    if spikes.dtype == np.uint8:
        return np.ascontiguousarray(spikes)
    return np.where(spikes == 1, 1, np.where(spikes == 0, 0, 2)).astype(np.uint8)
