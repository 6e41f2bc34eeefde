"""GRU4Rec (Hidasi et al. 2016): a gated recurrent network over embeddings."""

from typing import TYPE_CHECKING

from ssr_neuro.costs.models.elementwise import each, linear
from ssr_neuro.costs.models.ops import Cost, Ops, Part

if TYPE_CHECKING:
    from ssr_neuro.model.gru4rec import Gru4RecConfig


def full(config: "Gru4RecConfig") -> Cost:
    """A window from a state of zeros, whose first product is left out.

    Gates as in Cho et al. 2014 and `torch.nn.GRU`: 3 H (I + H) multiply-adds a step and layer.
    """
    n = config.positions
    return _cost(config, "full", n, n - 1, ())


def incremental(config: "Gru4RecConfig") -> Cost:
    """One item more, from the state after the items before."""
    note = "The state stands for all items before: the scores are those of the whole history."
    return _cost(config, "incremental", 1, 1, (note,))


def _cost(
    config: "Gru4RecConfig", form: str, steps: int, from_state: int, notes: tuple[str, ...]
) -> Cost:
    d, h, blocks = config.features, config.hidden, config.blocks
    inputs = d + h * (blocks - 1)  # over all layers
    biases = 2 * blocks if config.gru_bias else 0  # for each gate and unit
    gates = Ops(additions=5 * h, multiplications=2 * h, special={"sigmoid": 2 * h, "tanh": h})
    parts = (
        Part("input gates", Ops(macs=steps * inputs * 3 * h), "3 N H (D + H (L - 1))",
             moved=steps * (inputs + 3 * h * blocks)),
        Part("recurrent gates", Ops(macs=from_state * 3 * h * h * blocks),
             "3 H^2 L (N - 1), or N from a state", moved=from_state * 3 * h * blocks),
        each("gates", gates * (steps * blocks), "N H L"),
        linear("readout", 1, h, d, "H D"),
        linear("item scoring", 1, d, config.items + 1, "D (V + 1)"),
    )  # fmt: skip
    return Cost(
        "gru4rec", form, parts,
        weights=3 * h * (inputs + h * blocks + biases) + d * h + d,
        state=2 * h * blocks * steps,
        lookup=steps * d,
        scoring=(config.items + 1) * (d + config.item_bias),
        notes=notes,
    )  # fmt: skip
