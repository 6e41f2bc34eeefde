"""Norse: `norse.torch.from_nir`, one call a step."""

import nir

from ..arrays import Array


class Norse:
    about = "norse.torch.from_nir(graph, dt=dt_s), one call a step"
    packages = ("norse", "nirtorch", "torch")
    requirements = ("norse==1.1.0", "nirtorch==2.6")
    shared = True

    def run(self, graph: nir.NIRGraph, x: dict[str, Array], dt_s: float) -> dict[str, Array]:
        import norse.torch

        from .torch_steps import run_steps

        return run_steps(norse.torch.from_nir(graph, dt=dt_s), graph, x)


ENGINE = Norse()
