"""snnTorch: `snntorch.import_nir.import_from_nir`, one call a step; its dt is 1e-4 s."""

import nir

from ..arrays import Array


class SnnTorch:
    about = "snntorch.import_nir.import_from_nir(graph), one call a step"
    packages = ("snntorch", "nirtorch", "torch")
    requirements = ("snntorch==1.0.0", "nirtorch==2.6")
    shared = True

    def run(self, graph: nir.NIRGraph, x: dict[str, Array], dt_s: float) -> dict[str, Array]:
        from snntorch.import_nir import import_from_nir

        from .torch_steps import run_steps

        return run_steps(import_from_nir(graph), graph, x)


ENGINE = SnnTorch()
