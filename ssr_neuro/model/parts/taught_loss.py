"""How far scores are from the probabilities that a teacher gives."""

import torch
from torch import nn

HEAD_SHARE = 0.5  # of the teacher's probability, which its likeliest items hold together
LEAST_PROBABILITY = 1e-8  # as low as a teacher's is taken; it gives hidden items 0
HIDDEN_SCORE = -1e4  # of a student: a probability of 0, where -inf times 0 would be no number


def hide_window(scores: torch.Tensor, items: torch.Tensor, score: float) -> torch.Tensor:
    """Scores (B, V+1) of which the items of each window have this one.

    items: (B, N), or (B, N, 2) with a time or a user beside each.
    """
    window = items if items.dim() == 2 else items[..., 0]
    return scores.scatter(1, window, score)


def forward_loss(scores: torch.Tensor, wanted: torch.Tensor) -> torch.Tensor:
    """Mean cross-entropy of scores (B, V) against probabilities (B, V)."""
    return nn.functional.cross_entropy(scores, wanted)


def head_tail_loss(scores: torch.Tensor, wanted: torch.Tensor) -> torch.Tensor:
    """Mean of forward and reverse divergence, weighed by where the scores are further off.

    The forward divergence KL(wanted || scores) asks most for the teacher's likeliest items, the
    reverse one KL(scores || wanted) that no other item is rated high. The head are the likeliest
    items that hold HEAD_SHARE of the teacher's probability together, the tail all others; of each
    sequence the forward divergence weighs as much as the head's share of all that differs, the
    reverse one as much as the tail's (head and tail as in arXiv:2504.20445, weights as in
    arXiv:2404.02657). scores, wanted: (B, V).
    """
    log_given = scores.log_softmax(1)
    given = log_given.exp()
    log_wanted = wanted.clamp_min(LEAST_PROBABILITY).log()
    forward = (wanted * (log_wanted - log_given)).sum(1)
    reverse = (given * (log_given - log_wanted)).sum(1)
    with torch.no_grad():
        apart = (given - wanted).abs()
        head = _head_of(wanted)
        share = (apart * head).sum(1) / apart.sum(1).clamp_min(LEAST_PROBABILITY)
    return (share * forward + (1 - share) * reverse).mean()


def _head_of(wanted: torch.Tensor) -> torch.Tensor:
    """Whether an item is of those that hold HEAD_SHARE, the likeliest always, bool (B, V)."""
    ordered, places = wanted.sort(1, descending=True)
    before = ordered.cumsum(1) - ordered
    return torch.zeros_like(wanted, dtype=torch.bool).scatter(1, places, before < HEAD_SHARE)


TAUGHT_LOSSES = {"forward": forward_loss, "head-tail": head_tail_loss}
