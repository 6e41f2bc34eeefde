"""Networks built, run and exported by the frameworks themselves, their defaults left as they are.

Each function gives a graph, input spikes (steps, *shape) and the framework's own output, (steps,
neurons). `pytest.importorskip` skips where a framework is not installed.
"""

import contextlib
import io
import os
import subprocess
import sys
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import nir
import numpy as np
import pytest
import torch
from torch import nn

from converters.nir.exporters import choose_reading
from converters.nir.graph import flatten
from converters.nir.nodes import DT_S
from converters.nir_to_program import to_program
from simulators.lava_runtime import lava_dl_environment
from simulators.lava_runtime.lava_dl_environment import LAVA_DL_VERSION
from ssr_neuro.library.spikes import drop_batch_axes
from ssr_neuro.lower.fold import Fold
from ssr_neuro.program import float_simulator

STEPS = 16


@dataclass(frozen=True)
class Exported:
    """choices: what its file cannot say, as options. outputs: (steps, neurons)."""

    graph: nir.NIRGraph
    inputs: np.ndarray
    outputs: np.ndarray
    choices: dict[str, str]


def spikes(seed: int, *shape: int) -> np.ndarray:
    return (np.random.default_rng(seed).random((STEPS, *shape)) < 0.5).astype(np.uint8)


def linear(seed: int, given: int, out: int, size: float = 0.5, bias: bool = True) -> nn.Linear:
    rng, layer = np.random.default_rng(seed), nn.Linear(given, out, bias=bias)
    with torch.no_grad():
        layer.weight.copy_(torch.tensor(rng.normal(0.15, size, (out, given))))
        if bias:
            layer.bias.copy_(torch.tensor(rng.normal(0, 0.1, out)))
    return layer


def stepped(module: Any, x: np.ndarray, *, stateful: bool) -> np.ndarray:
    """One call for each step, a batch of one; stateful: modules hand their state on."""
    state, outputs = None, []
    with torch.no_grad():
        for now in torch.tensor(x, dtype=torch.float32):
            out = module(now[None], state) if stateful else module(now[None])
            out, state = out if isinstance(out, tuple) else (out, None)
            outputs.append(np.asarray(out).reshape(-1))
    return np.stack(outputs)


def quiet(export: Callable[[], nir.NIRGraph]) -> nir.NIRGraph:
    with warnings.catch_warnings(action="ignore"), contextlib.redirect_stdout(io.StringIO()):
        return export()


def norse_boxes(seed: int) -> Exported:
    norse = pytest.importorskip("norse.torch")
    return norse_network(seed, norse.LIFBoxCell(), norse.LIFBoxCell(), size=6.0)


def norse_cells(seed: int) -> Exported:
    norse = pytest.importorskip("norse.torch")
    return norse_network(seed, norse.LIFCell(), norse.LIFCell(), size=2.0)


def norse_integrators(seed: int) -> Exported:
    norse = pytest.importorskip("norse.torch")
    return norse_network(seed, norse.IAFCell(), norse.IAFCell(), size=0.5)


def norse_network(seed: int, first: Any, second: Any, size: float) -> Exported:
    norse = pytest.importorskip("norse.torch")
    layers = linear(seed, 6, 8, size), first, linear(seed + 1, 8, 4, size), second
    net, x = norse.SequentialState(*layers), spikes(seed, 6)
    made = quiet(lambda: norse.to_nir(net, torch.zeros(1, 6)))
    return Exported(made, x, stepped(net, x, stateful=True), {})


def snntorch_default(seed: int) -> Exported:
    return snntorch_network(seed, {}, {})


def snntorch_zero(seed: int) -> Exported:
    return snntorch_network(seed, {"reset_mechanism": "zero"}, {"reset": "zero"})


def snntorch_none(seed: int) -> Exported:
    return snntorch_network(seed, {"reset_mechanism": "none"}, {"reset": "none"})


AT_ONCE = {"reset_mechanism": "zero", "reset_delay": False}
ZERO_AT_ONCE = {"reset": "zero", "reset_step": "same"}


