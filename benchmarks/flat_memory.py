"""Many sequences through a simulator: memory stays flat, and every readout is the golden one.

    python benchmarks/flat_memory.py build/demo/bundle --simulator fast --samples 1000000
    python benchmarks/flat_memory.py build/demo/bundle --simulator lava_cpu --samples 10000
        --at-once 1000

Golden samples of the bundle are drawn at random, so that what comes back is known. Memory is that
of this process and its children, looked at every 50 ms.
"""

import argparse
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from result_output import write_result

from ssr_neuro import registry
from ssr_neuro.bundle import golden
from ssr_neuro.program import program_file
from ssr_neuro.program.ir import as_integer

EVERY_S = 0.05


class PeakMemory:
    """The most that this process and its children held since the last look."""

    def __init__(self) -> None:
        self._most = 0
        self._end = threading.Event()
        self._own = psutil.Process()

    def look(self) -> int:
        """Bytes; the count begins anew."""
        self._note()
        most, self._most = self._most, 0
        return most

    @contextmanager
    def watching(self) -> Iterator[None]:
        watcher = threading.Thread(target=self._watch, daemon=True)
        watcher.start()
        try:
            yield
        finally:
            self._end.set()
            watcher.join()

    def _watch(self) -> None:
        while not self._end.wait(EVERY_S):
            self._note()

    def _note(self) -> None:
        total = 0
        for process in (self._own, *self._own.children(recursive=True)):
            try:
                total += process.memory_info().rss
            except psutil.NoSuchProcess:
                continue
        self._most = max(self._most, total)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--simulator", default="fast")
    parser.add_argument("--samples", type=int, default=1_000_000)
    parser.add_argument("--at-once", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=1e9, help="end after so long")
    parser.add_argument("--out", type=Path, help="the row of this simulator is put into this file")
    given = parser.parse_args()
    found = run(given)
    print(json.dumps(found, indent=1))
    if given.out:
        rows = json.loads(given.out.read_text()) if given.out.exists() else {}
        rows[given.simulator] = found
        write_result(rows, given.out)


def run(given: argparse.Namespace) -> dict[str, Any]:
    """Peaks of memory in each tenth of the samples. Ends with 4 where a readout is another."""
    program = as_integer(program_file.load(given.bundle))
    kept = golden.read(given.bundle / "golden").trace
    simulator, rng = registry.load(given.simulator), np.random.default_rng(0)
    peaks: list[int] = []
    memory, done, began = PeakMemory(), 0, time.monotonic()
    with memory.watching():
        while done < given.samples and time.monotonic() - began < given.seconds:
            rows = rng.integers(0, kept.samples, min(given.at_once, given.samples - done))
            inputs = {name: x[rows] for name, x in kept.inputs.items()}
            if hasattr(simulator, "readouts"):
                readouts = simulator.readouts(program, inputs)
            else:
                readouts = simulator.run(program, inputs).readouts
            for name, values in readouts.items():
                if not np.array_equal(values, kept.readouts[name][rows]):
                    raise SystemExit(f"{name} differs between sample {done} and {done + len(rows)}")
            done += len(rows)
            if done * 10 // given.samples > len(peaks):
                peaks.append(memory.look())
                print(f"{done:,} samples, {peaks[-1] / 1e6:,.0f} MB", flush=True)
    return {
        "program": program.summary(),
        "samples": done,
        "at_once": given.at_once,
        "seconds": round(time.monotonic() - began, 1),
        "peak_bytes_by_tenth": peaks,
    }


if __name__ == "__main__":
    main()
