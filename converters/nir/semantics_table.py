"""What each choice of semantics would change on given inputs: the table behind `--explain`."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

import nir
import numpy as np

from converters.nir.nodes import DT_S
from converters.nir_to_program import to_program
from ssr_neuro.lower.fold import Fold
from ssr_neuro.program import float_simulator
from ssr_neuro.program.arrays import Bits
from ssr_neuro.program.float_simulator import FloatTrace
from ssr_neuro.program.linear_maps import Array
from ssr_neuro.program.semantics import DEFAULT, Semantics, choices


@dataclass(frozen=True)
class Choice:
    """One semantics choice set to `value` instead of what was chosen.

    spikes_changed of spikes_compared, over all populations, steps and samples.
    readouts_changed: share of the readout values that differ.
    """

    name: str
    value: str
    spikes_changed: int
    spikes_compared: int
    readouts_changed: float


def explain(
    graph: nir.NIRGraph,
    steps: int,
    inputs: dict[str, Bits],
    dt_s: float = DT_S,
    semantics: Semantics = DEFAULT,
) -> tuple[Choice, ...]:
    """Every other value of every choice, alone, in float. inputs: as for `float_run.run`."""

    def run(semantics: Semantics) -> FloatTrace:
        # Folded, because there the choice of the bias takes effect.
        return float_simulator.run(
            Fold().run(to_program(graph, steps, dt_s, semantics=semantics)), inputs
        )

    chosen = run(semantics)
    others = [
        (name, value)
        for name, values in choices().items()
        for value in values
        if value != getattr(semantics, name)
    ]
    return tuple(
        _choice(name, value, chosen, run(_with(semantics, name, value))) for name, value in others
    )


def _with(semantics: Semantics, name: str, value: str) -> Semantics:
    return Semantics(**{**asdict(semantics), name: value})


def _choice(name: str, value: str, chosen: FloatTrace, other: FloatTrace) -> Choice:
    spikes = {n: int((x != other[0][n]).sum()) for n, x in chosen[0].items()}
    readouts = [~np.isclose(x, other[1][n], rtol=1e-9, atol=1e-12) for n, x in chosen[1].items()]
    return Choice(
        name,
        value,
        spikes_changed=sum(spikes.values()),
        spikes_compared=_size(chosen[0]),
        readouts_changed=sum(int(x.sum()) for x in readouts) / max(1, _size(chosen[1])),
    )


def _size(arrays: Mapping[str, Array]) -> int:
    return sum(x.size for x in arrays.values())