def snntorch_synaptic(seed: int) -> Exported:
    snn = pytest.importorskip("snntorch")

    def synaptic(size: int) -> Any:
        alpha, beta, one = (torch.full((size,), x) for x in (0.8, 0.9, 1.0))
        return snn.Synaptic(alpha, beta, one, init_hidden=True, **AT_ONCE)

    layers = linear(seed, 6, 8, 0.2), synaptic(8), linear(seed + 1, 8, 4, 0.2), synaptic(4)
    return snntorch_export(seed, layers, ZERO_AT_ONCE)


def snntorch_network(seed: int, how: dict[str, Any], choices: dict[str, str]) -> Exported:
    snn = pytest.importorskip("snntorch")

    # One value a neuron, and no batch axis, or nir 1.0.8 finds the types to differ.
    def leaky(size: int) -> Any:
        return snn.Leaky(
            torch.full((size,), 0.9), torch.full((size,), 1.0), init_hidden=True, **how
        )

    layers = linear(seed, 6, 8), leaky(8), linear(seed + 1, 8, 4), leaky(4)
    return snntorch_export(seed, layers, choices)


def snntorch_recurrent(seed: int) -> Exported:
    return snntorch_loop(seed, {}, {})


def snntorch_recurrent_zero(seed: int) -> Exported:
    return snntorch_loop(seed, AT_ONCE, ZERO_AT_ONCE)


def snntorch_loop(seed: int, how: dict[str, Any], choices: dict[str, str]) -> Exported:
    snn = pytest.importorskip("snntorch")
    torch.manual_seed(seed)  # of the bias in the loop
    cell = snn.RLeaky(0.8, all_to_all=True, linear_features=8, init_hidden=True, **how)
    weight = np.random.default_rng(seed).normal(0, 0.3, (8, 8))
    with torch.no_grad():
        cell.recurrent.weight.copy_(torch.tensor(weight))
    return snntorch_export(seed, (linear(seed, 6, 8), cell), choices)


def snntorch_export(seed: int, layers: tuple[Any, ...], choices: dict[str, str]) -> Exported:
    from snntorch.export_nir import export_to_nir

    net, x = nn.Sequential(*layers), spikes(seed, 6)
    made = quiet(lambda: export_to_nir(net, torch.zeros(1, 6), ignore_dims=[0]))
    for layer in layers[1::2]:
        layer.reset_mem()
    return Exported(made, x, stepped(net, x, stateful=False), choices)


def spikingjelly_nodes(seed: int) -> Exported:
    """Dyadic weights, so that membranes meet the threshold exactly, where it fires."""
    activation = pytest.importorskip("spikingjelly.activation_based")
    from spikingjelly.activation_based.nir_exchange.to_nir import export_to_nir

    neuron = activation.neuron
    net = nn.Sequential(
        linear(seed, 6, 8), neuron.IFNode(), linear(seed + 1, 8, 4), neuron.LIFNode(tau=2.0)
    ).eval()
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.copy_((parameter * 4 + 0.4).round() / 4)
    x, made = spikes(seed, 6), quiet(lambda: export_to_nir(net, torch.zeros(1, 6), dt=1e-4))
    activation.functional.reset_net(net)
    return Exported(made, x, stepped(net, x, stateful=False), {})


def sinabs_from_model(seed: int) -> Exported:
    """A convolutional network converted by Sinabs with its defaults."""
    sl = pytest.importorskip("sinabs.layers")
    from sinabs.from_torch import from_model
    from sinabs.nir import to_nir

    torch.manual_seed(seed)
    ann = nn.Sequential(
        nn.Conv2d(2, 4, 3, padding=1),
        nn.ReLU(),
        sl.SumPool2d(2),
        nn.Flatten(),
        nn.Linear(36, 4, bias=False),
        nn.ReLU(),
    )
    with torch.no_grad():
        for parameter in ann.parameters():
            parameter.mul_(3)
    net = from_model(ann, input_shape=(2, 6, 6), num_timesteps=STEPS).spiking_model
    x = spikes(seed, 2, 6, 6)
    for layer in (net[1], net[5]):
        layer.reset_states()
    with torch.no_grad():
        outputs = net(torch.tensor(x, dtype=torch.float32)).numpy()
    return Exported(quiet(lambda: to_nir(net, torch.zeros(STEPS, 2, 6, 6))), x, outputs, {})


