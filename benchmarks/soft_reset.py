"""Soft reset beside hard reset: how many spikes of each quantising moves.

    python benchmarks/soft_reset.py --out benchmarks/results/soft-reset.json [--seeds 10]

Networks of snnTorch and Sinabs with the frameworks' defaults, and the same ones with a reset to
zero; weights are three times those that PyTorch begins with, so that outputs fire. Inputs are
rate-coded images of a few soft strokes. Counted over all layers are the spikes of the integers
that are not those of the float program. That one is held against the framework's own outputs
first; Sinabs' lowest membrane, which no chip here has, is counted apart.
"""

import argparse
import contextlib
import io
import json
import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from typing import Any

import nir
import numpy as np
import torch
from torch import nn

import ssr_neuro as sn
from converters.nir.exporters import choose_reading
from converters.nir.graph import flatten
from converters.nir_to_program import to_program
from simulators.reference import SIMULATOR
from ssr_neuro.compiler.options import Exporter
from ssr_neuro.library.spikes import drop_batch_axes
from ssr_neuro.lower.fold import Fold
from ssr_neuro.program import float_simulator
from ssr_neuro.program.ir import as_integer
from ssr_neuro.program.map_arithmetic import synapse_count
from ssr_neuro.program.trace import Trace

SAMPLES, STEPS = 4, 25
RATE = 0.8  # of the brightest pixel
WHICH = ("soft", "hard")


@dataclass(frozen=True)
class BuiltNetwork:
    """A network of a framework. outputs: (samples, steps, neurons), as the framework gives them."""

    graph: nir.NIRGraph
    inputs: np.ndarray
    outputs: np.ndarray


@dataclass(frozen=True)
class NetworkKind:
    """make: seed and whether the reset is to zero. hard: what a file with that cannot say."""

    exporter: Exporter
    hard: dict[str, str]
    make: Callable[[int, bool], BuiltNetwork]


