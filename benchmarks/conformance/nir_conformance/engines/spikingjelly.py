"""SpikingJelly: `nir_exchange.from_nir.import_from_nir`, one call a step."""

import nir

from ..arrays import Array


class SpikingJelly:
    about = "spikingjelly's nir_exchange.from_nir.import_from_nir(graph, dt=dt_s), one call a step"
    packages = ("spikingjelly", "nirtorch", "torch")
    requirements = ("spikingjelly==2.0.0", "nirtorch==2.6")
    shared = True

    def run(self, graph: nir.NIRGraph, x: dict[str, Array], dt_s: float) -> dict[str, Array]:
        from spikingjelly.activation_based.nir_exchange.from_nir import import_from_nir

        from .torch_steps import run_steps

        return run_steps(import_from_nir(graph, dt=dt_s).eval(), graph, x)


ENGINE = SpikingJelly()
