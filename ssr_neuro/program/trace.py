"""What a run leaves behind, and where two runs first differ."""

import json
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from ssr_neuro.errors import BadInput, check_type
from ssr_neuro.program.arrays import Bits, Ints
from ssr_neuro.program.ir import Readout
from ssr_neuro.program.linear_maps import Array

NodeKind = Literal["population", "readout"]


@dataclass(frozen=True, eq=False)
class Trace:
    """Spikes and readouts of one run, aligned with the inputs (pipeline delay removed).

    inputs and spikes: name -> uint8 (samples, steps, *shape). readouts: name -> int64 (samples,
    steps, *shape). membranes, where recorded: name -> int64, v before the reset, same shape as
    the spikes.
    """

    inputs: dict[str, Bits]
    spikes: dict[str, Bits]
    readouts: dict[str, Ints]
    membranes: dict[str, Ints] = field(default_factory=dict)

    def __repr__(self) -> str:
        return (
            f"<Trace: spikes of {', '.join(self.spikes) or 'none'}; readouts of "
            f"{', '.join(self.readouts) or 'none'}>"
        )

    @property
    def samples(self) -> int:
        return len(next(iter(self.inputs.values())))

    @property
    def stimulus_sha256(self) -> str:
        """Of the inputs: runs of one program with the same one are runs of the same samples."""
        digest = sha256()
        for name, spikes in sorted(self.inputs.items()):
            digest.update(json.dumps([name, spikes.shape]).encode())
            digest.update(np.ascontiguousarray(spikes, np.uint8).tobytes())
        return digest.hexdigest()

    def without_first(self, count: int) -> "Trace":
        """The same run without its first samples."""

        def rest(arrays: dict[str, Any]) -> dict[str, Any]:
            return {name: x[count:] for name, x in arrays.items()}

        parts = (self.inputs, self.spikes, self.readouts, self.membranes)
        return Trace(*(rest(part) for part in parts))


@dataclass(frozen=True)
class Difference:
    """The first place where two runs disagree; `neuron` indexes the node's shape."""

    node: str
    sample: int
    step: int
    neuron: tuple[int, ...]
    values: tuple[float, float]
    kind: NodeKind = "population"

    def describe(self, left: str, right: str) -> str:
        place = ", ".join(map(str, self.neuron))
        return (
            f"{self.kind} {self.node!r}, neuron ({place}), sample {self.sample}, "
            f"step {self.step + 1}: {left} has {self.values[0]}, {right} has {self.values[1]}"
        )


@dataclass(frozen=True)
class Comparison:
    """How many spikes and readout values two runs were compared on, and how many differ."""

    left: str
    right: str
    spikes_compared: int
    spikes_fired: int
    readouts_compared: int
    mismatches: int
    first: Difference | None

    @property
    def equal(self) -> bool:
        return self.mismatches == 0


def in_graph_units(readout: Readout[Any], trace: Trace) -> Array:
    """Integer readouts (S, T, *shape) as the numbers of the graph they came from, float64."""
    return trace.readouts[readout.name] * (1.0 if readout.unit is None else readout.unit)


def compare(left: Trace, right: Trace, names: tuple[str, str]) -> Comparison:
    """Compare every population, neuron, sample and step, in data-flow order.

    The first difference is the one in the earliest node, then sample, then step: errors spread
    downstream, so the earliest node is where to look. names: of the two. Raises BadInput where
    there are other nodes, or something else is given.
    """
    for trace in (left, right):
        check_type(trace, Trace, "is no run", "what Compiled.run or ssr_neuro.read_trace returns")
    if not isinstance(names, tuple | list) or len(names) != 2:
        raise BadInput(f"names are {names!r}; give two, one for each run")
    _same_nodes(left, right, names)
    mismatches, first = 0, None
    for kind, ours, theirs in _by_kind(left, right):
        for node, values in ours.items():
            differs = values != theirs[node]
            mismatches += int(differs.sum())
            if first is None and differs.any():
                first = replace(_locate(node, values, theirs[node], differs), kind=kind)
    return Comparison(
        *names,
        spikes_compared=sum(s.size for s in left.spikes.values()),
        spikes_fired=sum(int(s.sum()) for s in left.spikes.values()),
        readouts_compared=sum(r.size for r in left.readouts.values()),
        mismatches=mismatches,
        first=first,
    )


def _by_kind(
    left: Trace, right: Trace
) -> tuple[tuple[NodeKind, dict[str, Any], dict[str, Any]], ...]:
    return (
        ("population", left.spikes, right.spikes),
        ("readout", left.readouts, right.readouts),
    )


def _locate(
    node: str, left: Bits | Ints, right: Bits | Ints, differs: npt.NDArray[np.bool_]
) -> Difference:
    sample, step, *neuron = (int(i) for i in np.argwhere(differs)[0])
    at = (sample, step, *neuron)
    return Difference(node, sample, step, tuple(neuron), (int(left[at]), int(right[at])))


def _same_nodes(left: Trace, right: Trace, names: tuple[str, str]) -> None:
    mixed = {*left.spikes, *right.spikes} & {*left.readouts, *right.readouts}
    if mixed:
        raise BadInput(
            f"{names[0]} and {names[1]}: {sorted(mixed)} is of spikes in one and a readout in the "
            "other; spikes are uint8, readouts int64"
        )
    for _, a, b in _by_kind(left, right):
        if a.keys() != b.keys():
            raise BadInput(
                f"{names[0]} and {names[1]} recorded different nodes: only one of them has "
                f"{sorted(a.keys() ^ b.keys())}; run both on the same program"
            )
        for node in a:
            if a[node].shape != b[node].shape:
                raise BadInput(
                    f"node {node!r}: {names[0]} recorded {a[node].shape}, {names[1]} "
                    f"{b[node].shape}; run both on the same inputs"
                )
