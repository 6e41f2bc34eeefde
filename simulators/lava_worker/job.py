import sys, json, time
from pathlib import Path
import numpy as np
import warnings

warnings.filterwarnings("ignore", message=".*", category=Warning, module="scipy.sparse")
from lava.magma.core.run_conditions import RunSteps
from lava.magma.core.run_configs import Loihi2SimCfg
from .network import Network
from .program import load


def main(folder: Path) -> int:
    t0 = time.time()
    job = json.loads((folder / "job.json").read_text())
    program = load(folder)
    T = program.steps
    for i, p in enumerate((*program.populations, *program.readouts)):
        np.lib.format.open_memmap(
            folder / f"output_{i}.npy",
            "w+",
            np.uint8 if i < len(program.populations) else np.int32,
            (job["samples"], T, p.size),
        )
    np.save(folder / "progress.npy", np.zeros(1, np.int64))
    t1 = time.time()
    net = Network(program, job["lanes"], folder)
    steps = -(-job["samples"] // job["lanes"]) * T + program.depth
    t2 = time.time()
    net.sink.run(condition=RunSteps(num_steps=1), run_cfg=Loihi2SimCfg(select_tag="fixed_pt"))
    t3 = time.time()
    net.sink.run(
        condition=RunSteps(num_steps=steps - 1), run_cfg=Loihi2SimCfg(select_tag="fixed_pt")
    )
    t4 = time.time()
    net.sink.stop()
    t5 = time.time()
    print(
        f"load {t1 - t0:.2f} build {t2 - t1:.2f} start {t3 - t2:.2f} run {t4 - t3:.2f} ({(t4 - t3) / (steps - 1) * 1e3:.1f} ms/step, {steps} steps) stop {t5 - t4:.2f}",
        flush=True,
    )
    return 0
