"""Operations of SSR-ANN, the twin with ReLU and a standard DFT (SSR paper, "Energy Cost").

Convention: one MAC is one real multiplication and addition. A product of two complex numbers is 4
real MACs, of a complex and a real one 2. Biases, ReLU and skip additions of the ANN are left out,
in its favour. One pass per inference: an ANN has no time steps.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

from ssr_neuro.costs.models.forward import count_forward
from ssr_neuro.costs.models.ops import Component, Cost, Ops
from ssr_neuro.errors import BadInput
from ssr_neuro.settings.models.ssr import SsrConfig
from ssr_neuro.settings.models.ssr_ann import SsrAnnConfig

DENSE = (
    "The Fourier transforms are dense products, as SSR's are. Norms, ReLU and skips are left out."
)
AT_8_BITS = "Its numbers of few bits are charged at 8 bits here; the bound charges those they have."
FFT = "A real FFT and its inverse at their nominal count; the last network at position N - 1 alone."


@dataclass(frozen=True)
class AnnShape:
    """Size of an SSR-ANN: the same positions, features, blocks and items as its SSR."""

    positions: int
    features: int
    blocks: int
    ffn_ratio: int
    items: int

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            least = 0 if name == "blocks" else 1
            if value < least:
                raise BadInput(f"SSR-ANN needs {name} >= {least}, given {value}")


@dataclass(frozen=True)
class OpRow:
    """Operations of one component per inference: MACs, and additions beyond those in the MACs."""

    component: str
    macs: int
    additions: int
    formula: str


@dataclass(frozen=True)
class AnnValues:
    """Numbers an SSR-ANN moves per inference if each is moved once.

    weights: all parameters and DFT constants. activations: reads and writes of layer outputs.
    table: the item table, one row of features and one bias per item.
    """

    weights: int
    activations: int
    table: int


def ssr_ann(shape: AnnShape, *, last_position_only: bool = False) -> tuple[OpRow, ...]:
    """Operations per inference, component by component.

    N positions, D features, L blocks, r = ffn_ratio, V items; scores of the last position only.

    last_position_only: the last block computes only the position that is read, as SSR does after
    the pass `drop_unread`; without that pass SSR's counts hold all positions of its last block.
    """
    n, d, blocks = shape.positions, shape.features, shape.blocks
    rows = n * (blocks - 1) + 1 if last_position_only else n * blocks
    read = "D^2 (N(L-1)+1)" if last_position_only else "N D^2 L"
    return (
        *_dft(shape, last_position_only),
        OpRow("feed-forward", 2 * shape.ffn_ratio * d * d * rows, 0, f"2 r {read}"),
        OpRow("readout", d * d, 0, "D^2"),
        OpRow("item scoring", d * shape.items, 0, "D V"),
    )


def ssr_ann_values(shape: AnnShape) -> AnnValues:
    """Numbers moved once each: a lower bound, as if everything in use stayed on the spot.

    Per block: the filter (2 N D), the feed-forward weights and biases, and reading and writing
    (13 + 2 r) N D activations; once: two DFT matrices (4 N^2) and the readout.
    """
    n, d, r = shape.positions, shape.features, shape.ffn_ratio
    per_block = 2 * n * d + 2 * r * d * d + (r + 1) * d
    return AnnValues(
        weights=shape.blocks * per_block + 4 * n * n + d * d + d,
        activations=shape.blocks * (13 + 2 * r) * n * d + 2 * d,
        table=shape.items * (d + 1),
    )


def _dft(shape: AnnShape, last_position_only: bool) -> tuple[OpRow, ...]:
    n, d, blocks = shape.positions, shape.features, shape.blocks
    rows = n * (blocks - 1) + 1 if last_position_only else n * blocks
    inverse = "4 N D (N(L-1)+1)" if last_position_only else "4 N^2 D L"
    return (
        OpRow("DFT", 2 * n * n * d * blocks, 0, "2 N^2 D L"),
        OpRow("filter", 4 * n * d * blocks, 0, "4 N D L"),
        OpRow("inverse DFT", 4 * n * d * rows, 0, inverse),
    )


def shape_of(config: SsrAnnConfig | SsrConfig) -> AnnShape:
    """The twin of that shape."""
    return AnnShape(
        config.positions, config.features, config.blocks, config.ffn_ratio, config.items
    )


@cache
def device_twin(shape: AnnShape) -> Cost:
    """SSR-ANN as a device would run it: with an FFT, and of the last block only what is read."""
    return full(SsrAnnConfig(**vars(shape)))


def device_rows(shape: AnnShape) -> tuple[OpRow, ...]:
    """Products of that form; a multiplication whose result is added elsewhere counts as a MAC."""
    parts = (part for part in device_twin(shape).parts if part.product and part.ops != Ops())
    return tuple(
        OpRow(p.name, p.ops.macs + p.ops.multiplications, p.ops.additions, p.formula) for p in parts
    )


def ann_variants(shape: AnnShape) -> Mapping[str, Cost]:
    """Ways to compute SSR-ANN, that of a device first."""
    return {
        "as a device runs it: FFT, last network at the read position": device_twin(shape),
        "dense DFT, last block at the read position only": _dense(shape, last_position_only=True),
        "as in the paper: dense DFT, all positions": _dense(shape),
    }


def full(config: SsrAnnConfig) -> Cost:
    """As the program does, with an FFT; the last network at position N - 1 alone.

    Of a network of few bits the products of its size, which int8 charges at 8.
    """
    notes = (FFT, AT_8_BITS) if config.activation_bits else (FFT,)
    return count_forward("ssr-ann", replace(config, activation_bits=0), notes=notes)


def dense(config: SsrAnnConfig | SsrConfig) -> Cost:
    """The paper's counting, at all positions of all blocks."""
    return _dense(shape_of(config))


def _dense(shape: AnnShape, *, last_position_only: bool = False) -> Cost:
    values = ssr_ann_values(shape)
    rows = ssr_ann(shape, last_position_only=last_position_only)
    moved = Component(
        "layer inputs and outputs", Ops(), "(13 + 2 r) N D L + 2 D", moved=values.activations
    )
    parts = (Component(r.component, Ops(r.macs, r.additions), r.formula) for r in rows)
    return Cost(
        "ssr-ann",
        "dense",
        (*parts, moved),
        weights=values.weights,
        state=0,
        lookup=shape.positions * shape.features,
        scoring=values.table,
        notes=(DENSE,),
    )
