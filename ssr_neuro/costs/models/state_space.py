"""SSD4Rec* and TiM4Rec (Fan et al. 2024): state-space duality, with or without time.

Equations 14, 15, 18 and 20 of TiM4Rec; in runs of at most CHUNK positions as matrices, or item by
item. C = expand D inner channels in `heads` heads, S numbers of state for each channel.
"""

from typing import TYPE_CHECKING

from ssr_neuro.costs.models.elementwise import (
    each,
    hardswish,
    layer_norm,
    linear,
    silu,
    skip_and_norm,
)
from ssr_neuro.costs.models.ops import Ops, Part, added
from ssr_neuro.costs.models.ssd_forms import in_runs, one_by_one, read_at_last

if TYPE_CHECKING:
    from ssr_neuro.model.ssd4rec import Ssd4RecConfig


def inner(config: "Ssd4RecConfig") -> int:
    """C."""
    return config.expand * config.features


def stack(
    config: "Ssd4RecConfig", *, timed: bool, sequential: bool, last_only: bool = True
) -> tuple[Part, ...]:
    """All but the time path: embeddings, layers, scores. last_only: of the last layer, all that
    follows the mix of positions at position N - 1 alone."""
    n, d, blocks = config.positions, config.features, config.blocks
    c, s, heads, wide = inner(config), config.state, config.heads, config.ffn_ratio * d
    rows = n * (blocks - 1) + 1 if last_only else n * blocks
    channels, every = c + 2 * s, n * blocks
    mixer_skip = skip_and_norm("mixer skip and norm", rows, d)
    if blocks == 1:
        mixer_skip = each(mixer_skip.name, layer_norm(rows, d), mixer_skip.formula)
    return (
        each("embedding norm", layer_norm(n, d), "N D"),
        linear("input projection", every, d, channels + heads, "N D (C + 2 S + heads) L"),
        each("steps", _steps(config, timed) * every, "N (C + heads) L"),
        Part("causal convolution", Ops(macs=config.kernel * channels * every), "N k (C + 2 S) L",
             moved=2 * channels * every),
        each("convolution activation", hardswish(channels * every), "N (C + 2 S) L"),
        *_mixed(config, sequential=sequential, last_only=last_only),
        Part("through", Ops(macs=rows * c), "C M"),
        linear("gate", rows, d, c, "D C M"),
        each("gated norm", _gated_norm(c) * rows, "C M"),
        linear("output projection", rows, c, d, "C D M"),
        mixer_skip,
        *(_feed_forward(d, wide, rows) if config.ffn else ()),
        linear("item scoring", 1, d, config.items + 1, "D (V + 1)"),
    )  # fmt: skip


def _feed_forward(d: int, wide: int, rows: int) -> tuple[Part, ...]:
    return (
        linear("feed-forward hidden layer", rows, d, wide, "r D^2 M"),
        linear("feed-forward output layer", rows, wide, d, "r D^2 M"),
        each("feed-forward activations", hardswish(rows * wide), "r D M"),
        skip_and_norm("feed-forward skip and norm", rows, d),
    )


def stack_weights(config: "Ssd4RecConfig") -> int:
    """All numbers of the stack but the item table."""
    d, c, heads = config.features, inner(config), config.heads
    channels, wide = c + 2 * config.state, config.ffn_ratio * d
    mixer = (d + 1) * (channels + heads + c) + (config.kernel + 1) * channels + 3 * heads + c
    feed_forward = 2 * wide * d + wide + 3 * d if config.ffn else 0
    layer = mixer + c * d + 3 * d + feed_forward
    return config.blocks * layer + 2 * d


def state_numbers(config: "Ssd4RecConfig") -> int:
    """What one layer's recurrence keeps from item to item: C S, and the convolution's window."""
    c, s = inner(config), config.state
    return c * s + (config.kernel - 1) * (c + 2 * s)


def _steps(config: "Ssd4RecConfig", timed: bool) -> Ops:
    """A position's steps: by the time, plus a bias, softplus; times the values; times -A."""
    heads = config.heads
    return Ops(
        additions=heads,
        multiplications=inner(config) + heads + (heads if timed else 0),
        special={"softplus": heads},
    )


def _gated_norm(width: int) -> Ops:
    """RMS norm of x silu(gate), a row: squares and their mean, then two products a number."""
    norm = Ops(additions=width + 1, multiplications=3 * width + 1, special={"rsqrt": 1})
    return silu(width) + Ops(multiplications=width) + norm


def _mixed(config: "Ssd4RecConfig", *, sequential: bool, last_only: bool) -> tuple[Part, ...]:
    """What mixes the positions, over all layers."""
    shape = (config.positions, config.heads, inner(config), config.state)
    whole = config.blocks - 1 if last_only else config.blocks
    if sequential:
        layers = [one_by_one(*shape)] * whole
        layers += [one_by_one(*shape, last_only=True)] * last_only
    else:
        layers = [in_runs(*shape)] * whole + [read_at_last(*shape)] * last_only
    products, others = zip(*layers, strict=True)
    formula = (
        "3 N C S L, one read of the last layer" if sequential else "runs of Q positions as matrices"
    )
    return (
        Part("state space", added(p.ops for p in products), formula,
             moved=sum(p.moved for p in products)),
        each("decays", added(o.ops for o in others), "N heads L" if sequential else "runs of Q^2"),
    )  # fmt: skip
