"""What a netx .net file cannot say, all of it at once."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import scipy.sparse as sp

from converters.netx.bounds import Arriving, twos_of
from converters.netx.fit import Fit, fit
from ssr_neuro.errors import BadInput, DoesNotFit
from ssr_neuro.program.fixed_point import DELAY_LIMIT, STATE_SHIFT, V_LIMIT
from ssr_neuro.program.ir import IntegerProgram, Readout
from ssr_neuro.program.simulator import unready

MOST_WEIGHTS = 1 << 27  # of one layer: 1 GB as netx holds it, and some copies of that to load
FEWER_BITS = "compile with fewer --weight-bits (6 or fewer need no copies), or a smaller model"


def fits_of(program: IntegerProgram) -> dict[str, Fit]:
    """Neurons and weight units that netx can hold, by node; plain sums are not in it.

    Raises BadInput on a program that is not lowered, DoesNotFit with every reason why a .net file
    cannot hold it.
    """
    if reason := unready(program):
        raise BadInput(
            f"program {program.name!r} is no program for a .net file: {reason}; lower it"
        )
    found = {
        n.name: fit(
            n.neuron, program.interval, arriving(program, n.name), is_read=isinstance(n, Readout)
        )
        for n in program.stateful
        if n.neuron is not None
    }
    wrong = [f"{name!r} has {x}" for name, x in found.items() if isinstance(x, str)]
    if reasons := [*_structure(program), *wrong, *_sums(program)]:
        raise DoesNotFit(
            f"a netx .net file cannot hold program {program.name!r}: " + "; ".join(reasons) + ". "
            "Use --target program, which can, or fewer --weight-bits where numbers are too large"
        )
    return {name: x for name, x in found.items() if isinstance(x, Fit)}


def check_size(name: str, sizes: list[int]) -> None:
    """sizes: neurons of the input and of every layer. Raises DoesNotFit where one is too large."""
    products = [before * after for before, after in pairwise(sizes)]
    if large := [i for i, n in enumerate(products) if n > MOST_WEIGHTS]:
        worst = max(large, key=lambda i: products[i])
        raise DoesNotFit(
            f"program {name!r} as layers in a row has {len(large)} of {len(products)} matrices "
            f"with more than {MOST_WEIGHTS:,} weights, the limit of what netx is asked to load; "
            f"the largest, of layer {worst}, has {sizes[worst + 1]:,} x {sizes[worst]:,} = "
            f"{products[worst]:,}. Matrices over positions are written out, every skip is relayed, "
            f"and weights beyond 254 are shared out among copies of their neuron: {FEWER_BITS}"
        )


def _structure(program: IntegerProgram) -> Iterator[str]:
    for synapse in program.synapses:
        for source in synapse.sources:
            ahead = program.depth_of(synapse.target) - program.depth_of(source.name)
            if ahead < 1:
                yield (
                    f"synapse {synapse.name!r} leads from {source.name!r} back to "
                    f"{synapse.target!r}, and every netx layer feeds the next one only"
                )
            if source.lag > DELAY_LIMIT:
                yield (
                    f"synapse {synapse.name!r} reads {source.name!r} {source.lag} steps late, and "
                    f"a delay is at most {DELAY_LIMIT}"
                )


def _sums(program: IntegerProgram) -> Iterator[str]:
    for readout in program.readouts:
        if readout.neuron is None:
            low, high, _ = arriving(program, readout.name)
            bias = np.broadcast_to(readout.bias, readout.shape).reshape(-1)
            most = int(max(abs(low + bias).max(initial=0), abs(high + bias).max(initial=0)))
            if most << STATE_SHIFT > V_LIMIT or abs(bias).max(initial=0) >= 1 << 15:
                yield (
                    f"readout {readout.name!r} can reach {most}, and a membrane holds "
                    f"{V_LIMIT >> STATE_SHIFT} weight units, its bias 32767"
                )


def arriving(program: IntegerProgram, name: str) -> Arriving:
    """Bounds of what reaches each neuron of a node in one step."""
    size = int(np.prod(program.shape_of(name)))
    low, high = np.zeros((2, size), np.int64)
    twos = []
    for synapse in program.into(name):
        matrix = sp.csr_array(synapse.map.expanded()).astype(np.int64)
        times = len(synapse.sources) << synapse.exponent
        high = high + times * np.asarray(matrix.maximum(0).sum(axis=1)).reshape(-1)
        low = low + times * np.asarray(matrix.minimum(0).sum(axis=1)).reshape(-1)
        twos.append(twos_of(matrix.data) + synapse.exponent)
    return Arriving(low, high, min(twos, default=0))
