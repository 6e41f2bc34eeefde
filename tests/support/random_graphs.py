"""Random NIR graphs over all primitives, for tests of every stage of the compiler."""

from dataclasses import dataclass, field

import nir
import numpy as np

DT_S = 1e-4
TAUS = (1.0, 2.0, 4.0, 4 / 3, 3.0, 7.5)  # steps; the first four are exact on the chip


@dataclass
class Drawing:
    """A graph in the making. `spiking`: nodes that send spikes, with their shapes."""

    rng: np.random.Generator
    nodes: dict[str, nir.ir.NIRNode] = field(default_factory=dict)
    edges: list[tuple[str, str]] = field(default_factory=list)
    spiking: dict[str, tuple[int, ...]] = field(default_factory=dict)

    def add(self, kind: str, node: nir.ir.NIRNode, *before: str) -> str:
        name = f"{kind}{len(self.nodes)}"
        self.nodes[name] = node
        self.edges += [(source, name) for source in before]
        return name

    def one(self, *options: object) -> object:
        return options[self.rng.integers(len(options))]


def random_graph(seed: int) -> tuple[nir.NIRGraph, int]:
    """A graph and the steps of a sample. Small: at most some 60 neurons a population."""
    d = Drawing(np.random.default_rng(seed))
    shape = d.one((3,), (5,), (2, 3), (1, 5, 5), (2, 4, 4))
    d.nodes["input"] = nir.Input(np.array(shape))
    d.spiking["input"] = shape
    for _ in range(d.rng.integers(1, 5)):
        add_layer(d)
    add_output(d)
    # The type check of nir 1.0.8 takes kernels for square and ignores groups.
    return nir.NIRGraph(d.nodes, d.edges, type_check=False), int(d.rng.integers(2, 7))


def add_layer(d: Drawing) -> None:
    """A chain of linear nodes from one or two spiking nodes of one shape, then a population."""
    names = list(d.spiking)
    first = names[-1] if d.rng.random() < 0.7 else d.one(*names)
    shape = d.spiking[first]
    alike = [n for n in names if d.spiking[n] == shape and n != first]
    sources = [first, d.one(*alike)] if alike and d.rng.random() < 0.5 else [first]
    if d.rng.random() < 0.25:
        steps = d.rng.integers(0, 3, shape).astype(float)
        late = d.add("delay", nir.Delay(steps * DT_S), *sources)
        sources = [late]
    last, shape = add_linear(d, sources, shape)
    if d.rng.random() < 0.2:
        scale = nir.Scale(d.rng.choice([-1.0, 0.5, 2.0], shape))
        last = d.add("scale", scale, last)
    if d.rng.random() < 0.25:
        name = add_nested(d, last, shape)
    else:
        name = d.add("neuron", neuron(d, shape), last)
        if len(shape) == 1 and d.rng.random() < 0.3:
            loop = d.add("back", nir.Linear(d.rng.normal(0, 1, shape * 2)), name)
            d.edges.append((loop, name))
    d.spiking[name] = shape


def add_linear(d: Drawing, sources: list[str], shape: tuple[int, ...]) -> tuple[str, tuple]:
    """One or two linear nodes that take `shape` -> (name of the last, its shape)."""
    if len(shape) == 3:
        return add_spatial(d, sources, shape)
    out = int(d.rng.integers(1, 6))
    if len(shape) == 2:
        weight = d.rng.normal(0, 1, (shape[0], out, shape[1]))
        if d.rng.random() < 0.4:
            kernel = int(d.rng.integers(1, min(4, shape[1] + 1)))
            node = nir.Conv1d(
                shape[1], d.rng.normal(0, 1, (out, shape[0], kernel)), 1, 0, 1, 1, bias(d, out)
            )
            return d.add("conv", node, *sources), (out, shape[1] - kernel + 1)
        if d.rng.random() < 0.5:
            weight[:] = weight[0]
        return d.add("linear", nir.Linear(weight), *sources), (shape[0], out)
    weight = d.rng.normal(0, 1, (out, *shape))
    if d.rng.random() < 0.5:
        return d.add("affine", nir.Affine(weight, bias(d, out)), *sources), (out,)
    return d.add("linear", nir.Linear(weight), *sources), (out,)


