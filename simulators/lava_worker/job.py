"""One job: a folder with the program and its inputs in, recorded spikes and readouts out.

In: `program.json`, `weights.npz`, `job.json` (samples, lanes, caller, keep) and, in the program's
order, `input_<i>.npy`, uint8 (samples, steps, size). Out: `output_<i>.npy`, (samples, steps, size)
aligned with the inputs, populations first (uint8), then readouts without their bias (int32);
`progress.npy`, the steps done; on failure `error.txt` and an exit status above 0.
"""

import json
import resource
import warnings
from pathlib import Path

import numpy as np
from lava.magma.core.run_conditions import RunSteps
from lava.magma.core.run_configs import Loihi2SimCfg
from scipy.sparse import SparseEfficiencyWarning

from .network import Network
from .program import Population, Program, Readout, load
from .watch import Watcher


def main(folder: Path) -> int:
    """Run the job in `folder`; returns 0, or does not return."""
    job = json.loads((folder / "job.json").read_text())
    watcher = Watcher(folder, job["caller"], job["keep"])
    watcher.start()
    _allow_many_files()
    warnings.filterwarnings("ignore", category=SparseEfficiencyWarning)
    program = load(folder)
    _make_outputs(program, job["samples"], folder)
    network = Network(program, job["lanes"], folder)
    watcher.watch(network.sink)
    slots = -(-job["samples"] // job["lanes"])
    network.sink.run(
        condition=RunSteps(num_steps=slots * program.steps + program.depth),
        run_cfg=Loihi2SimCfg(select_tag="fixed_pt"),
    )
    watcher.watch(None)
    network.sink.stop()
    return 0


def _allow_many_files() -> None:
    """Lava holds ten open files per process, in every process."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _make_outputs(program: Program, samples: int, folder: Path) -> None:
    nodes: list[Population | Readout] = [*program.populations, *program.readouts]
    for i, node in enumerate(nodes):
        kind = np.uint8 if i < len(program.populations) else np.int32
        shape = (samples, program.steps, node.size)
        np.lib.format.open_memmap(folder / f"output_{i}.npy", "w+", kind, shape)
    np.save(folder / "unborn.npy", np.zeros(1, np.int64))
    (folder / "unborn.npy").rename(folder / "progress.npy")  # the caller reads it at any moment