def images(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Spikes (samples, steps, *shape) of images with four strokes each, a tenth of them bright."""
    *channels, height, width = shape
    y, x = np.mgrid[:height, :width] / max(height, width)
    count = SAMPLES * int(np.prod(channels, initial=1))
    ends = rng.uniform(0.1, 0.9, (count, 4, 2, 2))
    brightness = np.zeros((count, height, width))
    for along in np.linspace(0, 1, 12):
        at = ends[:, :, 0] * (1 - along) + ends[:, :, 1] * along
        for stroke in range(4):
            far = (y - at[:, stroke, 0, None, None]) ** 2 + (x - at[:, stroke, 1, None, None]) ** 2
            brightness = np.maximum(brightness, np.exp(-far / 0.0025))
    rates = RATE * brightness.reshape(SAMPLES, 1, *shape)
    return (rng.random((SAMPLES, STEPS, *shape)) < rates).astype(np.uint8)


def louder(net: nn.Sequential) -> None:
    """Weights three times those that PyTorch begins with, at which outputs fire."""
    with torch.no_grad():
        for layer in net:
            if isinstance(layer, (nn.Linear, nn.Conv2d)):
                layer.weight.mul_(3)


def snntorch_mlp(sizes: tuple[int, ...], beta: float) -> NetworkKind:
    """Leaky with its defaults, as in snnTorch's tutorials."""

    def make(seed: int, hard: bool) -> BuiltNetwork:
        import snntorch as snn
        from snntorch.export_nir import export_to_nir

        torch.manual_seed(seed)
        how = {"reset_mechanism": "zero"} if hard else {}
        layers: list[Any] = []
        for given, out in pairwise(sizes):
            one, leak = torch.ones(out), torch.full((out,), beta)
            layers += [nn.Linear(given, out), snn.Leaky(leak, one, init_hidden=True, **how)]
        net = nn.Sequential(*layers)
        louder(net)
        side = int(np.ceil(np.sqrt(sizes[0])))
        x = images(np.random.default_rng(seed), (side, side)).reshape(SAMPLES, STEPS, -1)
        x = x[..., : sizes[0]]
        made = quiet(lambda: export_to_nir(net, torch.zeros(1, sizes[0]), ignore_dims=[0]))
        for layer in layers[1::2]:
            layer.reset_mem()
        with torch.no_grad():
            given_x = torch.tensor(x, dtype=torch.float32)
            outputs = [net(given_x[:, t]).numpy() for t in range(STEPS)]
        return BuiltNetwork(made, x, np.stack(outputs, axis=1))

    return NetworkKind("snntorch", {"reset": "zero"}, make)


SINABS_HARD = {"reset": "zero", "spikes": "one"}


def sinabs_hard() -> dict[str, Any]:
    from sinabs.activation import MembraneReset, SingleSpike

    return {"spike_fn": SingleSpike, "reset_fn": MembraneReset()}


def sinabs_cnn(channels: tuple[int, ...], size: int) -> NetworkKind:
    """A convolutional network made spiking by `from_model` with its defaults."""

    def make(seed: int, hard: bool) -> BuiltNetwork:
        import sinabs.layers as sl
        from sinabs.from_torch import from_model
        from sinabs.nir import to_nir

        torch.manual_seed(seed)
        layers: list[Any] = []
        for given, out in zip((2, *channels), channels, strict=False):
            layers += [nn.Conv2d(given, out, 3, padding=1), nn.ReLU(), sl.SumPool2d(2)]
        side = size >> len(channels)
        layers += [nn.Flatten(), nn.Linear(channels[-1] * side * side, 10), nn.ReLU()]
        ann = nn.Sequential(*layers)
        louder(ann)
        how = sinabs_hard() if hard else {}
        net = from_model(ann, input_shape=(2, size, size), num_timesteps=STEPS, **how).spiking_model
        x = images(np.random.default_rng(seed), (2, size, size))
        for layer in net:
            if hasattr(layer, "reset_states"):
                layer.reset_states()
        with torch.no_grad():
            flat = torch.tensor(x.reshape(-1, *x.shape[2:]), dtype=torch.float32)
            outputs = net(flat).numpy().reshape(SAMPLES, STEPS, -1)
        made = quiet(lambda: to_nir(net, torch.zeros(SAMPLES * STEPS, 2, size, size)))
        return BuiltNetwork(made, x, outputs)

    return NetworkKind("sinabs", SINABS_HARD, make)


def sinabs_mlp(sizes: tuple[int, ...], tau: float) -> NetworkKind:
    """LIF with its defaults."""

    def make(seed: int, hard: bool) -> BuiltNetwork:
        import sinabs.layers as sl
        from sinabs.nir import to_nir

        torch.manual_seed(seed)
        how = sinabs_hard() if hard else {}
        layers: list[Any] = []
        for given, out in pairwise(sizes):
            layers += [nn.Linear(given, out), sl.LIF(tau_mem=tau, **how)]
        net = nn.Sequential(*layers)
        louder(net)
        with torch.no_grad():
            for layer in layers[::2]:  # LIF takes 1 - exp(-1 / tau) of its input
                layer.weight.mul_(tau)
        side = int(np.ceil(np.sqrt(sizes[0])))
        x = images(np.random.default_rng(seed), (side, side)).reshape(SAMPLES, STEPS, -1)
        x = x[..., : sizes[0]]
        with torch.no_grad():
            outputs = net(torch.tensor(x, dtype=torch.float32)).numpy()
        made = quiet(lambda: to_nir(net, torch.zeros(SAMPLES, STEPS, sizes[0])))
        return BuiltNetwork(made, x, outputs)

    return NetworkKind("sinabs", SINABS_HARD, make)


NETWORKS = {
    "snnTorch, 784-100-10, beta 0.9": snntorch_mlp((784, 100, 10), 0.9),
    "snnTorch, 784-256-10, beta 0.95": snntorch_mlp((784, 256, 10), 0.95),
    "snnTorch, 256-64-64-10, beta 0.8": snntorch_mlp((256, 64, 64, 10), 0.8),
    "Sinabs, LIF 256-64-10, tau 10": sinabs_mlp((256, 64, 10), 10.0),
    "Sinabs, LIF 784-100-10, tau 20": sinabs_mlp((784, 100, 10), 20.0),
    "Sinabs, from_model, 8C3-S2-10 on 16": sinabs_cnn((8,), 16),
    "Sinabs, from_model, 8C3-S2-16C3-S2-10 on 16": sinabs_cnn((8, 16), 16),
}


def quiet(export: Callable[[], nir.NIRGraph]) -> nir.NIRGraph:
    with warnings.catch_warnings(action="ignore"), contextlib.redirect_stdout(io.StringIO()):
        return export()


def measure(kind: NetworkKind, seed: int, hard: bool) -> dict[str, int]:
    """Counts of one network; what differs are spikes too many or too few."""
    made, choices = kind.make(seed, hard), kind.hard if hard else {}
    reading = choose_reading(flatten(made.graph), kind.exporter, choices, None)
    program = Fold().run(to_program(made.graph, STEPS, reading.dt_s, semantics=reading.semantics))
    inputs = drop_batch_axes(program, {program.inputs[0].name: made.inputs})
    spikes, outputs = float_simulator.run(program, inputs)
    without_floor = replace(program, semantics=replace(reading.semantics, floor="none"))
    wanted, _ = float_simulator.run(without_floor, inputs)
    lowered = as_integer(
        sn.lower_program(
            made.graph,
            inputs=made.inputs,
            exporter=kind.exporter,
            optimise=False,
            **choices,  # type: ignore[arg-type]
        )
    )
    trace = SIMULATOR.run(lowered, inputs)
    (output,) = outputs.values()
    return {
        "values": sum(x.size for x in wanted.values()),
        "spikes": sum(int(x.sum()) for x in wanted.values()),
        "float_differs": count(output.reshape(made.outputs.shape), made.outputs),
        "floor_differs": sum(count(spikes[name], x) for name, x in wanted.items()),
        "integers_differ": sum(count(fired(trace, name), x) for name, x in wanted.items()),
        "synapses": sum(synapse_count(s.map) for s in lowered.synapses),
    }


def fired(trace: Trace, name: str) -> np.ndarray:
    """Spikes of a population, and of those that stand for its further spikes in a step."""
    copies = [x for n, x in trace.spikes.items() if n == name or re.fullmatch(rf"{name}_\d+", n)]
    return np.asarray(np.sum(copies, axis=0, dtype=np.int64))


def count(found: np.ndarray, expected: np.ndarray) -> int:
    return int(np.abs(np.rint(found) - expected.astype(np.float64)).sum())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("names", nargs="*", help="of networks; all where none is given")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--seeds", type=int, default=10)
    given = parser.parse_args()
    rows = []
    for name in given.names or NETWORKS:
        for seed in range(given.seeds):
            pair = {which: measure(NETWORKS[name], seed, which == "hard") for which in WHICH}
            rows.append({"network": name, "seed": seed, **pair})
            print(rows[-1], flush=True)
    if given.out:
        releases = {name: version(name) for name in ("snntorch", "sinabs")}
        found = {"releases": releases, "samples": SAMPLES, "steps": STEPS, "rows": rows}
        given.out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