def sinabs_lif(seed: int) -> Exported:
    return sinabs_network(seed, {}, {}, size=3.0)


def sinabs_unscaled(seed: int) -> Exported:
    return sinabs_network(seed, {"norm_input": False}, {"membrane": "whole"}, size=0.5)


def sinabs_readout(seed: int) -> Exported:
    """LIF, and an ExpLeak whose membrane is read."""
    sl = pytest.importorskip("sinabs.layers")
    return sinabs_network(seed, {}, {}, size=3.0, last=sl.ExpLeak(tau_mem=5.0))


def sinabs_network(
    seed: int, how: dict[str, Any], choices: dict[str, str], size: float, last: Any = None
) -> Exported:
    sl = pytest.importorskip("sinabs.layers")
    from sinabs.nir import to_nir

    net = nn.Sequential(
        linear(seed, 6, 8, size),
        sl.LIF(tau_mem=10.0, **how),
        linear(seed + 1, 8, 4, size),
        last or sl.LIF(tau_mem=5.0, **how),
    )
    x = spikes(seed, 6)
    with torch.no_grad():
        outputs = net(torch.tensor(x, dtype=torch.float32)[None])[0].numpy()
    return Exported(quiet(lambda: to_nir(net, torch.zeros(1, STEPS, 6))), x, outputs, choices)


def rockpool_lif(seed: int) -> Exported:
    modules = pytest.importorskip("rockpool.nn.modules")
    return rockpool_network(
        seed, lambda size: modules.LIFTorch(size, tau_mem=0.02, tau_syn=0.01, dt=1e-3)
    )


def rockpool_neurons(seed: int) -> Exported:
    modules = pytest.importorskip("rockpool.nn.modules")
    return rockpool_network(seed, lambda size: modules.LIFNeuronTorch(size, tau_mem=0.02, dt=1e-3))


def rockpool_readout(seed: int) -> Exported:
    """LIFNeuronTorch, and an ExpSynTorch whose current is read."""
    modules = pytest.importorskip("rockpool.nn.modules")
    return rockpool_network(
        seed,
        lambda size: modules.LIFNeuronTorch(size, tau_mem=0.02, dt=1e-3),
        last=modules.ExpSynTorch(4, tau=0.005, dt=1e-3),
    )


def rockpool_network(seed: int, layer: Callable[[int], Any], last: Any = None) -> Exported:
    modules = pytest.importorskip("rockpool.nn.modules")
    from rockpool.nn.combinators import Sequential
    from rockpool.nn.modules.torch.nir import to_nir

    rng = np.random.default_rng(seed)

    def dense(given: int, out: int) -> Any:
        weight = torch.tensor(rng.normal(0.1, 0.3, (given, out)), dtype=torch.float32)
        return modules.LinearTorch((given, out), weight=weight, has_bias=False)

    net = Sequential(dense(6, 8), layer(8), dense(8, 4), last or layer(4))
    x = spikes(seed, 6)
    with torch.no_grad():
        outputs, _, _ = net(torch.tensor(x, dtype=torch.float32)[None])
    made = quiet(lambda: to_nir(net, torch.zeros(1, STEPS, 6)))
    return Exported(made, x, outputs[0].numpy(), {})


def slayer_blocks(seed: int) -> Exported:
    """lava-dl writes no NIR: the graph has the numbers that its blocks compute with."""
    found = slayer_outputs()
    own = {name.partition("/")[2]: x for name, x in found.items() if name.startswith(f"{seed}/")}
    nodes: dict[str, nir.NIRNode] = {"x": nir.Input(np.array([own["x"].shape[1]]))}
    for at in range(2):
        part = {n: own[f"{at}/{n}"] for n in ("weight", "bias", "threshold")}
        size = len(part["bias"])
        tau_syn, tau_mem = (1 / own[f"{at}/{n}_decay"] for n in ("current", "voltage"))  # steps
        nodes[f"w{at}"] = nir.Affine(part["weight"], part["bias"])
        nodes[f"n{at}"] = nir.CubaLIF(
            tau_syn=np.full(size, tau_syn * DT_S),
            tau_mem=np.full(size, tau_mem * DT_S),
            r=np.full(size, tau_mem),
            w_in=np.full(size, tau_syn),
            v_leak=np.zeros(size),
            v_threshold=np.full(size, float(part["threshold"])),
            v_reset=np.zeros(size),
        )
    nodes["y"] = nir.Output(np.array([own["y"].shape[1]]))
    made = nir.NIRGraph(nodes, list(pairwise(nodes)))
    return Exported(made, own["x"], own["y"], {})


