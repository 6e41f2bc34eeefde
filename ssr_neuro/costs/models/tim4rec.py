"""TiM4Rec and SSD4Rec*, the same without time (Fan et al. 2024)."""

from typing import TYPE_CHECKING

from ssr_neuro.costs.models.ops import Cost, Part
from ssr_neuro.costs.models.state_space import stack, stack_weights, state_numbers
from ssr_neuro.costs.models.time_factors import time_path, time_weights

if TYPE_CHECKING:
    from ssr_neuro.model.ssd4rec import Ssd4RecConfig
    from ssr_neuro.model.tim4rec import TiM4RecConfig

RUNS = "Runs of at most 32 positions are computed as matrices, pairs that the mask drops included."
STEPS = "Item by item, as on a chip without room for the window."
NO_STEP = (
    "There is no incremental form: the time path normalises and mixes the whole window, so a new "
    "item changes every step before it."
)


def full(config: "TiM4RecConfig") -> Cost:
    """TiM4Rec over a window as the program does, in runs."""
    return _timed("full", config, 0, (RUNS, NO_STEP), last_only=True)


def sequential(config: "TiM4RecConfig", *, last_only: bool = True) -> Cost:
    """TiM4Rec's state space item by item; the time path sees the window as one."""
    return _timed("sequential", config, config.positions, (STEPS, NO_STEP), last_only=last_only)


def full_without_time(config: "Ssd4RecConfig") -> Cost:
    """SSD4Rec* over a window as the program does, in runs."""
    parts = stack(config, timed=False, sequential=False)
    return _cost("ssd4rec", "full", config, parts, stack_weights(config), 0, (RUNS,))


def sequential_without_time(config: "Ssd4RecConfig") -> Cost:
    """SSD4Rec* over a window item by item."""
    parts, weights = stack(config, timed=False, sequential=True), stack_weights(config)
    return _cost("ssd4rec", "sequential", config, parts, weights, config.positions, (STEPS,))


def _timed(
    form: str, config: "TiM4RecConfig", steps: int, notes: tuple[str, ...], *, last_only: bool
) -> Cost:
    parts = stack(config, timed=True, sequential=steps > 0, last_only=last_only)
    weights = stack_weights(config) + time_weights(config)
    return _cost("tim4rec", form, config, (*time_path(config), *parts), weights, steps, notes)


def _cost(
    kind: str,
    form: str,
    config: "Ssd4RecConfig",
    parts: tuple[Part, ...],
    weights: int,
    steps: int,
    notes: tuple[str, ...],
) -> Cost:
    return Cost(
        kind,
        form,
        parts,
        weights=weights,
        state=2 * steps * config.blocks * state_numbers(config),
        lookup=config.positions * config.features,
        scoring=(config.items + 1) * config.features,
        notes=notes,
    )
