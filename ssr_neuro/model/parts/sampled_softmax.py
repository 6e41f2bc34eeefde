"""The softmax over all items estimated from a few, for catalogues too large to score at each step.

LRURec trains with 100 on XLong, of 2.1 million items (Yue et al. 2024, section 5.3).
"""

import math

import numpy as np
import torch

from ssr_neuro.errors import BadInput
from ssr_neuro.model.parts.linear_cross_entropy import linear_cross_entropy


def check_negatives(negatives: int, items: int) -> None:
    """Raises BadInput where a target has not as many other items."""
    if not 1 <= negatives < items:
        raise BadInput(
            f"negatives is {negatives}, and there are {items} items; a target has at most "
            f"{items - 1} others. Give fewer, or None to score all items"
        )


def draw(items: int, negatives: int) -> torch.Tensor:
    """negatives + 1 different items of 1..V, int64, in random order; by torch's seed on the CPU."""
    seed = int(torch.randint(2**63 - 1, ()))
    drawn = np.random.default_rng(seed).choice(items, negatives + 1, replace=False)
    return torch.from_numpy(drawn) + 1


def sampled_cross_entropy(
    hidden: torch.Tensor,
    table: torch.Tensor,
    bias: torch.Tensor,
    targets: torch.Tensor,
    drawn: torch.Tensor,
) -> torch.Tensor:
    """Mean over M rows of log(exp(s_t) + (V-1)/K * sum of exp(s_j) over K negatives j) - s_t.

    hidden: (M, D). table: (V+1, D). bias: (V+1,). targets: (M,), 1..V. drawn: K + 1 items as `draw`
    gives them, one draw for all rows. s = table @ hidden + bias. A row's negatives are what was
    drawn, but for its target, or for the last where its target was not drawn: K of the V - 1 other
    items, each such set equally likely. (V-1)/K is one over the chance of an item to be among them
    (the correction by log Q of a uniform sample). So the sum within the logarithm is an unbiased
    estimate of the softmax's denominator. The loss and its gradient are biased, as a logarithm of
    an estimate is: too low on average, the less so the more negatives, and not at all with all
    V - 1, when this is the cross-entropy over all items.
    """
    drawn = drawn.to(table.device)
    negatives = len(drawn) - 1
    correction = math.log((len(table) - 2) / negatives)
    # The target's own logit takes the place in the row of the item that is no negative of it.
    places = torch.full((len(table),), negatives, device=table.device)
    places[drawn] = torch.arange(len(drawn), device=table.device)
    own = (hidden * table[targets]).sum(dim=1) + bias[targets]
    return linear_cross_entropy(
        hidden, table[drawn], bias[drawn] + correction, places[targets], own
    )
