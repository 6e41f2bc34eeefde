"""SSD4Rec* and TiM4Rec (Fan et al. 2024): state-space duality, with or without time.

Equations 14, 15, 18 and 20 of TiM4Rec, item by item. C = expand D inner channels in `heads` heads
with a decay each (Dao and Gu 2024), S numbers of state for each channel.
"""

from ssr_neuro.costs.models.elementwise import (
    elementwise_component,
    hardswish,
    layer_norm,
    linear,
    silu,
    skip_and_norm,
)
from ssr_neuro.costs.models.ops import Component, Ops, sum_ops
from ssr_neuro.settings.models.ssd4rec import Ssd4RecConfig

CHUNK = 32  # positions that the program computes as one matrix
# Products and recurrence; decays and their products element by element.
Layer = tuple[Component, Component]


def inner(config: Ssd4RecConfig) -> int:
    """C."""
    return config.expand * config.features


def stack(config: Ssd4RecConfig, *, timed: bool, last_only: bool = True) -> tuple[Component, ...]:
    """All but the time path: embeddings, layers, scores. last_only: of the last layer, all that
    follows the mix of positions at position N - 1 alone."""
    n, d, blocks = config.positions, config.features, config.blocks
    c, s, heads, wide = inner(config), config.state, config.heads, config.ffn_ratio * d
    rows = n * (blocks - 1) + 1 if last_only else n * blocks
    channels, every = c + 2 * s, n * blocks
    mixer_skip = skip_and_norm("mixer skip and norm", rows, d)
    if blocks == 1:
        mixer_skip = elementwise_component(mixer_skip.name, layer_norm(rows, d), mixer_skip.formula)
    return (
        elementwise_component("embedding norm", layer_norm(n, d), "N D"),
        linear("input projection", every, d, channels + heads, "N D (C + 2 S + heads) L"),
        elementwise_component("steps", _steps(config, timed) * every, "N (C + heads) L"),
        Component(
            "causal convolution",
            Ops(macs=config.kernel * channels * every),
            "N k (C + 2 S) L",
            moved=2 * channels * every,
        ),
        elementwise_component(
            "convolution activation", hardswish(channels * every), "N (C + 2 S) L"
        ),
        *_recurrences(config, last_only=last_only),
        Component("through", Ops(macs=rows * c), "C M"),
        linear("gate", rows, d, c, "D C M"),
        elementwise_component("gated norm", _gated_norm(c) * rows, "C M"),
        linear("output projection", rows, c, d, "C D M"),
        mixer_skip,
        *(_feed_forward(d, wide, rows) if config.ffn else ()),
        linear("item scoring", 1, d, config.items + 1, "D (V + 1)"),
    )


def _feed_forward(d: int, wide: int, rows: int) -> tuple[Component, ...]:
    return (
        linear("feed-forward hidden layer", rows, d, wide, "r D^2 M"),
        linear("feed-forward output layer", rows, wide, d, "r D^2 M"),
        elementwise_component("feed-forward activations", hardswish(rows * wide), "r D M"),
        skip_and_norm("feed-forward skip and norm", rows, d),
    )


def stack_weights(config: Ssd4RecConfig) -> int:
    """All numbers of the stack but the item table."""
    d, c, heads = config.features, inner(config), config.heads
    channels, wide = c + 2 * config.state, config.ffn_ratio * d
    mixer = (d + 1) * (channels + heads + c) + (config.kernel + 1) * channels + 3 * heads + c
    feed_forward = 2 * wide * d + wide + 3 * d if config.ffn else 0
    layer = mixer + c * d + 3 * d + feed_forward
    return config.blocks * layer + 2 * d


def state_numbers(config: Ssd4RecConfig) -> int:
    """What one layer's recurrence keeps from item to item: C S, and the convolution's window."""
    c, s = inner(config), config.state
    return c * s + (config.kernel - 1) * (c + 2 * s)


def _steps(config: Ssd4RecConfig, timed: bool) -> Ops:
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


def one_by_one(n: int, heads: int, c: int, s: int, *, last_only: bool = False) -> Layer:
    """h = decay h + x b^T, y = h c: 2 multiply-adds and a product of each number of the state.

    The state itself is counted as state. last_only: it is read after the last position alone.
    """
    reads = 1 if last_only else n
    ops = Ops(macs=(n + reads) * c * s, multiplications=n * c * s)
    moved = n * (c + s) + reads * (s + c)
    decays = elementwise_component("decays", Ops(special={"exp": n * heads}), "")
    return Component("state space", ops, "", moved=moved), decays


def full_activations(config: Ssd4RecConfig, sequential: int) -> int:
    """Numbers that products of the program read and write: positions mixed in runs, as matrices.

    sequential: the same where they are mixed item by item.
    """
    by_item = sum(part.moved for part in _recurrences(config, last_only=True))
    return sequential - by_item + _count_moved_in_runs(config)


def _count_moved_in_runs(config: Ssd4RecConfig) -> int:
    """K = ceil(N / Q) runs of Q positions: Y = (L o C B^T) X within, states from run to run.

    The positions that fill the last run count; of the last layer one row of the matrix is read.
    """
    n, heads, c, s = config.positions, config.heads, inner(config), config.state
    q = min(CHUNK, n)
    runs = -(-n // q)
    layer = runs * q * (2 * s + q + heads * q + 2 * c)
    if runs > 1:
        layer += runs * (q * (2 * c + 2 * s) + 4 * c * s)
    last = n * (s + heads + c) + s + c
    return (config.blocks - 1) * layer + last


def _recurrences(config: Ssd4RecConfig, *, last_only: bool) -> tuple[Component, ...]:
    """What mixes the positions, over all layers."""
    shape = (config.positions, config.heads, inner(config), config.state)
    layers = [one_by_one(*shape)] * (config.blocks - 1)
    layers.append(one_by_one(*shape, last_only=last_only))
    products, decays = zip(*layers, strict=True)
    return (
        Component(
            "state space",
            sum_ops(p.ops for p in products),
            "3 N C S L, one read of the last layer",
            moved=sum(p.moved for p in products),
        ),
        elementwise_component("decays", sum_ops(d.ops for d in decays), "N heads L"),
    )
