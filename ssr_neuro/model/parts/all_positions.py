"""Training on the next item of every position at once, as sequence models that are causal can."""

import torch
from torch.nn.functional import cross_entropy, linear


def next_items(items: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """What followed each position: items (B, N) and the targets after them (B,) -> (B, N)."""
    return torch.cat([items[:, 1:], targets[:, None]], dim=1)


def all_position_loss(
    hidden: torch.Tensor,
    items: torch.Tensor,
    targets: torch.Tensor,
    table: torch.Tensor,
    item_bias: torch.Tensor,
) -> torch.Tensor:
    """Mean cross-entropy of the next item over all positions that hold one.

    hidden: (B, N, D), causal. items: (B, N), left-padded with 0. targets: (B,). table: (V+1, D).
    item_bias: (V+1,), -inf for the pad. Pads are left out before the scores are computed.
    """
    present = items > 0
    scores = linear(hidden[present], table, item_bias)
    return cross_entropy(scores.float(), next_items(items, targets)[present])
