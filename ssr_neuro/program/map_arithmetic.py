"""Linear maps chained, scaled, counted and bounded without being expanded where they need not be.

scipy is imported where a matrix is.
"""

import numpy as np

from ssr_neuro.errors import BadInput
from ssr_neuro.program.arrays import is_binary
from ssr_neuro.program.linear_maps import Array, Dense, Kron, LinearMap, matrix_map


def compose(outer: LinearMap, inner: LinearMap) -> LinearMap:
    """outer after inner, as one map; stays a Kron where both are and one factor stays binary."""
    if inner.out_shape != outer.in_shape:
        raise BadInput(f"cannot chain a map to {inner.out_shape} into one from {outer.in_shape}")
    if isinstance(outer, Kron) and isinstance(inner, Kron):
        left, right = outer.left @ inner.left, outer.right @ inner.right
        if is_binary(left) or is_binary(right):
            return Kron(left, right)
        return Dense(np.kron(left, right), inner.in_shape, outer.out_shape)
    return matrix_map(outer.expanded() @ inner.expanded(), inner.in_shape, outer.out_shape)


def scale_rows(linear: LinearMap, factors: float | Array) -> LinearMap:
    """The map with what reaches each target neuron multiplied; factors: a number or out_shape."""
    spread = np.broadcast_to(np.asarray(factors, np.float64), linear.out_shape)
    if (spread == spread.flat[:1]).all():
        return linear.with_weights(linear.weights * spread.flat[0]) if spread.size else linear
    if isinstance(linear, Kron):
        rows = spread if linear.carrier == "right" else spread.T
        if (rows == rows[:1]).all():  # equal along the factor without weights
            return linear.with_weights(linear.weights * rows[0][:, None])
    import scipy.sparse as sp

    full = sp.diags_array(spread.ravel()) @ linear.expanded()
    return matrix_map(full, linear.in_shape, linear.out_shape)


def fan_out(linear: LinearMap) -> Array:
    """Synapses with a non-zero weight that leave each source neuron: int64 of shape in_shape."""
    if isinstance(linear, Kron):
        left, right = (np.count_nonzero(w, axis=0) for w in (linear.left, linear.right))
        leaving: Array = np.multiply.outer(left, right)
        return leaving
    if isinstance(linear, Dense):
        return np.asarray(np.count_nonzero(linear.weight, axis=0)).reshape(linear.in_shape)
    return np.asarray(linear.expanded().count_nonzero(axis=0)).reshape(linear.in_shape)


def synapse_count(linear: LinearMap) -> int:
    """Synapses with a non-zero weight."""
    return int(fan_out(linear).sum())


def largest_input(linear: LinearMap, x_max: int) -> float:
    """Largest |sum| any target neuron can receive when every source sends at most `x_max`."""
    if isinstance(linear, Kron):
        left, right = (np.abs(w).sum(axis=1).max(initial=0) for w in (linear.left, linear.right))
        return float(left * right * x_max)
    if isinstance(linear, Dense):
        return float(np.abs(linear.weight).sum(axis=1).max(initial=0) * x_max)
    return float(np.abs(linear.expanded()).sum(axis=1).max(initial=0) * x_max)