@cache
def slayer_outputs() -> dict[str, np.ndarray]:
    """Of five seeds, from a process that has lava-dl; skipped where there is none.

    lava-dl asks for Python 3.10, and its SLAYER runs in later ones: it stands in a folder of its
    own, which that process alone sees.
    """
    script = Path(__file__).with_name("slayer_networks.py")
    with TemporaryDirectory() as folder:
        file = Path(folder) / "slayer.npz"
        python, path = _python_with_lava_dl()
        command = [str(python), str(script), str(file), "5", str(STEPS)]
        environment = {**os.environ, "PYTHONPATH": path, "PYTHONNOUSERSITE": "1"}
        subprocess.run(command, check=True, capture_output=True, timeout=300, env=environment)
        with np.load(file) as held:
            return dict(held)


def _python_with_lava_dl() -> tuple[Path, str]:
    """An interpreter, and what it must be given to find lava-dl."""
    beside = Path(sys.prefix) / "lava-dl"
    if beside.is_dir():
        return Path(sys.executable), str(beside)
    if ("ready", "yes") in lava_dl_environment.describe():
        return lava_dl_environment.ensure(), ""
    pytest.skip(
        "lava-dl is not there: `make test` brings it, as does `pip install --no-deps "
        f"--ignore-requires-python --target {beside} lava-dl=={LAVA_DL_VERSION}`"
    )


# By exporter: what is exported, in words.
NETWORKS: dict[str, dict[str, Callable[[int], Exported]]] = {
    "norse": {
        "LIFBoxCell": norse_boxes,
        "LIFCell": norse_cells,
        "IAFCell": norse_integrators,
    },
    "snntorch": {
        "Leaky": snntorch_default,
        "Leaky, reset_mechanism='zero'": snntorch_zero,
        "Leaky, reset_mechanism='none'": snntorch_none,
        "Synaptic, 'zero', reset_delay=False": snntorch_synaptic,
        "RLeaky": snntorch_recurrent,
        "RLeaky, 'zero', reset_delay=False": snntorch_recurrent_zero,
    },
    "sinabs": {
        "from_model, convolutional": sinabs_from_model,
        "LIF": sinabs_lif,
        "LIF, norm_input=False": sinabs_unscaled,
        "LIF, read by an ExpLeak": sinabs_readout,
    },
    "spikingjelly": {"IFNode and LIFNode": spikingjelly_nodes},
    "rockpool": {
        "LIFTorch": rockpool_lif,
        "LIFNeuronTorch": rockpool_neurons,
        "LIFNeuronTorch, read by an ExpSynTorch": rockpool_readout,
    },
    "lava-dl": {"block.cuba.Dense, norm": slayer_blocks},
}


def read_outputs(made: Exported, exporter: str, choices: dict[str, str]) -> np.ndarray:
    """What our float reading of the file gives, (steps, neurons)."""
    reading = choose_reading(flatten(made.graph), exporter, choices, None)
    program = to_program(made.graph, STEPS, reading.dt_s, semantics=reading.semantics)
    program = Fold().run(program)  # where the choice of the bias takes effect
    inputs = drop_batch_axes(program, {program.inputs[0].name: made.inputs[None]})
    (outputs,) = float_simulator.run(program, inputs)[1].values()
    return outputs[0].reshape(STEPS, -1)


def differing_values(found: np.ndarray, made: Exported) -> np.ndarray:
    """Which values are not the framework's; spikes are whole, membranes floats of 32 bits there."""
    return ~np.isclose(found, made.outputs, rtol=1e-4, atol=1e-5)
