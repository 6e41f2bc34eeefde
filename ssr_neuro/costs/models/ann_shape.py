"""Operations of SSR-ANN, the twin with ReLU and a standard DFT (SSR paper, "Energy Cost").

Convention: one MAC is one real multiplication and addition. A product of two complex numbers is 4
real MACs, of a complex and a real one 2. Biases, ReLU and skip additions of the ANN are left out,
in its favour. One pass per inference: an ANN has no time steps.
"""

from dataclasses import dataclass
from math import ceil, log2

from ssr_neuro.errors import BadInput


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


def ssr_ann(
    shape: AnnShape, *, fft: bool = False, last_position_only: bool = False
) -> tuple[OpRow, ...]:
    """Operations per inference, component by component.

    N positions, D features, L blocks, r = ffn_ratio, V items; scores of the last position only.

    fft: a real FFT and its inverse for the dense DFT. A radix-2 FFT of N complex points has
    N/2 log2 N butterflies of 4 MACs and 2 additions, the usual 5 N log2 N flops (Cooley and
    Tukey 1965; benchFFT convention); real data halves that and leaves N/2 + 1 bins to filter. Where
    N is no power of two this is a nominal figure, rounded up.

    last_position_only: the last block computes only the position that is read. SSR's own counts
    hold all positions of its last block: no pass drops unread neurons yet.
    """
    n, d, blocks = shape.positions, shape.features, shape.blocks
    transforms = _fft(shape, last_position_only) if fft else _dft(shape, last_position_only)
    rows = n * (blocks - 1) + 1 if last_position_only else n * blocks
    read = "D^2 (N(L-1)+1)" if last_position_only else "N D^2 L"
    return (
        *transforms,
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


def _fft(shape: AnnShape, last_position_only: bool) -> tuple[OpRow, ...]:
    n, d, blocks = shape.positions, shape.features, shape.blocks
    macs, additions, bins = ceil(n * log2(n)), ceil(n * log2(n) / 2), n // 2 + 1
    inverses = blocks - 1 if last_position_only else blocks
    single = 2 * bins * d if last_position_only else 0
    times = "(L-1) + 2 (N/2+1) D" if last_position_only else "L"
    return (
        OpRow("DFT", macs * d * blocks, additions * d * blocks, "N log2(N) D L (real FFT)"),
        OpRow("filter", 4 * bins * d * blocks, 0, "4 (N/2+1) D L"),
        OpRow(
            "inverse DFT",
            macs * d * inverses + single,
            additions * d * inverses,
            f"N log2(N) D {times} (real FFT)",
        ),
    )
