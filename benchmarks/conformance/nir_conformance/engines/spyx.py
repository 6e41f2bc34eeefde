"""Spyx: `spyx.nir.from_nir`, which builds the network and scans all steps."""

import nir
import numpy as np

from ..arrays import Array
from ..wiring import unfold
from . import only


class Spyx:
    about = "spyx.nir.from_nir(graph, spikes, dt=dt_s), which runs all steps"
    packages = ("spyx", "jax")
    requirements = ("spyx==1.0.0", "jax==0.10.2", "flax==0.12.8", "nir==1.0.8", "h5py")

    def run(self, graph: nir.NIRGraph, x: dict[str, Array], dt_s: float) -> dict[str, Array]:
        import jax.numpy as jnp
        from spyx.nir import from_nir

        name = only(unfold(graph).outputs, "Output")
        given = jnp.asarray(only(x, "Input"), jnp.float32)[:, None]
        if given.ndim == 5:  # its images have their channels last
            given = given.transpose(0, 1, 3, 4, 2)
        _, outputs = from_nir(graph, given, dt=dt_s)
        found = np.asarray(outputs)[:, 0]
        return {name: found.transpose(0, 3, 1, 2) if found.ndim == 4 else found}


ENGINE = Spyx()
