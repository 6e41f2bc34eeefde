"""TiM4Rec's path from the times of a window to factors of the steps (equations 9, 16 and 17)."""

from typing import TYPE_CHECKING

from ssr_neuro.costs.models.elementwise import each, hardswish, layer_norm, silu
from ssr_neuro.costs.models.ops import Ops, Part

if TYPE_CHECKING:
    from ssr_neuro.model.tim4rec import TiM4RecConfig


def time_path(config: "TiM4RecConfig") -> tuple[Part, ...]:
    """Two N x N layers and two convolutions a layer, gates between layers: O(N^2) a head.

    The first layer's differences are the same for all heads, so its networks run once.
    """
    n, heads, blocks = config.positions, config.heads, config.blocks
    rows = 1 + heads * (blocks - 1)  # of differences, over all layers
    gated = 1 + heads * (blocks - 2) if blocks > 1 else 0  # rows that enter the gates
    mixed = heads * (blocks - 1)  # and leave them
    wide = n if config.time_gate == "position" else 1
    activated = 2 if config.scale_activation == "silu" else 1  # layers of the network
    convolved = 2 * n * heads * blocks
    gates = Ops(
        additions=gated * wide + mixed * n,
        multiplications=gated * n + mixed * n,
        special={"sigmoid": gated * wide},
    )
    return (
        each("time norm", layer_norm(1, n), "N"),
        Part("time networks", Ops(macs=2 * rows * n * n), "2 N^2 (1 + heads (L - 1))",
             moved=4 * rows * n),
        each("time activations", silu(activated * rows * n) + Ops(multiplications=rows * n),
             "N (1 + heads (L - 1))"),
        Part("time convolutions", Ops(macs=config.kernel * convolved), "2 k heads N L",
             moved=2 * convolved),
        each("time convolution activations", hardswish(convolved), "2 heads N L"),
        Part("time gates", Ops(macs=gated * n * wide), "N (1 + heads (L - 2)), N^2 by position",
             moved=gated * (n + wide)),
        each("time gate products and norms", gates + layer_norm(mixed, n), "N heads (L - 1)"),
    )  # fmt: skip


def time_weights(config: "TiM4RecConfig") -> int:
    """All numbers of the time path."""
    n, heads, blocks = config.positions, config.heads, config.blocks
    wide = n if config.time_gate == "position" else 1
    factor = 2 * (n * n + n) + 2 * (config.kernel + 1) * heads
    return 2 * n + blocks * factor + (blocks - 1) * (wide * (n + 1) + 2 * n)
