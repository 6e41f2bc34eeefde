"""Spikes for a program, from an array, arrays by name, or an .npz file."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ssr_neuro.errors import BadInput
from ssr_neuro.program.arrays import Bits
from ssr_neuro.program.ir import Program
from ssr_neuro.program.linear_maps import Shape
from ssr_neuro.program.simulator import unready
from ssr_neuro.program.spikes_file import check_spikes, read_inputs


def read_named_spikes(inputs: Any, names: list[str]) -> dict[str, Bits]:
    """Spikes by input name: uint8 0 and 1, (samples, steps, *shape). Raises BadInput.

    inputs: the path of an .npz file, arrays by name, or one array where there is one input.
    """
    if not names:
        raise BadInput("the network has no input, so no spikes can be given to it; add an Input")
    if isinstance(inputs, str | Path):
        return read_inputs(Path(inputs), names)
    if isinstance(inputs, Mapping):
        if inputs.keys() != set(names):
            raise BadInput(f"inputs are named {sorted(inputs)}; the network has {sorted(names)}")
        return {name: check_spikes(name, np.asarray(x)) for name, x in inputs.items()}
    if len(names) != 1:
        raise BadInput(f"the network has the inputs {sorted(names)}; give an array for each name")
    return {names[0]: check_spikes(names[0], np.asarray(inputs))}


def spikes_of(program: Program, inputs: Any) -> dict[str, Bits]:
    """Spikes for a lowered program. Raises BadInput where it cannot be run, or they do not fit."""
    if why := unready(program):
        raise BadInput(
            f"program {program.name!r} cannot be run: {why}; compile it to the end, or with "
            "--stop-after separate or a later pass"
        )
    return read_named_spikes(inputs, [node.name for node in program.inputs])


def drop_batch_axes(program: Program, spikes: Mapping[str, Bits]) -> dict[str, Bits]:
    """Spikes without the batch axes of 1 that their Input lost; see `converters.nir.batch_axes`."""
    return {name: _drop_ones(x, program.shape_of(name)) for name, x in spikes.items()}


def _drop_ones(x: Bits, shape: Shape) -> Bits:
    lead, own = x.shape[:2], x.shape[2:]
    more = len(own) - len(shape)
    return x.reshape(*lead, *shape) if more > 0 and own == (1,) * more + shape else x
