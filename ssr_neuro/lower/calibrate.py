"""How much of the largest weight into each node is still worth holding, chosen on data.

Few bits spread over a large range leave the many small weights none. Clipping the few largest ones
gives the others finer steps; how far is chosen by what counts, the spikes.
"""

import numpy as np

from ssr_neuro import float_run
from ssr_neuro.ir import Program
from ssr_neuro.loops import groups
from ssr_neuro.lower.alone import alone, sources_of
from ssr_neuro.lower.bias_neurons import bias_neurons
from ssr_neuro.lower.fold import fold
from ssr_neuro.lower.quantise import Quantise
from ssr_neuro.lower.schedule import schedule
from ssr_neuro.maps import Array
from ssr_neuro.simulator import Simulator
from ssr_neuro.trace import Bits

SHARES = (1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2)


def calibrate(
    program: Program, inputs: dict[str, Bits], weight_bits: int, simulator: Simulator
) -> dict[str, float]:
    """Shares below 1 by node, for `Lowering(clips=...)`; program: float, as imported.

    Nodes in data-flow order, each with the share that leaves the fewest spikes changed against the
    float network when it reads the spikes of the already quantised nodes before it, so that later
    nodes make up for earlier ones. Readouts: the least squared error. In a loop, what is not
    calibrated yet sends its float spikes. Of equal shares the largest wins.
    """
    folded = bias_neurons(fold(program))
    spikes, outputs = float_run.run(folded, inputs)
    sent = {**spikes, **inputs}
    samples = len(next(iter(inputs.values())))
    clips = {}
    for name in (name for group in groups(folded) for name in group if name not in inputs):
        single = schedule(alone(folded, name))
        shown = sources_of(single, sent, samples)
        lowered = [Quantise(weight_bits, {name: share})(single) for share in SHARES]
        runs = [_run(option, shown, simulator) for option in lowered]
        target = spikes[name] if name in spikes else outputs[name]
        best = int(np.argmin([float(np.square(run - target).sum()) for run in runs]))
        if SHARES[best] < 1:
            clips[name] = SHARES[best]
        if name in spikes:
            sent[name] = runs[best].astype(np.uint8)
    return clips


def _run(program: Program, shown: dict[str, Bits], simulator: Simulator) -> Array:
    """Spikes of the only node, or its values in float units; (samples, steps, *shape), float64."""
    trace = simulator.run(program, shown)
    if program.populations:
        return trace.spikes[program.populations[0].name].astype(np.float64)
    (readout,) = program.readouts
    values: Array = trace.readouts[readout.name] * np.asarray(readout.unit)
    return values
