"""SSR from PyTorch to a NIR graph, in two layouts.

compact: a population is (positions, features). Mixing over positions is a Conv1d of kernel 1
(channels are positions), behind a Scale where every feature has gains of its own, mixing over
features an Affine with one equal slice per position. The
fixed Fourier matrices stand as they are, [W_R; W_I] / sqrt(N) or its rows of a half spectrum, each
followed by its normalisation.
flat: every population is one vector, every map one 2-D Affine with the normalisation inside; any
framework that reads Affine and LIF can import it.

NIR neurons fire at v > v_threshold, SpikingJelly's at v >= v_threshold: the exported threshold is
the next smaller number of the layout's precision, which makes the two the same in that precision.
Compact graphs are float64 and equal the model; flat ones are float32, the precision of those who
import them, and equal the model rounded to it (`converters.program_to_ssr.rounded_twin`).
"""

from itertools import pairwise
from typing import Any, Literal

import nir
import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from converters.nir.nodes import DT_S
from ssr_neuro.model.parts.wiring import wiring

Floats = npt.NDArray[np.floating[Any]]
Layout = Literal["compact", "flat"]
SKIP = "encoder_skip"


def to_nir(model: Any, layout: Layout = "compact", *, sparse: bool = False) -> nir.NIRGraph:
    """Export a trained `ssr_neuro.model.ssr.SSR` in eval mode.

    sparse: the matrices of a flat graph as scipy CSR, which `converters.nir.write_graph` writes
    and NIR's own writer does not.

    One input of shape (N + N/T, D): N rows of item codes and, below them, the N/T rows of the
    step's block (design of the serial encoder). One output: the readout of position N-1 per step.
    """
    writer = _Compact(model) if layout == "compact" else _Flat(model, sparse)
    nodes: dict[str, nir.NIRNode] = {}
    edges: list[tuple[str, str]] = []
    if model.config.encoder_skip:
        nodes[SKIP] = writer.codes()
        edges.append(("input", SKIP))
    for name, sources in wiring(model.config):
        chain = writer.readout() if name == "readout" else writer.layer(name)
        nodes |= chain
        first = next(iter(chain))
        beside = sources != ["input"]  # of what skips the encoder, the codes of all positions
        edges += [(SKIP if beside and s == "input" else s, first) for s in sources]
        edges += pairwise(chain)
    if model.config.readout_skip:
        chain = writer.readout_skip(model.readout_skip.gains.detach().double().numpy())
        nodes |= chain
        edges += pairwise(["input", *chain, "output"])
    shape = writer.shape(model.config.positions * (model.config.steps + 1) // model.config.steps)
    nodes["input"] = nir.Input(input_type={"input": np.array(shape)})
    nodes["output"] = nir.Output(output_type=nodes["readout"].output_type)
    edges.append(("readout", "output"))
    metadata = {"dt": DT_S, "steps": model.config.steps, "layout": layout}
    return nir.NIRGraph(nodes=nodes, edges=edges, metadata=metadata)


def flat_bytes(model: Any) -> int:
    """Bytes of the matrices of a flat graph, which grow with (positions x features) squared."""
    positions, features = model.config.positions, model.config.features
    numbers = positions * features * features  # the readout
    if model.config.encoder_skip:
        numbers += _codes(model.config).size * features**2
    if model.config.readout_skip:
        numbers += _codes(model.config).shape[1] * features**2
    for layer in model.layers().values():
        copies = positions if layer.axis == "features" else features
        numbers += layer.weight.numel() * copies**2
    return int(numbers * np.dtype(np.float32).itemsize)


class _Compact:
    """Nodes of shape (positions, features)."""

    def __init__(self, model: Any) -> None:
        self.model, self.layers = model, model.layers()
        self.positions, self.features = model.config.positions, model.config.features

    def shape(self, positions: int) -> tuple[int, ...]:
        return (positions, self.features)

    def codes(self) -> nir.NIRNode:
        """The codes of all positions among the input."""
        return self._over_positions(_codes(self.model.config), np.zeros(self.positions))

    def layer(self, name: str) -> dict[str, nir.NIRNode]:
        layer = self.layers[name]
        weight, bias = (x.numpy() for x in layer.fold_norm())
        if layer.axis == "features":
            linear = {f"{name}_mix": self._over_features(weight, bias)}
            return linear | {
                name: _lif(self.model.config, (self.positions, len(weight)), np.float64)
            }
        lif = {name: _lif(self.model.config, (len(weight), self.features), np.float64)}
        if not name.endswith("dft"):
            chain = {f"{name}_mix": self._over_positions(weight, bias)} | lif
            if layer.gains is None:
                return chain
            return {f"{name}_gains": nir.Scale(layer.gains.detach().double().numpy())} | chain
        fixed = layer.weight.detach().double().numpy()
        gain = _row_gain(weight, fixed)
        return {
            f"{name}_fourier": self._over_positions(fixed, np.zeros(len(fixed))),
            f"{name}_norm": self._over_positions(np.diag(gain), bias),
        } | lif

    def readout(self) -> dict[str, nir.NIRNode]:
        """Reads the last position only, then the linear map of the prediction layer."""
        last = np.eye(self.positions)[-1:]
        weight, bias = _readout(self.model)
        return {
            "readout_last": self._over_positions(last, np.zeros(1)),
            "readout": nir.Affine(weight[None], bias[None]),
        }

    def readout_skip(self, gains: Floats) -> dict[str, nir.NIRNode]:
        """Of every position's codes a sum for each feature, weighed by gains (N, D)."""
        return {
            "readout_skip_codes": self.codes(),
            "readout_skip_gains": nir.Scale(gains),
            "readout_skip": self._over_positions(np.ones((1, self.positions)), np.zeros(1)),
        }

    def _over_positions(self, weight: Floats, bias: Floats) -> nir.Conv1d:
        return nir.Conv1d(self.features, weight[:, :, None], 1, 0, 1, 1, bias)

    def _over_features(self, weight: Floats, bias: Floats) -> nir.Affine:
        rows = self.positions
        return nir.Affine(*(np.broadcast_to(x, (rows, *x.shape)) for x in (weight, bias)))


class _Flat:
    """Nodes of one dimension: position-major vectors and plain matrices, in float32."""

    def __init__(self, model: Any, sparse: bool) -> None:
        self.model, self.layers, self.sparse = model, model.layers(), sparse
        self.positions, self.features = model.config.positions, model.config.features

    def shape(self, positions: int) -> tuple[int, ...]:
        return (positions * self.features,)

    def codes(self) -> nir.NIRNode:
        return nir.Linear(self._over_positions(_codes(self.model.config)))

    def layer(self, name: str) -> dict[str, nir.NIRNode]:
        layer = self.layers[name]
        weight, bias = (x.numpy() for x in layer.fold())
        if layer.axis == "features":
            matrix = self._kron(np.eye(self.positions), weight)
            full = np.tile(bias, self.positions)
        else:
            matrix, full = self._over_positions(weight), np.repeat(bias, self.features)
        affine = nir.Affine(matrix, full.astype(np.float32))
        return {f"{name}_mix": affine, name: _lif(self.model.config, (len(full),), np.float32)}

    def readout(self) -> dict[str, nir.NIRNode]:
        weight, bias = _readout(self.model)
        matrix = self._kron(np.eye(self.positions)[-1:], weight)
        return {"readout": nir.Affine(matrix, bias.astype(np.float32))}

    def readout_skip(self, gains: Floats) -> dict[str, nir.NIRNode]:
        matrix = self._over_positions(gains.T[:, None] @ _codes(self.model.config))
        return {"readout_skip": nir.Linear(matrix)}

    def _over_positions(self, weight: Floats) -> Any:
        """weight: (out, in), or one for each feature, (F, out, in)."""
        if weight.ndim == 2:
            return self._kron(weight, np.eye(self.features))
        features, rows, columns = weight.shape
        feature, row, column = weight.nonzero()
        at = (row * features + feature, column * features + feature)
        shape = (rows * features, columns * features)
        return self._stored(sp.coo_array((weight[feature, row, column], at), shape))

    def _kron(self, left: Floats, right: Floats) -> Any:
        return self._stored(sp.kron(sp.coo_array(left), sp.coo_array(right)))

    def _stored(self, matrix: Any) -> Any:
        """In float32, dense unless CSR was asked for."""
        rows = matrix.astype(np.float32).tocsr()
        return rows if self.sparse else rows.toarray()


def _codes(config: Any) -> Floats:
    """(N, N + N/T): the first N rows of the input, without the step's block below them."""
    return np.eye(config.positions, config.positions * (config.steps + 1) // config.steps)


def _lif(config: Any, shape: tuple[int, ...], precision: type[np.floating[Any]]) -> nir.LIF:
    """tau [s] = tau_steps * dt; r = 1, since SSR's input decays with the membrane."""
    values = (config.tau_steps * DT_S, 1, 0, threshold_below(config.threshold, precision), 0)
    return nir.LIF(*(np.full(shape, value, precision) for value in values))


def threshold_below(threshold: float, precision: type[np.floating[Any]]) -> float:
    """The largest number of a precision below the threshold: v > it is v >= threshold there."""
    return float(np.nextafter(precision(threshold), precision(-np.inf)))


def _readout(model: Any) -> tuple[Floats, Floats]:
    linear = model.readout
    return linear.weight.detach().double().numpy(), linear.bias.detach().double().numpy()


def _row_gain(scaled: Floats, fixed: Floats) -> Floats:
    """gain with scaled = gain[:, None] * fixed; a row of zeros (W_I at k = 0) gets 1."""
    largest = np.abs(fixed).argmax(axis=1)
    rows = np.arange(len(fixed))
    pivot = fixed[rows, largest]
    return np.where(pivot == 0, 1.0, scaled[rows, largest] / np.where(pivot == 0, 1.0, pivot))
