"""SSR-ANN: the counts that reports give (`energy.baselines`), and those of its program."""

from ssr_neuro.costs.models.ann_shape import AnnShape, OpRow, ssr_ann, ssr_ann_values
from ssr_neuro.costs.models.elementwise import each, relu
from ssr_neuro.costs.models.ops import Cost, Ops, Part
from ssr_neuro.settings.settings import SsrAnnConfig, SsrConfig

DENSE = (
    "The Fourier transforms are dense products, as SSR's are. Norms, ReLU and skips are left out."
)
FFT = "A real FFT and its inverse at their nominal count; the last network at position N - 1 alone."


def shape_of(config: SsrAnnConfig | SsrConfig) -> AnnShape:
    """The twin of that shape."""
    return AnnShape(
        config.positions, config.features, config.blocks, config.ffn_ratio, config.items
    )


def dense(config: SsrAnnConfig | SsrConfig) -> Cost:
    """The paper's counting, at all positions of all blocks: what reports set beside SSR."""
    shape = shape_of(config)
    return _cost("dense", shape, tuple(map(_part, ssr_ann(shape))), (DENSE,))


def full(config: SsrAnnConfig | SsrConfig) -> Cost:
    """As the program does, with an FFT."""
    shape = shape_of(config)
    n, d, blocks, r = shape.positions, shape.features, shape.blocks, shape.ffn_ratio
    whole = {row.component: row for row in ssr_ann(shape, fft=True)}
    last = {row.component: row for row in ssr_ann(shape, fft=True, last_position_only=True)}
    filtered = whole["filter"]
    products = Ops(multiplications=filtered.macs, additions=filtered.macs // 2)
    rows, numbers = (n * (blocks - 1) + 1) if blocks else 0, n * d * blocks
    outs = rows * (r + 1) * d
    parts = (
        _part(whole["DFT"]),
        Part("filter", products, filtered.formula.replace("4", "complex products,", 1)),
        _part(whole["inverse DFT"]),
        each("filter norm, ReLU, skip", Ops(macs=numbers, additions=numbers) + relu(numbers),
             "N D L"),
        _part(last["feed-forward"]),
        each("network norms, ReLU, skip", Ops(macs=outs, additions=rows * d) + relu(outs),
             "(r + 1) D M"),
        _part(last["readout"]),
        _part(last["item scoring"]),
        Part("score of the pad", Ops(macs=d), "D"),
    )  # fmt: skip
    return _cost("full", shape, parts, (FFT,))


def _part(row: OpRow) -> Part:
    return Part(row.component, Ops(row.macs, row.additions), row.formula)


def _cost(form: str, shape: AnnShape, parts: tuple[Part, ...], notes: tuple[str, ...]) -> Cost:
    """Numbers moved are those of the dense form (`ssr_ann_values`); an FFT has no matrices."""
    values, matrices = ssr_ann_values(shape), 4 * shape.positions**2
    moved = Part("layer inputs and outputs", Ops(), "(13 + 2 r) N D L + 2 D",
                 moved=values.activations)  # fmt: skip
    return Cost(
        "ssr-ann",
        form,
        (*parts, moved),
        weights=values.weights - (matrices if form == "full" else 0),
        state=0,
        lookup=shape.positions * shape.features,
        scoring=values.table,
        notes=notes,
    )
