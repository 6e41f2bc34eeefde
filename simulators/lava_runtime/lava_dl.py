"""A netx .net file on lava-dl 0.6.0: `lava.lib.dl.netx.hdf5.Network`, in `fixed_pt` on the CPU.

lava-dl needs a Python 3.10 of its own (`simulators.lava_runtime.lava_dl_environment`), so a worker
runs there, as for Lava alone (`simulators.lava_cpu`), and is ended with all its processes on any
failure.
"""

import json
import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from simulators.lava_runtime import lava_dl_environment, worker
from simulators.lava_runtime.process_group import session
from ssr_neuro.errors import BackendFailed
from ssr_neuro.program.arrays import Bits, Ints

WORKER = Path(__file__).parent.parent / "lava_dl_worker"
# netx gives block i the reset offset i + 1 + reset_offset; its spikes are i + 1 steps behind the
# input, so a sample begins there at global step i + 2.
RESET_OFFSET = 1


@dataclass(frozen=True, eq=False)
class NetxRun:
    """What a .net file answered, aligned with its input, images as (channels, rows, columns).

    spikes: of every block, uint8 (samples, steps, *shape). membranes: v after each step, int64 of
    the same shape, by number of the block.
    """

    spikes: tuple[Bits, ...]
    membranes: dict[int, Ints]


def run(
    net: Path,
    spikes: Bits,
    interval: int,
    *,
    membranes: Sequence[int] = (),
    timeout_s: float | None = None,
    notice: Callable[[str], None] | None = None,
    progress: Callable[[int], None] | None = None,
) -> NetxRun:
    """Present `spikes` (samples, steps, *shape) back to back, one sample every `interval` steps.

    Every block is reset where a sample reaches it. membranes: blocks to read v of. timeout_s: None
    for a file of some thousand weights, see `time_limit_s`. Raises BackendFailed if lava-dl cannot
    be installed, fails, or does not finish in time.
    """
    python = lava_dl_environment.ensure(notice)
    with tempfile.TemporaryDirectory(prefix="ssr-lava-dl-") as name:
        folder = Path(name)
        np.save(folder / "input.npy", spikes.astype(np.uint8))
        job = {
            "net": str(net.resolve()),
            "interval": interval,
            "reset_offset": RESET_OFFSET,
            "membranes": list(membranes),
            "caller": os.getpid(),
            "keep": False,
        }
        (folder / "job.json").write_text(json.dumps(job))
        limit_s = timeout_s or time_limit_s(len(spikes) * interval)
        with session([str(python), "-sE", str(WORKER), name], folder / worker.LOG) as running:
            status = worker.wait(running, limit_s, folder, progress)
        if status != 0:
            raise BackendFailed(_failure(net, status, limit_s, folder))
        count = len(list(folder.glob("spikes_*.npy")))
        return NetxRun(
            tuple(np.load(folder / f"spikes_{i}.npy") for i in range(count)),
            {i: np.load(folder / f"membrane_{i}.npy") for i in membranes},
        )


def time_limit_s(steps: int, weights: int = 0) -> float:
    """Five minutes to start, and many times what loading and running take on a free core.

    weights: of all layers, zeros included, as netx loads them.
    """
    return 300.0 + 1e-5 * weights + steps * (1.0 + 1e-8 * weights)


def _failure(net: Path, status: int | None, limit_s: float, folder: Path) -> str:
    done = f"{worker.steps_done(folder)} steps done"
    if status is None:
        what = f"did not finish {net} within {limit_s:g} s ({done})"
    else:
        what = f"failed on {net} ({done}): {worker.reason(folder, status)}"
    return (
        f"lava-dl {lava_dl_environment.LAVA_DL_VERSION} {what}. Give fewer samples, or write the "
        f"program with --target program, which needs no lava-dl. {worker.last_lines(folder)}"
    )
