"""netx layers into a `.net` file (HDF5), and which neurons are whose into a JSON beside it.

The groups and names are those that lava-dl's own slayer writes and netx reads, see
`lib/dl/slayer/block/base.py` and `lib/dl/netx/hdf5.py` of lava-dl 0.6.0.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np

from converters.netx.layers import Chain, DenseLayer, LayerBlock
from ssr_neuro.files import hdf5
from ssr_neuro.program.linear_maps import Array

ROWS = 256  # of a matrix, written out at a time


def write(chain: Chain, path: Path) -> None:
    """Equal chains give equal bytes."""

    def fill(file: Any) -> None:
        layers = file.create_group("layer")
        first = layers.create_group("0")
        _type(first, "input")
        size = chain.layers[0].weight.shape[1]
        first.create_dataset("shape", data=np.array([size]))
        for i, layer in enumerate(chain.layers, 1):
            _dense(layers.create_group(str(i)), layer)

    path.write_bytes(hdf5.to_bytes(fill))


def _dense(group: Any, layer: DenseLayer) -> None:
    rows, columns = layer.weight.shape
    _type(group, "dense")
    group.create_dataset("shape", data=np.array([rows]))
    group.create_dataset("inFeatures", data=columns)
    group.create_dataset("outFeatures", data=rows)
    _matrix(group, "weight", layer.weight)
    if layer.delay is not None:
        _matrix(group, "delay", layer.delay)
    neuron = layer.neuron
    if neuron.bias.any():
        group.create_dataset("bias", data=neuron.bias.astype(np.int32))
    group.create_dataset("neuron/type", data="CUBA")
    for key, value in (("iDecay", neuron.du + 1), ("vDecay", neuron.dv), ("vThMant", neuron.vth)):
        group.create_dataset(f"neuron/{key}", data=_small(value))
    group.create_dataset("neuron/refDelay", data=1)
    group.create_dataset("neuron/gradedSpike", data=False)


def _type(group: Any, name: str) -> None:
    group.create_dataset("type", (1,), "S10", data=[name.encode("ascii")])


def _matrix(group: Any, name: str, matrix: Any) -> None:
    """Dense, as netx reads it, and packed, as most of it is zeros."""
    rows, columns = matrix.shape
    kind = np.int8 if abs(matrix).max() < 1 << 7 else np.int16
    chunks = (min(rows, ROWS), min(columns, ROWS))
    stored = group.create_dataset(name, matrix.shape, kind, chunks=chunks, compression="gzip")
    for start in range(0, rows, ROWS):
        stored[start : start + ROWS] = matrix[start : start + ROWS].toarray().astype(kind)


def _small(value: int | Array) -> Any:
    return value if isinstance(value, int) else value.astype(np.int32)


def write_neurons(chain: Chain, path: Path, reset_offset: int) -> None:
    """How to load the file, and by layer whose neurons are where."""
    starts = np.cumsum([0, *(int(np.prod(shape)) for _, shape in chain.inputs)]).tolist()
    document = {
        "load": {
            "reset_interval": chain.interval,
            "reset_offset": reset_offset,
            "sparse_fc_layer": True,
        },
        "steps": chain.steps,
        "silent_steps_between_samples": chain.gap,
        "inputs": [
            {"name": name, "shape": list(shape), "first": first}
            for (name, shape), first in zip(chain.inputs, starts, strict=False)
        ],
        "layers": [
            [_block(block, place) for block, place in layer.places()] for layer in chain.layers
        ],
    }
    path.write_text(json.dumps(document) + "\n", encoding="utf-8")


def _block(block: LayerBlock, place: slice) -> dict[str, Any]:
    return {
        "node": block.node,
        "role": block.role,
        "first": place.start,
        "copies": block.copies,
        "neurons": block.neurons.tolist(),
        "weights_times_2_to_the": block.up,
    }
