"""Rounding weights into a held membrane so that their errors cancel in the neuron's mean input.

A membrane that is never reset keeps what rounding adds to it. Of a single spike that is little, but
weights rounded each to its nearest whole number are, summed over the inputs of a neuron, too large
or too small, and every step adds to that. So a few weights are rounded the other way, those that
cost the least: then the mean input of each neuron is that of its float weights.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

import numpy as np

from ssr_neuro.program.ir import Source
from ssr_neuro.program.linear_maps import Array, Dense, LinearMap, Sparse

LEAST_RATE = 0.02  # spikes a step; a source that was silent may fire with other inputs


def balance(
    linear: LinearMap,
    sources: Sequence[Source],
    exact: Array,
    whole: Array,
    rates: Mapping[str, Array],
) -> Array:
    """`whole` with as many weights moved by 1 as bring the mean input of each neuron near `exact`.

    linear: the map from `sources` whose weights are rounded. exact: these before rounding, in whole
    units, as `linear.weights` has them; whole: the same, rounded. rates: mean spikes a step of
    every neuron, by node; where a source is not named, or one matrix serves many positions, all
    rates are taken to be equal. A weight is moved to the whole number on its other side at most.
    """
    balanced = whole.flatten()
    errors = (whole - exact).ravel()
    for places, rate in _rows(linear, sources, rates):
        _balance_row(balanced, errors, places, rate)
    return balanced.reshape(whole.shape)


def _balance_row(balanced: Array, errors: Array, places: Array, rate: Array) -> None:
    """Moves weights at `places`, the cheapest first, as far as their error comes nearer to 0."""
    total = float(errors[places] @ rate)
    side = np.sign(total)
    wrong = np.flatnonzero(np.sign(errors[places]) == side)
    price = 1 - 2 * np.abs(errors[places[wrong]])  # how much the square of its error grows
    order = wrong[np.argsort(price / rate[wrong], kind="stable")]
    left = abs(total)
    while (fitting := order[rate[order] <= left]).size:
        moved = fitting[np.cumsum(rate[fitting]) <= left]
        balanced[places[moved]] -= int(side)
        left -= float(rate[moved].sum())
        order = order[~np.isin(order, moved)]
    nearer = order[rate[order] < 2 * left]  # one too many, if that is nearer than none
    balanced[places[nearer[:1]]] -= int(side)


def _rows(
    linear: LinearMap, sources: Sequence[Source], rates: Mapping[str, Array]
) -> Iterator[tuple[Array, Array]]:
    """Of each neuron, or row of a shared matrix, where its weights are, and the sources' rates."""
    if isinstance(linear, Sparse):
        rate, ends = _source_rates(linear, sources, rates), linear.matrix.indptr
        for start, end in pairwise(ends):
            yield np.arange(start, end), rate[linear.matrix.indices[start:end]]
        return
    places: Array = np.arange(linear.weights.size).reshape(linear.weights.shape)
    dense = isinstance(linear, Dense)
    rate = _source_rates(linear, sources, rates) if dense else np.ones(places.shape[1])
    yield from ((row, rate) for row in places)


def _source_rates(
    linear: LinearMap, sources: Sequence[Source], rates: Mapping[str, Array]
) -> Array:
    """Spikes a step of each source neuron, summed over the nodes that the synapse reads."""
    names = {source.name for source in sources}
    if not names <= rates.keys():
        return np.ones(int(np.prod(linear.in_shape)))
    spikes: Array = np.sum([np.ravel(rates[name]) for name in sorted(names)], axis=0)
    return LEAST_RATE + spikes
