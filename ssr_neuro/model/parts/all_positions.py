"""Training on the next item of every position at once, as sequence models that are causal can."""

import torch


def next_items(items: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """What followed each position: items (B, N) and the targets after them (B,) -> (B, N)."""
    return torch.cat([items[:, 1:], targets[:, None]], dim=1)


def next_item_pairs(
    hidden: torch.Tensor, items: torch.Tensor, targets: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Vectors (M, D) of the positions that hold an item, and what followed each, int64 (M,).

    hidden: (B, N, D), causal. items: (B, N), left-padded with 0. targets: (B,).
    """
    present = (items > 0).flatten().nonzero()[:, 0]
    vectors = hidden.flatten(0, 1).index_select(0, present)
    return vectors, next_items(items, targets).flatten()[present]
