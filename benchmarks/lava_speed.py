"""How much time Lava takes for many sequences of one compiled program, after the answers agree.

    python benchmarks/lava_speed.py BUNDLE [--samples 1000] [--lanes 16 32 64]
        [--beside WHAT] [--out benchmarks/results/lava-speed.json]

Sequences are the bundle's golden inputs, repeated. Every spike and readout must be the fast
simulator's. For each number of samples side by side: CPU seconds of Lava's processes, seconds on
the clock, and the largest memory of one process. Prints JSON.
"""

import argparse
import platform
import resource
import time
from pathlib import Path

import numpy as np
from result_output import print_result

from simulators.fast import Fast
from simulators.lava_cpu import MOST_LANES, LavaCpu
from ssr_neuro.measure.device import cpu_name
from ssr_neuro.program import program_file
from ssr_neuro.program.arrays import Bits
from ssr_neuro.program.ir import IntegerProgram, as_integer
from ssr_neuro.program.trace import Trace, compare


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--samples", type=int, default=1_000)
    parser.add_argument("--lanes", type=int, nargs="+", default=[MOST_LANES])
    parser.add_argument("--beside", default="nothing", help="what else ran on the machine")
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    program = as_integer(program_file.load(given.bundle))
    with np.load(given.bundle / "golden" / "inputs.npz") as stored:
        inputs = {name: np.resize(x, (given.samples, *x.shape[1:])) for name, x in stored.items()}
    expected = Fast().run(program, inputs)
    found = {
        "machine": cpu_name(),
        "python": platform.python_version(),
        "beside": given.beside,
        "program": program.summary(),
        "samples": given.samples,
        "lanes": {str(n): measure_lava(program, inputs, n, expected) for n in given.lanes},
    }
    print_result(found, given.out)


def measure_lava(
    program: IntegerProgram, inputs: dict[str, Bits], lanes: int, expected: Trace
) -> dict[str, float]:
    """Raises SystemExit at the first spike that differs."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    trace = LavaCpu(lanes=lanes).run(program, inputs)
    seconds, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    if not (found := compare(expected, trace, ("fast", "lava_cpu"))).equal:
        raise SystemExit(f"Lava disagrees with the fast simulator: {found.first}")
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {
        "cpu_s": round(cpu_s, 1),
        "seconds": round(seconds, 1),
        "process_mb": round(after.ru_maxrss / 1024),
    }


if __name__ == "__main__":
    main()
