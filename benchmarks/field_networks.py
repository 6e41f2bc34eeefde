"""Networks of the shapes that tutorials have: compiled and run on Lava, with time and memory.

    python benchmarks/field_networks.py --out benchmarks/results/field-networks.json [NAME ...]

Weights are random, inputs too: what is measured is what such a network costs to compile and prove,
each in a process of its own, two samples. Where a network takes longer than LIMIT_S or more memory
than LIMIT_MIB, it ends with an error, after all are measured.
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import nir
import numpy as np

import ssr_neuro as sn

DT_S = 1e-4
SAMPLES = 2
LIMIT_S, LIMIT_MIB = 300, 1024


@dataclass(frozen=True)
class FieldNetwork:
    """make: the graph. rate: of input spikes. options: of the compilation."""

    make: Callable[[np.random.Generator], nir.NIRGraph]
    steps: int
    rate: float
    options: dict[str, Any] = field(default_factory=dict)


def chain(shape: tuple[int, ...], out: int, *nodes: nir.NIRNode) -> nir.NIRGraph:
    names = ["input", *map(str, range(len(nodes))), "output"]
    ends = [nir.Input(np.array(shape)), *nodes, nir.Output(np.array([out]))]
    edges = list(pairwise(names))
    return nir.NIRGraph(dict(zip(names, ends, strict=True)), edges, type_check=False)


def dense(rng: np.random.Generator, given: int, out: int, gain: float) -> nir.Affine:
    """As PyTorch begins, times `gain`."""
    limit = 1 / np.sqrt(given)
    return nir.Affine(
        gain * rng.uniform(-limit, limit, (out, given)) + gain * limit / 10,
        rng.uniform(-limit, limit, out),
    )


def conv(rng: np.random.Generator, given: int, out: int, size: int, gain: float) -> nir.Conv2d:
    """With a bias, as a batch norm that was folded leaves it."""
    limit = 1 / np.sqrt(given * size * size)
    weight = gain * (rng.uniform(-limit, limit, (out, given, size, size)) + limit / 10)
    return nir.Conv2d(None, weight, 1, 0, 1, 1, rng.uniform(-limit, limit, out) / 10)


def leaky(size: tuple[int, ...], beta: float = 0.9) -> nir.LIF:
    """A Leaky of snnTorch."""
    tau = DT_S / (1 - beta)
    values = {"tau": tau, "r": tau / DT_S, "v_leak": 0, "v_threshold": 1, "v_reset": 0}
    return nir.LIF(**{name: np.full(size, value, np.float64) for name, value in values.items()})


def integrator(size: tuple[int, ...]) -> nir.IF:
    """An IAF of Sinabs."""
    return nir.IF(np.ones(size), np.ones(size), np.zeros(size))


def synaptic(size: int) -> nir.CubaLIF:
    """A Synaptic of snnTorch."""
    values = {
        "tau_syn": 5 * DT_S,
        "tau_mem": 10 * DT_S,
        "r": 10,
        "v_leak": 0,
        "v_threshold": 1,
        "v_reset": 0,
        "w_in": 5,
    }
    return nir.CubaLIF(**{name: np.full(size, value, np.float64) for name, value in values.items()})


def mnist_mlp(rng: np.random.Generator) -> nir.NIRGraph:
    """snnTorch, tutorial 5."""
    return chain(
        (784,), 10, dense(rng, 784, 1000, 2), leaky((1000,)), dense(rng, 1000, 10, 4), leaky((10,))
    )


def mnist_cnn(rng: np.random.Generator) -> nir.NIRGraph:
    """snnTorch, tutorial 6, with mean pooling."""
    return chain(
        (1, 28, 28),
        10,
        conv(rng, 1, 12, 5, 2),
        nir.AvgPool2d(2, 2, 0),
        leaky((12, 12, 12)),
        conv(rng, 12, 64, 5, 6),
        nir.AvgPool2d(2, 2, 0),
        leaky((64, 4, 4)),
        nir.Flatten({"input": np.array([64, 4, 4])}, 0),
        dense(rng, 1024, 10, 6),
        leaky((10,)),
    )


def nmnist_cnn(rng: np.random.Generator) -> nir.NIRGraph:
    """snnTorch, tutorial 7, with mean pooling."""
    return chain(
        (2, 34, 34),
        10,
        conv(rng, 2, 12, 5, 3),
        nir.AvgPool2d(2, 2, 0),
        leaky((12, 15, 15), 0.5),
        conv(rng, 12, 32, 5, 8),
        nir.AvgPool2d(2, 2, 0),
        leaky((32, 5, 5), 0.5),
        nir.Flatten({"input": np.array([32, 5, 5])}, 0),
        dense(rng, 800, 10, 8),
        leaky((10,), 0.5),
    )


def shd_recurrent(rng: np.random.Generator) -> nir.NIRGraph:
    """700 channels, delays of 0 to 20 steps, a recurrent layer of CubaLIF, an LI that is read."""
    size = 128
    delays = nir.Delay(DT_S * rng.integers(0, 21, 700))
    back = nir.Linear(rng.normal(0, 0.05, (size, size)))
    read = nir.LI(np.full(20, 20 * DT_S), np.ones(20), np.zeros(20))
    made = chain(
        (700,), 20, delays, dense(rng, 700, size, 1), synaptic(size), dense(rng, size, 20, 1), read
    )
    made.nodes["w_rec"] = back
    made.edges += [("2", "w_rec"), ("w_rec", "2")]
    return made


def dvs_cnn(rng: np.random.Generator) -> nir.NIRGraph:
    """Sinabs' network for DVS gestures, on 32 by 32 pixels."""
    return chain(
        (2, 32, 32),
        11,
        conv(rng, 2, 8, 3, 4),
        integrator((8, 30, 30)),
        nir.SumPool2d((2, 2), (2, 2), (0, 0)),
        conv(rng, 8, 16, 3, 2),
        integrator((16, 13, 13)),
        nir.SumPool2d((2, 2), (2, 2), (0, 0)),
        nir.Flatten({"input": np.array([16, 6, 6])}, 0),
        dense(rng, 576, 11, 2),
        integrator((11,)),
    )


