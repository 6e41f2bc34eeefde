"""`--target lava-dl`: a trained SSR as a netx `.net` file, loaded and run by lava-dl itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from converters.netx.chain import to_chain
from converters.netx.check import check, present_inputs
from converters.netx.layers import Chain
from converters.netx.write import write, write_neurons
from simulators.lava_runtime import lava_dl
from simulators.lava_runtime.lava_dl_environment import LAVA_DL_VERSION
from ssr_neuro.exporter import Job
from ssr_neuro.files import npz
from ssr_neuro.program.linear_maps import Array

NET, NEURONS, GOLDEN = "model.net", "neurons.json", "golden.npz"


@dataclass(frozen=True)
class LavaDl:
    """Every spike of every layer, and every readout, must be those of the program's own trace."""

    name: str = "lava-dl"
    help: str = "lava-dl (netx .net file, loaded and run by lava-dl)"
    integers: bool = True

    def export(self, job: Job, folder: Path) -> Mapping[str, Any]:
        """model.net, neurons.json (whose neurons are where) and golden.npz (inputs and answers).

        Raises DoesNotFit with everything that netx cannot express, Mismatch at the first spike
        that differs, BackendFailed where lava-dl cannot be made or run.
        """
        deployed, watch = job.integer(), job.watch
        program, trace = deployed.program, deployed.trace
        with watch.step("write the program as netx layers"):
            chain = to_chain(program)
            write(chain, folder / NET)
            write_neurons(chain, folder / NEURONS, lava_dl.RESET_OFFSET)
        shown = present_inputs(chain, trace)
        with watch.step(f"run lava-dl {LAVA_DL_VERSION} on {trace.samples} samples"):
            found = lava_dl.run(
                folder / NET,
                shown,
                chain.interval,
                membranes=chain.reading,
                timeout_s=lava_dl.time_limit_s(len(shown) * chain.interval, _weights(chain)),
                notice=watch.say,
            )
        with watch.step("compare all spikes"):
            compared = check(chain, program, trace, found)
        answers: dict[str, Array] = {f"layer_{i}": x for i, x in enumerate(found.spikes)}
        answers |= {f"membrane_{i}": v for i, v in found.membranes.items()}
        npz.write(folder / GOLDEN, {"inputs": shown, **answers})
        return {
            **_size(chain, folder),
            "lava-dl": LAVA_DL_VERSION,
            "samples": trace.samples,
            "spikes compared": compared.spikes,
            "fired": compared.fired,
            "readouts compared": compared.readouts,
            "mismatches": 0,
        }


def _size(chain: Chain, folder: Path) -> dict[str, int]:
    """Of the neurons, those that the program has itself, and those the expansion adds."""
    blocks = [block for layer in chain.layers for block in layer.blocks]
    own = sum(len(b.neurons) for b in blocks if b.role in ("population", "readout"))
    return {
        "layers": len(chain.layers),
        "neurons of the program": own,
        "neurons that relay or copy": sum(b.size for b in blocks) - own,
        "weights, zeros included": _weights(chain),
        "weights that are not zero": sum(int(x.weight.nnz) for x in chain.layers),
        "bytes of the file": (folder / NET).stat().st_size,
    }


def _weights(chain: Chain) -> int:
    return sum(int(np.prod(layer.weight.shape)) for layer in chain.layers)


EXPORTER = LavaDl()
