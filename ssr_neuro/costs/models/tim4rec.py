"""TiM4Rec and SSD4Rec*, the same without time (Fan et al. 2024).

TiM4Rec's path goes from the times of a window to factors of the steps (equations 9, 16 and 17).
"""

from ssr_neuro.costs.models.elementwise import elementwise_component, hardswish, layer_norm, silu
from ssr_neuro.costs.models.forward import count_forward
from ssr_neuro.costs.models.ops import Component, Cost, Ops
from ssr_neuro.costs.models.state_space import (
    full_activations,
    stack,
    stack_weights,
    state_numbers,
)
from ssr_neuro.settings.models.ssd4rec import Ssd4RecConfig
from ssr_neuro.settings.models.tim4rec import TiM4RecConfig

RUNS = "Runs of at most 32 positions are computed as matrices, pairs that the mask drops included."
STEPS = "Item by item, as on a chip without room for the window."
NO_STEP = (
    "There is no incremental form: the time path normalises and mixes the whole window, so a new "
    "item changes every step before it."
)


def full(config: TiM4RecConfig) -> Cost:
    """TiM4Rec over a window as the program does, in runs."""
    activations = full_activations(config, sequential(config).activations)
    return count_forward("tim4rec", config, activations=activations, notes=(RUNS, NO_STEP))


def sequential(config: TiM4RecConfig, *, last_only: bool = True) -> Cost:
    """TiM4Rec's state space item by item; the time path sees the window as one."""
    parts = (*_time_path(config), *stack(config, timed=True, last_only=last_only))
    weights = stack_weights(config) + _time_weights(config)
    return _cost("tim4rec", config, parts, weights, (STEPS, NO_STEP))


def full_without_time(config: Ssd4RecConfig) -> Cost:
    """SSD4Rec* over a window as the program does, in runs."""
    activations = full_activations(config, sequential_without_time(config).activations)
    return count_forward("ssd4rec", config, activations=activations, notes=(RUNS,))


def sequential_without_time(config: Ssd4RecConfig) -> Cost:
    """SSD4Rec* over a window item by item."""
    parts = stack(config, timed=False)
    return _cost("ssd4rec", config, parts, stack_weights(config), (STEPS,))


def _cost(
    kind: str,
    config: Ssd4RecConfig,
    parts: tuple[Component, ...],
    weights: int,
    notes: tuple[str, ...],
) -> Cost:
    return Cost(
        kind,
        "sequential",
        parts,
        weights=weights,
        state=2 * config.positions * config.blocks * state_numbers(config),
        lookup=config.positions * config.features,
        scoring=(config.items + 1) * config.features,
        notes=notes,
    )


def _time_path(config: TiM4RecConfig) -> tuple[Component, ...]:
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
        elementwise_component("time norm", layer_norm(1, n), "N"),
        Component(
            "time networks",
            Ops(macs=2 * rows * n * n),
            "2 N^2 (1 + heads (L - 1))",
            moved=4 * rows * n,
        ),
        elementwise_component(
            "time activations",
            silu(activated * rows * n) + Ops(multiplications=rows * n),
            "N (1 + heads (L - 1))",
        ),
        Component(
            "time convolutions",
            Ops(macs=config.kernel * convolved),
            "2 k heads N L",
            moved=2 * convolved,
        ),
        elementwise_component("time convolution activations", hardswish(convolved), "2 heads N L"),
        Component(
            "time gates",
            Ops(macs=gated * n * wide),
            "N (1 + heads (L - 2)), N^2 by position",
            moved=gated * (n + wide),
        ),
        elementwise_component(
            "time gate products and norms", gates + layer_norm(mixed, n), "N heads (L - 1)"
        ),
    )


def _time_weights(config: TiM4RecConfig) -> int:
    """All numbers of the time path."""
    n, heads, blocks = config.positions, config.heads, config.blocks
    wide = n if config.time_gate == "position" else 1
    factor = 2 * (n * n + n) + 2 * (config.kernel + 1) * heads
    return 2 * n + blocks * factor + (blocks - 1) * (wide * (n + 1) + 2 * n)