def add_spatial(d: Drawing, sources: list[str], shape: tuple[int, ...]) -> tuple[str, tuple]:
    channels, height, width = shape
    kind = d.one("conv", "conv", "sum", "average", "flatten")
    if kind == "flatten":
        flat = d.add("flatten", nir.Flatten({"input": np.array(shape)}, 0, -1), *sources)
        return add_linear(d, [flat], (int(np.prod(shape)),))
    if kind == "conv" or min(height, width) < 2:
        return add_conv(d, sources, shape)
    pool = {"sum": nir.SumPool2d, "average": nir.AvgPool2d}[kind]
    pad = int(d.rng.integers(0, 2))
    node = pool(np.array([2, 2]), np.array([2, 1]), np.array([pad, 0]))
    return d.add("pool", node, *sources), (channels, (height + 2 * pad - 2) // 2 + 1, width - 1)


def add_conv(d: Drawing, sources: list[str], shape: tuple[int, ...]) -> tuple[str, tuple]:
    channels, height, width = shape
    groups = channels if d.rng.random() < 0.3 else 1
    out = groups * int(d.rng.integers(1, 3))
    kernel = (int(d.rng.integers(1, min(3, height) + 1)), int(d.rng.integers(1, min(3, width) + 1)))
    stride, pad = (int(d.rng.integers(1, 3)), 1), (int(d.rng.integers(0, 2)), 0)
    weight = d.rng.normal(0, 1, (out, channels // groups, *kernel))
    node = nir.Conv2d((height, width), weight, stride, pad, (1, 1), groups, bias(d, out))
    rows = (height + 2 * pad[0] - kernel[0]) // stride[0] + 1
    return d.add("conv", node, *sources), (out, rows, width - kernel[1] + 1)


def add_nested(d: Drawing, before: str, shape: tuple[int, ...]) -> str:
    """A population in a graph of its own; with a loop where it is a vector."""
    nodes = {
        "input": nir.Input(np.array(shape)),
        "cell": neuron(d, shape),
        "output": nir.Output(np.array(shape)),
    }
    edges = [("input", "cell"), ("cell", "output")]
    if len(shape) == 1:
        nodes["w"] = nir.Linear(d.rng.normal(0, 1, shape * 2))
        edges += [("cell", "w"), ("w", "cell")]
    return d.add("nested", nir.NIRGraph(nodes, edges, type_check=False), before)


def neuron(d: Drawing, shape: tuple[int, ...]) -> nir.ir.NIRNode:
    """Any spiking primitive; parameters equal or different from neuron to neuron."""

    def values(*options: float) -> np.ndarray:
        if d.rng.random() < 0.7:
            return np.full(shape, d.one(*options))
        return d.rng.choice(options, shape)

    r, leak, threshold = values(0.5, 1.0, 2.0), values(0.0, 0.0, 0.1), values(0.25, 0.5, 1.0)
    tau, tau_syn = values(*TAUS) * DT_S, values(*TAUS) * DT_S
    gain = values(*TAUS)
    return d.one(
        nir.LIF(tau, r, leak, threshold),
        nir.IF(r / DT_S, threshold),
        nir.CubaLIF(tau_syn, tau, r, leak, threshold, w_in=gain),
        nir.Threshold(threshold),
    )


def add_output(d: Drawing) -> None:
    """Spikes as they are, a weighted sum, or a leaky integrator of either kind or none."""
    name, shape = list(d.spiking.items())[-1]
    kind = d.one("spikes", "linear", "li", "cubali", "i")
    if kind != "spikes":
        flat = d.add("flatten", nir.Flatten({"input": np.array(shape)}, 0, -1), name)
        shape = (2,)
        weight = d.rng.normal(0, 1, (2, int(np.prod(d.spiking[name]))))
        name = d.add("readout", nir.Affine(weight, bias(d, 2)), flat)
    one, tau = np.ones(shape), np.full(shape, 2 * DT_S)
    if kind == "li":
        name = d.add("li", nir.LI(tau, one, 0.1 * one), name)
    elif kind == "cubali":
        name = d.add("li", nir.CubaLI(2 * tau, tau, one, 0 * one), name)
    elif kind == "i":
        name = d.add("i", nir.I(one / DT_S), name)
    d.add("output", nir.Output(np.array(shape)), name)


def bias(d: Drawing, size: int) -> np.ndarray:
    return d.rng.normal(0, 0.2, size) * (d.rng.random() < 0.7)
