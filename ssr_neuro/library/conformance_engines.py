"""Our own engines of the conformance suite: NIR graphs in float, and compiled to a chip's integers.

Each is an adapter as `nir_conformance.engines` describes them, and runs in a process of its own.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ssr_neuro.errors import BackendFailed
from ssr_neuro.program.linear_maps import Array

if TYPE_CHECKING:
    import nir

OURS = {
    "ssr-neuro": "ssr_neuro.library.conformance_engines:FLOAT",
    "ssr-neuro-reference": "ssr_neuro.library.conformance_engines:REFERENCE",
    "ssr-neuro-fast": "ssr_neuro.library.conformance_engines:FAST",
    "lava": "ssr_neuro.library.conformance_engines:LAVA",
}


@dataclass(frozen=True)
class FloatEngine:
    """Our reading of NIR in float64, before anything is quantised."""

    about: str = "its float program, before anything is quantised"
    packages: tuple[str, ...] = ("ssr-neuro", "nir")

    def run(self, graph: "nir.NIRGraph", x: dict[str, Array], dt_s: float) -> dict[str, Array]:
        """Raises BadInput with every reason why no chip could run the graph."""
        from converters.nir_to_program import to_program
        from ssr_neuro.program import float_simulator

        steps = len(next(iter(x.values())))
        program = to_program(graph, steps, dt_s)
        _, outputs = float_simulator.run(program, {name: one[None] for name, one in x.items()})
        return {name: values[0] for name, values in outputs.items()}


@dataclass(frozen=True)
class IntegerEngine:
    """The graph compiled to integers, as `ssr-compile` does it, and run on one simulator."""

    simulator: str
    about: str
    packages: tuple[str, ...] = ("ssr-neuro", "nir")

    def run(self, graph: "nir.NIRGraph", x: dict[str, Array], dt_s: float) -> dict[str, Array]:
        """Raises BadInput or DoesNotFit where no chip could run the graph."""
        from ssr_neuro import registry
        from ssr_neuro.library.compile import lower_program
        from ssr_neuro.program.ir import as_integer

        inputs = {name: one[None] for name, one in x.items()}
        program = as_integer(lower_program(graph, inputs=inputs, dt_s=dt_s))
        spikes = {name: np.asarray(one, np.uint8) for name, one in inputs.items()}
        trace = registry.load(self.simulator).run(program, spikes)
        return {
            readout.name: trace.readouts[readout.name][0] * (readout.unit or 1.0)
            for readout in program.readouts
        }


@dataclass(frozen=True)
class LavaEngine(IntegerEngine):
    """Intel Lava, where its environment is made already: it is half a gigabyte."""

    def ready(self) -> None:
        """Raises BackendFailed where the first run would make the environment."""
        from simulators.lava_runtime import environment

        if ("ready", "yes") not in environment.describe():
            raise BackendFailed(
                "Lava's environment is not made yet; any `ssr-compile --target lava-sim` makes it"
            )


FLOAT = FloatEngine()
REFERENCE = IntegerEngine("reference", "compiled to integers, on the reference simulator")
FAST = IntegerEngine("fast", "compiled to integers, on the fast simulator")
LAVA = LavaEngine("lava_cpu", "compiled to integers by ssr-neuro, on Lava's processes for the CPU")
