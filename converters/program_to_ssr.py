"""A quantised Program back into PyTorch: the same SSR module with the integers' weights.

The twin is what "quantised PyTorch" means in the exactness chain: SpikingJelly neurons, float64,
the training code's own forward pass, every weight scale * integer.
"""

from copy import deepcopy
from typing import Any

import numpy as np
import torch

from converters.ssr_to_nir import threshold_below
from ssr_neuro.evaluation.item_table import ItemTable
from ssr_neuro.program.arrays import Bits, Ints
from ssr_neuro.program.fixed_point import STATE_SHIFT
from ssr_neuro.program.ir import IntegerProgram, Synapse
from ssr_neuro.program.linear_maps import Array, Kron, LinearMap
from ssr_neuro.program.readout_bias import whole_bias


def quantised_twin(model: Any, program: IntegerProgram) -> Any:
    """A float64 copy of the `SSR` model whose layers hold the program's weights and biases."""
    twin = deepcopy(model).double().eval()
    for name, layer in twin.layers().items():
        synapse = _matrix_of(program, name)
        neuron, scale = program.population(name).neuron, program.notes.scale_of(name)
        # bias is in membrane units, 64 to what a weight of 1 adds with an exponent of 0.
        unit = scale / (1 << STATE_SHIFT + synapse.exponent)
        bias = (neuron.bias_mant << neuron.bias_exp) * unit
        per_row = bias[:, 0] if layer.axis == "positions" else bias[0]
        layer.set_folded(_tensor(_weight(synapse.map) * scale), _tensor(per_row))
    (readout,) = program.readouts
    synapse = _matrix_of(program, readout.name)
    unit = program.notes.scale_of(readout.name)
    weights = synapse.map.right if isinstance(synapse.map, Kron) else synapse.map.weights
    with torch.no_grad():
        twin.readout.weight.copy_(_tensor(weights * unit))
        twin.readout.bias.copy_(_tensor(readout.bias.reshape(-1) * unit))
        if twin.readout_skip is not None:
            (skip,) = [s for s in program.into(readout.name) if "readout_skip" in s.name]
            gains = skip.map.expanded().toarray().sum(axis=0).reshape(skip.map.in_shape)
            twin.readout_skip.gains.copy_(_tensor(gains[: model.config.positions] * unit))
    return twin


def rounded_twin(model: Any) -> Any:
    """A float64 copy of the `SSR` model with what a flat NIR graph holds: float32, folded."""
    twin = deepcopy(model).double().eval()
    for layer in twin.layers().values():
        weight, bias = layer.fold()
        layer.set_folded(weight.float().double(), bias.float().double())
        # The graph fires above `below`; in float64 that is from the next number on.
        below = threshold_below(model.config.threshold, np.float32)
        layer.lif.v_threshold = float(np.nextafter(below, np.inf))
    with torch.no_grad():
        skip = [] if twin.readout_skip is None else twin.readout_skip.parameters()
        for parameter in (*twin.readout.parameters(), *skip):
            parameter.copy_(parameter.float().double())
    return twin


def item_table(model: Any, unit: float, ids: tuple[str, ...]) -> ItemTable:
    """The item codes and biases of an `SSR`, biases rounded to the readout's integer unit.

    Raises DoesNotFit where a bias takes more than 32 bits.
    """
    return ItemTable(item_codes(model), item_bias(model, unit), ids)


def item_codes(model: Any) -> Bits:
    """The codes of all items but the pad of an `SSR`: uint8 0/1 (V, T, D)."""
    with torch.no_grad():
        codes: Bits = model.codes()[1:].to(torch.uint8).contiguous().numpy()
    return codes


def item_bias(model: Any, unit: float) -> Ints:
    """Their biases in whole readout units: int64 (V,). Raises DoesNotFit beyond 32 bits."""
    return whole_bias(model.item_bias.detach().double().numpy()[1:], unit, "items")


def _matrix_of(program: IntegerProgram, target: str) -> Synapse:
    """The synapse with a layer's matrix; what skips the encoder enters by the same numbers."""
    inputs = {node.name for node in program.inputs}
    into = program.into(target)
    (synapse,) = [s for s in into if not inputs & {x.name for x in s.sources}] or into
    return synapse


def _weight(linear: LinearMap) -> Array:
    """The weight of a layer as it has it: one matrix, or one for each feature, (F, out, in)."""
    if isinstance(linear, Kron):
        return linear.weights
    (rows, features), (columns, _) = linear.out_shape, linear.in_shape
    found = np.zeros((features, rows, columns))
    full = linear.expanded().tocoo()
    to, came_from = np.divmod(full.row, features), np.divmod(full.col, features)
    found[to[1], to[0], came_from[0]] = full.data
    return found


def _tensor(values: Array) -> torch.Tensor:
    return torch.from_numpy(np.ascontiguousarray(values, dtype=np.float64))
