"""One job: a folder with the program and its inputs in, recorded spikes and readouts out.

In: `program.json`, `weights.npz`, `job.json` (samples, lanes, membranes, caller, keep) and, in the
program's order, `input_<i>.npy`, uint8 (samples, steps, size). Out: `output_<i>.npy`, (samples,
steps, size) aligned with the inputs, populations first (uint8), then readouts without their bias
(int32), then, if `membranes`, the populations' membranes before the reset (int32);
`progress.npy`, the steps done; on failure `error.txt` and an exit status above 0.
"""

import json
import resource
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from lava.magma.core.run_conditions import RunSteps
from lava.magma.core.run_configs import Loihi2SimCfg
from scipy.sparse import SparseEfficiencyWarning

from .network import Network
from .program import Program, load
from .watch import Watcher


def main(folder: Path) -> int:
    """Run the job in `folder`; returns 0, or does not return."""
    job = json.loads((folder / "job.json").read_text())
    watcher = Watcher(folder, job["caller"], job["keep"])
    watcher.start()
    _allow_many_files()
    warnings.filterwarnings("ignore", category=SparseEfficiencyWarning)
    program = load(folder)
    _make_outputs(program, job["samples"], job["membranes"], folder)
    network = Network(program, job["lanes"], folder, job["membranes"])
    watcher.watch(network.sink)
    slots = -(-job["samples"] // job["lanes"])
    network.sink.run(
        condition=RunSteps(num_steps=slots * program.interval + program.depth),
        run_cfg=Loihi2SimCfg(select_tag="fixed_pt"),
    )
    watcher.watch(None)
    network.sink.stop()
    return 0


def _allow_many_files() -> None:
    """Lava holds ten open files per process, in every process."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _make_outputs(program: Program, samples: int, membranes: bool, folder: Path) -> None:
    outputs: list[Any] = [(p, np.uint8) for p in program.populations]
    outputs += [(r, np.int32) for r in program.readouts]
    outputs += [(p, np.int32) for p in program.populations if membranes]
    for i, (node, kind) in enumerate(outputs):
        shape = (samples, program.steps, node.size)
        np.lib.format.open_memmap(folder / f"output_{i}.npy", "w+", kind, shape)
    np.save(folder / "unborn.npy", np.zeros(1, np.int64))
    (folder / "unborn.npy").rename(folder / "progress.npy")  # the caller reads it at any moment