SOFT, PLAIN = {"exporter": "snntorch"}, {"exporter": "nir"}
NETWORKS = {
    "MNIST, 784-1000-10, soft reset": FieldNetwork(mnist_mlp, 25, 0.15, SOFT),
    "MNIST, 12C5-P2-64C5-P2-10, soft reset": FieldNetwork(mnist_cnn, 25, 0.15, SOFT),
    "N-MNIST, 12C5-P2-32C5-P2-10, soft reset": FieldNetwork(nmnist_cnn, 30, 0.05, SOFT),
    "SHD, delays, recurrent CubaLIF of 128, LI": FieldNetwork(
        shd_recurrent, 100, 0.03, {"exporter": "nir"}
    ),
    "DVS, 8C3-S2-16C3-S2-11, one spike": FieldNetwork(
        dvs_cnn, 20, 0.05, {"exporter": "sinabs", "spikes": "one"}
    ),
}


def measure(name: str) -> dict[str, Any]:
    """One network in this process."""
    network, rng = NETWORKS[name], np.random.default_rng(0)
    made = network.make(rng)
    shape = tuple(int(n) for n in made.nodes["input"].output_type["output"])
    x = (rng.random((SAMPLES, network.steps, *shape)) < network.rate).astype(np.uint8)
    begin = time.perf_counter()
    compiled = sn.compile(made, inputs=x, target="lava-sim", **network.options)
    seconds = time.perf_counter() - begin
    peak = max(resource.getrusage(who).ru_maxrss for who in (0, resource.RUSAGE_CHILDREN))
    last = compiled.proof.comparisons[-1]
    quantised = compiled.findings.quantised if compiled.findings else ()
    changed = max((row.changed for row in quantised), default=0.0)
    return {
        "name": name,
        **compiled.program.summary(),
        "gap": compiled.program.gap,
        "spikes_fired": last.spikes_fired,
        "mismatches": sum(c.mismatches for c in compiled.proof.comparisons),
        "simulators": sorted({c.right for c in compiled.proof.comparisons}),
        "changed": changed,
        "seconds": round(seconds, 1),
        "peak_mib": round(peak / 1024),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("names", nargs="*", help="of networks; all where none is given")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--one", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        print(json.dumps(measure(given.one)))
        return
    rows = []
    for name in given.names or NETWORKS:
        ended = subprocess.run(
            [sys.executable, __file__, "--one", name],
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            check=False,
        )
        if ended.returncode:
            raise SystemExit(f"{name}: {ended.stderr[-2000:]}")
        rows.append(json.loads(ended.stdout.splitlines()[-1]))
        print(rows[-1], flush=True)
    if given.out:
        given.out.write_text(json.dumps({"samples": SAMPLES, "rows": rows}, indent=1) + "\n")
    beyond = [r["name"] for r in rows if r["seconds"] > LIMIT_S or r["peak_mib"] > LIMIT_MIB]
    if beyond:
        raise SystemExit(f"beyond {LIMIT_S} s or {LIMIT_MIB} MiB: {'; '.join(beyond)}")


if __name__ == "__main__":
    main()
