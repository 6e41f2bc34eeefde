"""Intel Lava 0.10.0 on the CPU: stock `LIFReset` and `Sparse` processes in `fixed_pt`.

Lava needs a Python 3.10 of its own (`simulators.lava_runtime.environment`), so a worker runs there
and programs and spikes go through files. The caller is never left waiting: a failed Lava process,
a time limit or Ctrl-C ends the worker with all its processes and shared memory.
"""

import json
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import numpy as np
import psutil

from simulators.lava_runtime import environment, worker
from simulators.lava_runtime.process_group import session
from ssr_neuro.errors import BackendFailed, BadInput, DoesNotFit
from ssr_neuro.program import program_file
from ssr_neuro.program.arrays import Bits
from ssr_neuro.program.ir import IntegerProgram, Population, Readout
from ssr_neuro.program.linear_maps import Array, Shape
from ssr_neuro.program.simulator import after_silence, check_inputs, demand_trace_memory
from ssr_neuro.program.trace import Trace

MOST_LANES = 16
SAMPLES_PER_LANE = 8  # below this, filling the pipeline costs more than a lane saves
BYTES_PER_SYNAPSE = 100  # measured, all copies in all of Lava's processes
REFUSED = 3  # the worker's exit status for a program that Lava would not run exactly
WORKER = Path(__file__).parent / "lava_worker"


