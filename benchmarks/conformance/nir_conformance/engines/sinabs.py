"""Sinabs: `sinabs.nir.from_nir`, all steps in one call, as its layers take time along the batch."""

import nir
import numpy as np

from ..arrays import Array
from ..wiring import unfold
from . import only


class Sinabs:
    about = "sinabs.nir.from_nir(graph, batch_size=1), all steps in one call"
    packages = ("sinabs", "nirtorch", "torch")
    requirements = ("sinabs==3.1.3", "nirtorch==2.6", "pbr==7.1.3")
    shared = True

    def run(self, graph: nir.NIRGraph, x: dict[str, Array], dt_s: float) -> dict[str, Array]:
        import torch
        from sinabs.nir import from_nir

        from .torch_steps import first

        name = only(unfold(graph).outputs, "Output")
        given = torch.tensor(only(x, "Input"), dtype=torch.float32)
        with torch.no_grad():
            out = first(from_nir(graph, batch_size=1)(given))
        return {name: np.asarray(out.detach())}


ENGINE = Sinabs()
