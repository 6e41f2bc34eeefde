"""Compare an optimised Program with the one it came from: the same neurons out of a full trace."""

import numpy as np

from ssr_neuro.errors import BadInput
from ssr_neuro.program.ir import IntegerProgram, Population
from ssr_neuro.program.linear_maps import Array
from ssr_neuro.program.trace import Trace


def restrict_trace(optimised: IntegerProgram, full: Trace) -> Trace:
    """`full`, a trace of the program before the optimising passes, for the neurons that are left.

    `Notes.kept` says which they are; a population not named there is whole, and readouts always
    are. Raises BadInput where `full` is not a trace of the unoptimised program.
    """
    return Trace(
        inputs=full.inputs,
        spikes={p.name: _kept_neurons(optimised, p, full.spikes) for p in optimised.populations},
        readouts=full.readouts,
        membranes={
            p.name: _kept_neurons(optimised, p, full.membranes)
            for p in optimised.populations
            if full.membranes
        },
    )


def _kept_neurons(
    optimised: IntegerProgram, population: Population, recorded: dict[str, Array]
) -> Array:
    name = population.name
    if name not in recorded:
        raise BadInput(
            f"the full trace holds no population {name!r}; record it with the program as it was "
            "before the optimising passes"
        )
    values = recorded[name].reshape(*recorded[name].shape[:2], -1)
    indices = optimised.notes.kept.get(name)
    kept = np.arange(values.shape[2]) if indices is None else np.asarray(indices, np.int64)
    if len(kept) != np.prod(population.shape) or kept.max(initial=-1) >= values.shape[2]:
        raise BadInput(
            f"population {name!r} has {values.shape[2]} neurons in the full trace, and those left "
            f"in {population.shape} are not among them; record it with the program as it was "
            "before the optimising passes"
        )
    return values[:, :, kept].reshape(*values.shape[:2], *population.shape)
