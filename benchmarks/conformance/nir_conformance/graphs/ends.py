"""What files hold besides: weighted sums as outputs, float32, metadata, names, long runs."""

import nir
import numpy as np

from .parts import Case, chain, dense, full, lif, spikes, weights, wired


def cases() -> tuple[Case, ...]:
    w, x = weights(141, 4, 3), {"input": spikes(141, 3)}
    named = {"input": (3,), "0": dense(w), "1.lif": lif(4, 4.0, 4.0), "out put": (4,)}
    noted = chain((3,), (4,), w=dense(w), lif=lif(4, 4.0, 4.0))
    noted.nodes["lif"].metadata = {"layer": "first", "trained": 1}
    single = lif(4, 4.0, 4.0)
    for name, values in vars(single).items():
        if isinstance(values, np.ndarray) and values.dtype == np.float64:
            setattr(single, name, values.astype(np.float32))
    last = nir.Affine(weights(142, 2, 4), full(2, [0.25, -0.5]))
    return (
        Case(
            "weighted_output",
            "files",
            "an Output that reads a weighted sum of spikes",
            "y = W x + b",
            chain((3,), (2,), w=dense(w), lif=lif(4, 4.0, 4.0), last=last),
            x,
        ),
        Case(
            "no_neuron",
            "files",
            "a graph without any neuron",
            "y = W x + b",
            chain((4,), (2,), last=last),
            {"input": spikes(143, 4)},
        ),
        Case(
            "float32",
            "files",
            "parameters of 32 bits",
            "the numbers of the file",
            chain((3,), (4,), w=dense(w.astype(np.float32)), lif=single),
            x,
        ),
        Case(
            "names",
            "files",
            "nodes called 0, 1.lif and out put",
            "names mean nothing",
            wired(named, [("input", "0"), ("0", "1.lif"), ("1.lif", "out put")]),
            x,
        ),
        Case(
            "metadata",
            "files",
            "metadata that no equation reads",
            "metadata mean nothing",
            noted,
            x,
        ),
        Case(
            "long",
            "files",
            "120 steps",
            "tau dv/dt = v_leak - v + r I",
            chain((3,), (4,), w=dense(weights(144, 4, 3, low=-2)), lif=lif(4, 8.0, 8.0)),
            {"input": spikes(144, 3, steps=120)},
        ),
    )
