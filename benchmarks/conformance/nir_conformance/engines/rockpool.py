"""Rockpool: `rockpool.nn.modules.torch.nir.from_nir`, all steps in one call."""

import nir
import numpy as np

from ..arrays import Array
from ..wiring import unfold
from . import only


class Rockpool:
    about = "rockpool's from_nir(graph), all steps in one call; it takes its dt from tau and r"
    packages = ("rockpool", "nirtorch", "torch")
    requirements = ("rockpool==3.1.0", "nirtorch==2.6")
    shared = True

    def run(self, graph: nir.NIRGraph, x: dict[str, Array], dt_s: float) -> dict[str, Array]:
        import torch
        from rockpool.nn.modules.torch.nir import from_nir

        from .torch_steps import first

        name = only(unfold(graph).outputs, "Output")
        given = torch.tensor(only(x, "Input"), dtype=torch.float32)[None]
        with torch.no_grad():
            out = first(from_nir(graph)(given))
        return {name: np.asarray(out.detach())[0]}


ENGINE = Rockpool()