@dataclass
class LavaCpu:
    """Runs a lowered Program on Lava.

    lanes: samples side by side in the same processes; None chooses by samples and free memory.
    Always 1 where samples meet in the pipeline, as only their order in the stream tells how.
    timeout_s: limit for one run, without making the environment; None scales with the work.
    progress: called with (steps done, steps in all). notice: told about the environment.
    keep_files: folder for the job's files, which are then left there.
    """

    name: str = "lava_cpu"
    lanes: int | None = None
    timeout_s: float | None = None
    progress: Callable[[int, int], None] | None = None
    notice: Callable[[str], None] | None = None
    keep_files: Path | None = None

    def run(
        self, program: IntegerProgram, inputs: dict[str, Bits], *, membranes: bool = False
    ) -> Trace:
        """inputs: name -> (samples, steps, *shape) of 0/1.

        Raises BadInput on unfit inputs or an unlowered program, DoesNotFit where Lava would
        round or wrap, BackendFailed if Lava fails or does not finish in time.
        """
        lanes = self._lanes(program, given := check_inputs(program, inputs))
        demand_trace_memory(program, given, membranes=membranes)
        lead = lanes if program.gap else 0
        shown = after_silence(inputs, lead)
        with self._folder() as folder:
            samples = self._write_job(program, shown, lanes, membranes, folder)
            self._work(program, samples, lanes, folder)
            return _trace(program, shown, membranes, folder).without_first(lead)

    def _write_job(
        self,
        program: IntegerProgram,
        inputs: dict[str, Bits],
        lanes: int,
        membranes: bool,
        folder: Path,
    ) -> int:
        """What the worker reads; returns the number of samples."""
        program_file.save(program, folder)
        samples = len(next(iter(inputs.values())))
        for i, node in enumerate(program.inputs):
            flat = inputs[node.name].reshape(samples, program.steps, -1)
            np.save(folder / f"input_{i}.npy", flat.astype(np.uint8))
        job = {
            "samples": samples,
            "lanes": lanes,
            "membranes": membranes,
            "caller": os.getpid(),
            "keep": self.keep_files is not None,
        }
        (folder / "job.json").write_text(json.dumps(job))
        return samples

    def _lanes(self, program: IntegerProgram, samples: int) -> int:
        if self.lanes is not None and self.lanes < 1:
            raise BadInput(f"lanes is {self.lanes}; give 1 or more, or None to have it chosen")
        if samples_meet(program):
            return 1
        return min(self.lanes or choose_lanes(program, samples), samples)

    def _work(self, program: IntegerProgram, samples: int, lanes: int, folder: Path) -> None:
        python = environment.ensure(self.notice)
        steps = -(-samples // lanes) * program.interval + program.depth
        limit_s = time_limit_s(program, lanes, steps) if self.timeout_s is None else self.timeout_s
        log = folder / worker.LOG
        report = self.progress
        told = None if report is None else lambda done: report(done, steps)
        with session([str(python), "-sE", str(WORKER), str(folder)], log) as running:
            status = worker.wait(running, limit_s, folder, told)
            said = worker.last_lines(folder)
        if status is None:
            done = worker.steps_done(folder)
            raise BackendFailed(
                f"Lava did not finish program {program.name!r} within the limit of {limit_s:g} s "
                f"({done} of {steps} steps done, {lanes} lanes); raise timeout_s "
                f"or give fewer samples. {said}"
            )
        if status == REFUSED:
            raise DoesNotFit(worker.reason(folder, status))
        if status != 0:
            raise BackendFailed(
                f"Lava failed on program {program.name!r} after {worker.steps_done(folder)} of "
                f"{steps} steps: {worker.reason(folder, status)}. Run the program in the reference "
                f"simulator, which checks it, or set keep_files to look at the job's files. {said}"
            )

    @contextmanager
    def _folder(self) -> Iterator[Path]:
        if self.keep_files is not None:
            self.keep_files.mkdir(parents=True, exist_ok=True)
            for left_over in (worker.ERROR, worker.PROGRESS):
                (self.keep_files / left_over).unlink(missing_ok=True)
            yield self.keep_files
            return
        with tempfile.TemporaryDirectory(prefix="ssr-lava-") as folder:
            yield Path(folder)


def samples_meet(program: IntegerProgram) -> bool:
    """Whether a delay lets a sample read the one before it, or the one after."""
    return any(
        not 0 <= program.depth_of(source.name) + (source.delay or 0) - depth <= program.gap
        for synapse in program.synapses
        for depth in (program.depth_of(synapse.target),)
        for source in synapse.sources
    )


def choose_lanes(program: IntegerProgram, samples: int) -> int:
    """Samples side by side: enough for many samples, few for few, half the free memory at most."""
    synapses = max(1, program.summary()["synapses"])
    fitting = psutil.virtual_memory().available // (2 * BYTES_PER_SYNAPSE * synapses)
    return int(max(1, min(MOST_LANES, samples // SAMPLES_PER_LANE, fitting)))


def time_limit_s(program: IntegerProgram, lanes: int, steps: int) -> float:
    """A minute, and twenty times what the run should take on one free core."""
    delays = (source.delay or 1 for synapse in program.synapses for source in synapse.sources)
    processes = len(program.populations) + len(program.synapses) + sum(d - 1 for d in delays)
    synapses = lanes * program.summary()["synapses"]
    start_s = 0.05 * processes + 1e-7 * synapses
    step_s = 1e-3 * processes + 4e-9 * synapses
    return round(60 + 20 * (start_s + steps * step_s))


def _trace(
    program: IntegerProgram, inputs: dict[str, Bits], membranes: bool, folder: Path
) -> Trace:
    places = count()

    def recorded(nodes: Iterable[Population | Readout], kind: type) -> dict[str, Array]:
        """The next outputs, in the order in which the worker numbers them."""
        return {n.name: _output(folder, next(places), n.shape).astype(kind) for n in nodes}

    spikes = recorded(program.populations, np.uint8)
    sums = recorded(program.readouts, np.int64)
    return Trace(
        inputs=inputs,
        spikes=spikes,
        readouts={r.name: sums[r.name] + r.bias for r in program.readouts},
        membranes=recorded(program.populations if membranes else (), np.int64),
    )


def _output(folder: Path, index: int, shape: Shape) -> Array:
    values: Array = np.load(folder / f"output_{index}.npy")
    return values.reshape(*values.shape[:2], *shape)


SIMULATOR = LavaCpu()
