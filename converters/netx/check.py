"""What lava-dl answered to a chain of layers, against the trace of the program it was made from."""

from typing import NamedTuple

import numpy as np

from converters.netx.layers import Chain, LayerBlock
from simulators.lava_runtime.lava_dl import NetxRun
from ssr_neuro.errors import Mismatch
from ssr_neuro.program.arrays import Bits
from ssr_neuro.program.fixed_point import STATE_SHIFT
from ssr_neuro.program.ir import IntegerProgram
from ssr_neuro.program.linear_maps import Array
from ssr_neuro.program.simulator import after_silence
from ssr_neuro.program.trace import Trace


class NetxComparison(NamedTuple):
    """How many values were compared, all of them equal."""

    spikes: int
    fired: int
    readouts: int


def present_inputs(chain: Chain, trace: Trace) -> Bits:
    """The chain's input (samples, steps, size); a silent sample leads where there are gaps."""
    shown = after_silence(trace.inputs, lead(chain))
    flat = [_flat(shown[name]) for name, _ in chain.inputs]
    return np.concatenate(flat, axis=2).astype(np.uint8)


def lead(chain: Chain) -> int:
    """Silent samples in front, see `ssr_neuro.program.ir.Program`."""
    return 1 if chain.gap else 0


def check(chain: Chain, program: IntegerProgram, trace: Trace, found: NetxRun) -> NetxComparison:
    """Raises Mismatch at the first value that differs: layer, node, neuron, sample and step."""
    sent = {**trace.inputs, **trace.spikes}
    spikes = fired = readouts = 0
    for i, layer in enumerate(chain.layers):
        for block, place in layer.places():
            if block.role == "guard":
                continue
            theirs: Array
            if block.role == "readout":
                theirs = found.membranes[i][lead(chain) :, :, place]
                ours = _membrane(program, block, trace)
                readouts += ours.size
            else:
                theirs = found.spikes[i][lead(chain) :, :, place]
                ours = np.tile(_flat(sent[block.node])[:, :, block.neurons], block.copies)
                spikes, fired = spikes + ours.size, fired + int(ours.sum())
            _equal(i, block, program, ours, theirs)
    return NetxComparison(spikes, fired, readouts)


def _membrane(program: IntegerProgram, block: LayerBlock, trace: Trace) -> Array:
    """v of a readout: a sum in weight units, or the membrane of an integrator."""
    (readout,) = (r for r in program.readouts if r.name == block.node)
    bits = STATE_SHIFT if readout.neuron is None else block.up
    return _flat(trace.readouts[block.node]) << bits


def _equal(i: int, block: LayerBlock, program: IntegerProgram, ours: Array, theirs: Array) -> None:
    wrong = np.argwhere(ours != theirs)
    if not len(wrong):
        return
    sample, step, at = (int(n) for n in wrong[0])
    copy, neuron = divmod(at, len(block.neurons))
    place = np.unravel_index(int(block.neurons[neuron]), program.shape_of(block.node))
    what = "membrane" if block.role == "readout" else "spikes"
    raise Mismatch(
        f"lava-dl and the program differ in {len(wrong)} of {ours.size} values of layer {i}, "
        f"{block.role} {block.node!r}, first at neuron ({', '.join(map(str, place))}), copy "
        f"{copy}, sample {sample}, step {step + 1}: {what} {theirs[sample, step, at]} in lava-dl, "
        f"{ours[sample, step, at]} in the program"
    )


def _flat(x: Array) -> Array:
    """(samples, steps, *shape) -> (samples, steps, size)."""
    return x.reshape(*x.shape[:2], -1)
