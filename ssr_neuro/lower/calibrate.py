"""How much of the largest weight into each node is still worth holding, chosen on data.

Few bits spread over a large range leave the many small weights none. Clipping the few largest ones
gives the others finer steps; how far is chosen by what counts, spikes and readouts.
"""

import numpy as np

from ssr_neuro.lower.bias_neurons import BiasNeurons
from ssr_neuro.lower.fold import Fold
from ssr_neuro.lower.isolate import isolate, sources_of
from ssr_neuro.lower.quantise import Quantise
from ssr_neuro.lower.schedule import ScheduleNodes
from ssr_neuro.lower.separate_samples import SeparateSamples
from ssr_neuro.program import float_simulator
from ssr_neuro.program.arrays import Bits
from ssr_neuro.program.ir import FloatProgram, IntegerProgram
from ssr_neuro.program.linear_maps import Array
from ssr_neuro.program.recurrence import groups
from ssr_neuro.program.simulator import Simulator
from ssr_neuro.program.trace import in_graph_units

SHARES = (1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2)
MOST_SWEEPS = 4
WORTH_IT = 0.99  # a sweep that leaves as much of the error is the last


def calibrate(
    program: FloatProgram, inputs: dict[str, Bits], weight_bits: int, simulator: Simulator
) -> dict[str, float]:
    """Shares below 1 by node, for `Lowering(clips=...)`; program: float, as imported.

    First each node by its spikes, then all again by the readouts, which the nodes share: a loss
    in one can make up for that in another.
    """
    folded = BiasNeurons().run(Fold().run(program))
    clips = _by_spikes(folded, inputs, weight_bits, simulator)
    return _by_readouts(ScheduleNodes().run(folded), inputs, weight_bits, simulator, clips)


def _by_spikes(
    folded: FloatProgram, inputs: dict[str, Bits], weight_bits: int, simulator: Simulator
) -> dict[str, float]:
    """Nodes in data-flow order, each with the share that changes the fewest of its spikes.

    A node reads the spikes of the already quantised nodes before it, so that later nodes make up
    for earlier ones; in a loop, what is not calibrated yet sends its float spikes. Readouts: the
    least squared error. Of equal shares the largest wins.
    """
    spikes, outputs = float_simulator.run(folded, inputs)
    sent = {**spikes, **inputs}
    samples = len(next(iter(inputs.values())))
    clips = {}
    for name in (name for group in groups(folded) for name in group if name not in inputs):
        single = ScheduleNodes().run(isolate(folded, name))
        shown = sources_of(single, sent, samples)
        lowered = [Quantise(weight_bits, {name: share}).run(single) for share in SHARES]
        runs = [_run(option, shown, simulator) for option in lowered]
        target = spikes[name] if name in spikes else outputs[name]
        best = int(np.argmin([float(np.square(run - target).sum()) for run in runs]))
        clips[name] = SHARES[best]
        if name in spikes:
            sent[name] = runs[best].astype(np.uint8)
    return clips


def _by_readouts(
    scheduled: FloatProgram,
    inputs: dict[str, Bits],
    weight_bits: int,
    simulator: Simulator,
    clips: dict[str, float],
) -> dict[str, float]:
    """Node after node, the share that brings the readouts nearest to the float network's."""
    _, wanted = float_simulator.run(scheduled, inputs)

    def error(tried: dict[str, float]) -> float:
        lowered = SeparateSamples().run(Quantise(weight_bits, tried).run(scheduled))
        found = simulator.run(lowered, inputs).readouts
        return sum(
            float(np.square(found[r.name] * np.asarray(r.unit) - wanted[r.name]).sum())
            / (float(np.square(wanted[r.name]).sum()) or 1.0)
            for r in lowered.readouts
        )

    nodes = [n.name for n in scheduled.populations] + [n.name for n in scheduled.readouts]
    least = error(clips)
    for _ in range(MOST_SWEEPS):
        before = least
        for name in nodes:
            for share in SHARES:
                found = error(tried := {**clips, name: share})
                if found < least:
                    least, clips = found, tried
        if least >= WORTH_IT * before:
            break
    return {name: share for name, share in clips.items() if share < 1}


def _run(program: IntegerProgram, shown: dict[str, Bits], simulator: Simulator) -> Array:
    """Spikes of the only node, or its values in float units; (samples, steps, *shape), float64."""
    trace = simulator.run(program, shown)
    if program.populations:
        return trace.spikes[program.populations[0].name].astype(np.float64)
    (readout,) = program.readouts
    return in_graph_units(readout, trace)
