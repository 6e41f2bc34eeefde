"""FMLP-Rec (Zhou et al. 2022): filters in the frequency domain, by matrices as in the program."""

from typing import TYPE_CHECKING

from ssr_neuro.costs.models.elementwise import each, function, layer_norm, linear, skip_and_norm
from ssr_neuro.costs.models.ops import Cost, Ops, Part

if TYPE_CHECKING:
    from ssr_neuro.model.fmlp_rec import FmlpRecConfig

MATRICES = "Transforms are products with constant matrices, as in the program, and no FFT."


def full(config: "FmlpRecConfig") -> Cost:
    """A window. F = N // 2 + 1 frequencies of a real window; each is a complex number."""
    n, d, blocks, wide = config.positions, config.features, config.blocks, _wide(config)
    bins, rows = config.positions // 2 + 1, config.positions * (config.blocks - 1) + 1
    complex_product = Ops(multiplications=4, additions=2)
    parts = (
        each("places and norm", Ops(additions=n * d) + layer_norm(n, d), "N D"),
        Part("transform", Ops(macs=2 * bins * n * d * blocks), "2 F N D L",
             moved=(n + 2 * bins) * d * blocks),
        Part("filter", complex_product * (bins * d * blocks), "F D L complex products",
             moved=4 * bins * d * blocks),
        Part("inverse transform", Ops(macs=2 * bins * n * d * blocks), "2 F N D L",
             moved=(n + 2 * bins) * d * blocks),
        each("mirrored frequencies", Ops(multiplications=2 * bins * d * blocks), "2 F D L"),
        each("real and imaginary part", Ops(additions=n * d * blocks), "N D L"),
        skip_and_norm("filter skip and norm", n * blocks, d),
        linear("feed-forward hidden layer", rows, d, wide, "r D^2 M"),
        linear("feed-forward output layer", rows, wide, d, "r D^2 M"),
        each("feed-forward activations", function("gelu", rows * wide), "r D M"),
        skip_and_norm("feed-forward skip and norm", rows, d),
        linear("item scoring", 1, d, config.items + 1, "D (V + 1)"),
    )  # fmt: skip
    block = 2 * bins * d + 2 * wide * d + wide + d + 4 * d
    return Cost(
        "fmlp-rec", "full", parts,
        weights=blocks * block + n * d + 2 * d + 2 * bins * n,
        state=0,
        lookup=n * d,
        scoring=(config.items + 1) * d,
        notes=(MATRICES,),
    )  # fmt: skip


def _wide(config: "FmlpRecConfig") -> int:
    return config.ffn_ratio * config.features
