"""GRU4Rec (Hidasi et al. 2016): a gated recurrent network over embeddings."""

from ssr_neuro.costs.models.elementwise import elementwise_component, linear
from ssr_neuro.costs.models.forward import count_forward
from ssr_neuro.costs.models.ops import Component, Cost, Ops
from ssr_neuro.settings.models.gru4rec import Gru4RecConfig

EXACT = "The state stands for all items before: the scores are those of the whole history."


def full(config: Gru4RecConfig) -> Cost:
    """A window from a state of zeros, whose first product is left out."""
    n = config.positions
    d, h, blocks = config.features, config.hidden, config.blocks
    gates = n * (d + h * (blocks - 1)) + (2 * n - 1) * 3 * h * blocks
    activations = gates + h + d + d + config.items + 1
    state = 2 * h * blocks * n
    return count_forward("gru4rec", config, activations=activations, state=state)


def incremental(config: Gru4RecConfig) -> Cost:
    """One item more, from the state after the items before.

    Gates as in Cho et al. 2014 and `torch.nn.GRU`: 3 H (I + H) multiply-adds a step and layer.
    """
    d, h, blocks = config.features, config.hidden, config.blocks
    inputs = d + h * (blocks - 1)  # over all layers
    biases = 2 * blocks if config.gru_bias else 0  # for each gate and unit
    gates = Ops(additions=5 * h, multiplications=2 * h, special={"sigmoid": 2 * h, "tanh": h})
    parts = (
        Component(
            "input gates",
            Ops(macs=inputs * 3 * h),
            "3 H (D + H (L - 1))",
            moved=inputs + 3 * h * blocks,
        ),
        Component("recurrent gates", Ops(macs=3 * h * h * blocks), "3 H^2 L", moved=3 * h * blocks),
        elementwise_component("gates", gates * blocks, "H L"),
        linear("readout", 1, h, d, "H D"),
        linear("item scoring", 1, d, config.items + 1, "D (V + 1)"),
    )
    return Cost(
        "gru4rec",
        "incremental",
        parts,
        weights=3 * h * (inputs + h * blocks + biases) + d * h + d,
        state=2 * h * blocks,
        lookup=d,
        scoring=(config.items + 1) * (d + config.item_bias),
        notes=(EXACT,),
    )
