"""How fast each simulator runs one compiled program, as a ratio to Lava, after they agree.

    python benchmarks/simulator_speed.py build/demo/bundle [--samples 64] [--repeats 3]

Spikes are the bundle's golden inputs, repeated to the number of samples asked for. Prints JSON:
seconds (median over the repeats, one warm-up before), samples per second, ratio to Lava.
"""

import argparse
import json
import statistics
import time
from pathlib import Path

import numpy as np

from ssr_neuro import registry
from ssr_neuro.program import program_file
from ssr_neuro.program.arrays import Bits
from ssr_neuro.program.ir import IntegerProgram, as_integer
from ssr_neuro.program.trace import Trace, compare


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--samples", type=int, default=64)
    parser.add_argument("--repeats", type=int, default=3)
    given = parser.parse_args()
    program = as_integer(program_file.load(given.bundle))
    with np.load(given.bundle / "golden" / "inputs.npz") as stored:
        inputs = {name: np.resize(x, (given.samples, *x.shape[1:])) for name, x in stored.items()}
    runs = {name: timed(name, program, inputs, given.repeats) for name in registry.names()}
    reference = runs["reference"][0]
    for name, (trace, _) in runs.items():
        if not (found := compare(reference, trace, ("reference", name))).equal:
            raise SystemExit(f"{name} disagrees with the reference: {found.first}")
    lava_s = runs["lava_cpu"][1]
    rows = {
        name: {
            "seconds": round(seconds, 4),
            "samples_per_second": round(given.samples / seconds, 1),
            "times_faster_than_lava": round(lava_s / seconds, 2),
        }
        for name, (_, seconds) in runs.items()
    }
    print(json.dumps({"program": program.summary(), "samples": given.samples, **rows}, indent=1))


def timed(
    name: str, program: IntegerProgram, inputs: dict[str, Bits], repeats: int
) -> tuple[Trace, float]:
    """The trace and the median seconds of a run."""
    simulator = registry.load(name)
    trace = simulator.run(program, inputs)
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        simulator.run(program, inputs)
        seconds.append(time.perf_counter() - start)
    return trace, statistics.median(seconds)


if __name__ == "__main__":
    main()
