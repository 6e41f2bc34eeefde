"""Is what the core will count what the product counts? Found in two ways, sample by sample."""

import numpy as np

from converters.rtl.counters import COUNTERS
from converters.rtl.golden import GoldenWords
from ssr_neuro.costs.rows import weight_rows
from ssr_neuro.errors import Mismatch
from ssr_neuro.program.arrays import Bits, Ints
from ssr_neuro.program.ir import Program
from ssr_neuro.program.map_arithmetic import fan_out
from ssr_neuro.program.trace import Trace

COUNTED = COUNTERS[:4]  # cycles and margins are the core's alone


def check_counts(program: Program, trace: Trace, golden: GoldenWords) -> None:
    """Raises Mismatch that names a counter and a sample where they differ."""
    expected = count_delivered(program, trace)
    for i, name in enumerate(COUNTED):
        ours = golden.counters[:, i]
        if (wrong := np.flatnonzero(ours != expected[name])).size:
            raise Mismatch(
                f"counter {name!r} of sample {wrong[0]}: the core's commands give "
                f"{ours[wrong[0]]}, the program {expected[name][wrong[0]]}; report this as a fault"
            )


def count_delivered(program: Program, trace: Trace) -> dict[str, Ints]:
    """Counter -> (samples,), by the maps of the program: those of `ssr_neuro.costs.events`, less

    the spikes that come only after the last step of a sample, which a core that runs sample by
    sample does not deliver.
    """
    total = {name: np.zeros(trace.samples, np.int64) for name in COUNTED}
    for synapse in program.synapses:
        rows = weight_rows(synapse.map)
        width = int(np.prod(synapse.map.in_shape))
        fetched = sum(rows.values(), np.zeros(width, np.int64))
        stored = sum((length * n for length, n in rows.items()), np.zeros(width, np.int64))
        zeros = stored - fan_out(synapse.map).ravel()
        for source in synapse.sources:
            sent = _sent(trace, source.name)[:, : max(0, program.steps - source.lag)]
            spikes = sent.sum(axis=1, dtype=np.int64).reshape(trace.samples, -1)
            total["events"] += spikes @ fetched
            total["operations"] += spikes @ stored
            total["zero_operations"] += spikes @ zeros
    neurons = sum(int(np.prod(p.shape)) for p in program.populations)
    total["updates"] += neurons * program.steps
    return total


def _sent(trace: Trace, name: str) -> Bits:
    found: Bits = trace.inputs[name] if name in trace.inputs else trace.spikes[name]
    return found
