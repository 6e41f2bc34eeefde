"""SASRec (Kang and McAuley 2018): causal self-attention."""

from ssr_neuro.costs.models.elementwise import (
    elementwise_component,
    function,
    layer_norm,
    linear,
    relu,
    softmax,
)
from ssr_neuro.costs.models.forward import count_forward
from ssr_neuro.costs.models.ops import Component, Cost, Ops
from ssr_neuro.settings.models.sasrec import SasRecConfig

MASKED = "Attention weighs all N x N pairs of a block and masks those of later items."
CAUSAL = "Attention weighs the N (N + 1) / 2 pairs of a block that the mask leaves."
CACHED = (
    "A lower bound: positions count from the last item, so a new one changes every cached key "
    "and value. It is exact for a variant that counts positions from the first."
)


def full(config: SasRecConfig) -> Cost:
    """A window as the program does: every pair of positions, those the mask drops included."""
    n = config.positions
    # Scores and weights of the pairs that the mask drops, each written and read.
    dropped = 4 * config.heads * (n * (n - 1) // 2) * (config.blocks - 1)
    return count_forward(
        "sasrec", config, activations=causal(config).activations + dropped, notes=(MASKED,)
    )


def causal(config: SasRecConfig) -> Cost:
    """The same without the pairs that the mask drops."""
    n, blocks = config.positions, config.blocks
    return _cost(config, "causal", n, n * (n + 1) // 2 * (blocks - 1) + n, (CAUSAL,))


def cached(config: SasRecConfig) -> Cost:
    """One item more with the keys and values of the N - 1 before it kept."""
    notes = (CACHED,) if config.positions_from == "last" else ()
    return _cost(config, "cached", 1, config.positions * config.blocks, notes)


def _cost(config: SasRecConfig, form: str, rows: int, pairs: int, notes: tuple[str, ...]) -> Cost:
    """rows: positions that enter. pairs: of positions, over all blocks."""
    d, blocks, heads = config.features, config.blocks, config.heads
    wide = config.ffn_ratio * d
    out = rows * (blocks - 1) + 1  # positions that leave, over all blocks
    kept = 2 * d * blocks * config.positions if form == "cached" else 0
    before = config.norm == "before"
    activation = relu(out * wide) if config.activation == "relu" else function("gelu", out * wide)
    parts = (
        *_entrance(config, rows),
        elementwise_component(
            "attention norm",
            layer_norm(rows * blocks if before else out, d),
            "N D L" if before else "D M",
        ),
        linear("queries", out, d, d, "D^2 M"),
        linear("keys and values", rows * blocks, d, 2 * d, "2 N D^2 L"),
        _attention(config, out, rows, pairs),
        elementwise_component(
            "softmax",
            softmax(heads * out, heads * pairs) + Ops(multiplications=heads * pairs),
            "heads pairs, with the scale",
        ),
        linear("mix of heads", out, d, d, "D^2 M"),
        elementwise_component("skips", Ops(additions=2 * out * d), "2 D M"),
        elementwise_component("network norm", layer_norm(out, d), "D M"),
        linear("feed-forward hidden layer", out, d, wide, "r D^2 M"),
        linear("feed-forward output layer", out, wide, d, "r D^2 M"),
        elementwise_component("feed-forward activations", activation, "r D M"),
        *([elementwise_component("output norm", layer_norm(1, d), "D")] if before else []),
        linear("item scoring", 1, d, config.items + 1, "D (V + 1)"),
    )
    block = 4 * d * d + 3 * d + 2 * wide * d + wide + d + 4 * d
    places = d * (1 if form == "cached" else config.positions)
    return Cost(
        "sasrec",
        form,
        parts,
        weights=blocks * block + places + 2 * d,
        state=kept,
        lookup=rows * d,
        scoring=(config.items + 1) * d,
        notes=notes,
    )


def _entrance(config: SasRecConfig, rows: int) -> tuple[Component, ...]:
    """Places and the scale of the embeddings, or their norm where the norm stands after a sum."""
    d = config.features
    if config.norm == "before":
        scaled = Ops(additions=rows * d, multiplications=rows * d)
        return (elementwise_component("scale and places", scaled, "N D"),)
    return (
        elementwise_component("places", Ops(additions=rows * d), "N D"),
        elementwise_component("embedding norm", layer_norm(rows, d), "N D"),
    )


def _attention(config: SasRecConfig, out: int, rows: int, pairs: int) -> Component:
    """Q K^T and the weighted sum of V: D multiply-adds each for a pair, over all heads."""
    d, heads = config.features, config.heads
    # A cache is counted as state; of the keys and values of a window each number is read once.
    read = 2 * rows * config.blocks * d if rows > 1 else 0
    moved = 2 * out * d + read + 4 * heads * pairs
    return Component("attention", Ops(macs=2 * pairs * d), "2 D pairs", moved=moved)
