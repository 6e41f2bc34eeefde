"""Single NIR nodes to single parts of a Program."""

from typing import Any

import nir
import numpy as np

from ssr_neuro.errors import BadInput
from ssr_neuro.ir import Affine, Lif
from ssr_neuro.maps import Array, Dense, Kron, LinearMap

DT_S = 1e-4  # NIR's usual time step
NUMERIC = (np.ndarray, np.floating, float)


def check_finite(node: Any) -> None:
    """Raises BadInput naming every parameter of a node that holds NaN or infinity."""
    floats = {n: np.asarray(v) for n, v in vars(node).items() if isinstance(v, NUMERIC)}
    bad = [n for n, v in floats.items() if v.dtype.kind == "f" and not np.isfinite(v).all()]
    if bad:
        verb = "holds" if len(bad) == 1 else "hold"
        raise BadInput(f"{', '.join(bad)} {verb} NaN or infinity; give finite numbers")


def lif_of(node: nir.LIF, dt_s: float) -> Lif:
    """Raises BadInput where parameters differ between neurons or the reset is not to zero."""
    if np.any(node.v_reset != 0):
        raise BadInput("v_reset is not 0; the chip resets to 0: shift v_leak and v_threshold by it")
    tau_steps = _uniform("tau", node.tau) / dt_s
    if tau_steps < 1:
        raise BadInput(f"tau of {tau_steps:g} steps is below 1; choose a dt of at most tau")
    _uniform("r", node.r)
    return Lif(
        # tau and dt are decimal seconds: their quotient is a whole number up to rounding.
        tau_steps=round(tau_steps, 6),
        threshold=_uniform("v_threshold", node.v_threshold),
        bias=np.asarray(node.v_leak, np.float64),
    )


def affine_of(node: Any) -> Affine:
    """A linear node as a map and the bias after it; structure is found, never lost."""
    if isinstance(node, nir.Conv1d):
        return Affine(_conv1d(node), np.asarray(node.bias, np.float64)[:, None])
    if isinstance(node, nir.Scale):
        return Affine(_diagonal(np.asarray(node.scale, np.float64)), np.zeros(1))
    weight = np.asarray(node.weight, np.float64)
    bias = np.asarray(node.bias, np.float64) if isinstance(node, nir.Affine) else np.zeros(1)
    return Affine(_matrix(weight), bias)


def _matrix(weight: Array) -> LinearMap:
    """weight (out, in), or (positions, out, in) for one matrix per position."""
    if weight.ndim == 2:
        return Dense(weight, (weight.shape[1],), (weight.shape[0],))
    if weight.ndim != 3:
        raise BadInput(f"a weight of shape {weight.shape} has more than one leading axis")
    positions, rows, columns = weight.shape
    if (weight == weight[0]).all():
        return Kron(np.eye(positions), weight[0])
    blocks = np.zeros((positions, rows, positions, columns))
    for position in range(positions):
        blocks[position, :, position] = weight[position]
    full = blocks.reshape(positions * rows, positions * columns)
    return Dense(full, (positions, columns), (positions, rows))


def _conv1d(node: nir.Conv1d) -> Kron:
    """Kernel 1: channels mix, the length stays: W (x) I."""
    plain = (node.stride, node.dilation, node.groups, node.weight.shape[2]) == (1, 1, 1, 1)
    if not plain or node.padding not in (0, "same", "valid"):
        raise BadInput(
            "Conv1d is compiled with kernel, stride, dilation and groups of 1 and no padding; this "
            f"one has kernel {node.weight.shape[2]}, stride {node.stride}, dilation "
            f"{node.dilation}, groups {node.groups}, padding {node.padding}"
        )
    return Kron(np.asarray(node.weight, np.float64)[:, :, 0], np.eye(int(node.input_shape)))


def _diagonal(scale: Array) -> LinearMap:
    """Elementwise gain; a Kron where it is the same along one axis of two."""
    if scale.ndim == 2 and (scale == scale[:, :1]).all():
        return Kron(np.diag(scale[:, 0]), np.eye(scale.shape[1]))
    if scale.ndim == 2 and (scale == scale[:1]).all():
        return Kron(np.eye(scale.shape[0]), np.diag(scale[0]))
    return Dense(np.diag(scale.ravel()), scale.shape, scale.shape)


def _uniform(what: str, values: Array) -> float:
    """One value for the whole population; raises BadInput if neurons differ."""
    first = float(np.asarray(values).flat[0])
    if np.any(values != values.flat[0]):
        raise BadInput(
            f"{what} differs between neurons ({values.min():g} to {values.max():g}); split the node"
        )
    return first
