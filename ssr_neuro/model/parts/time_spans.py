"""Attention that knows how far apart in time two items are."""

import torch
from torch import nn

from ssr_neuro.model.parts.dropout import dropout


def time_spans(times: torch.Tensor, present: torch.Tensor, longest: int) -> torch.Tensor:
    """times int64 (B, N), present bool (B, N) -> whole spans between positions, int64 (B, N, N).

    In units of the shortest time above 0 between two items of the window, cut off at `longest`.
    Between a pad and anything: 0. The authors' program takes the unit from the user's whole
    history, which a model does not have here, and rounds each item's time to it.
    """
    apart = (times[:, :, None] - times[:, None, :]).abs()
    apart = apart * (present[:, :, None] & present[:, None, :])
    never = torch.iinfo(torch.int64).max
    shortest = torch.where(apart > 0, apart, never).amin(dim=(1, 2), keepdim=True)
    return (apart // shortest).clamp(max=longest)


class TimedAttention(nn.Module):
    """x (B, N, D) -> (B, N, D): attention whose keys and values know their places and times.

    Weights: softmax of q_i . (k_j + K_place[j] + K_span[r_ij]) / sqrt(D / heads), of the sum of
    v_j + V_place[j] + V_span[r_ij], by head; then a mix of heads.
    """

    def __init__(self, features: int, heads: int, dropout: float) -> None:
        """dropout: of the attention weights."""
        super().__init__()
        self.heads, self.dropout = heads, dropout
        self.query = nn.Linear(features, features)
        self.key = nn.Linear(features, features, bias=False)  # the softmax would cancel a bias
        self.value = nn.Linear(features, features, bias=False)  # the places' values hold one
        self.out = nn.Linear(features, features)

    def forward(
        self,
        x: torch.Tensor,
        seen: torch.Tensor,
        spans: torch.Tensor,
        relations: tuple[torch.Tensor, ...],
        *,
        last_only: bool = False,
    ) -> torch.Tensor:
        """seen: (B, 1, N, N). spans: int64 (B, N, N), 0..k.

        relations: K_place (N, D), V_place (N, D), K_span (k + 1, D), V_span (k + 1, D).
        last_only -> (B, 1, D), of the last position.
        """
        if last_only:
            seen, spans = seen[:, :, -1:], spans[:, -1:]
        place_key, place_value, span_key, span_value = relations
        query = self._by_head(self.query(x[:, -1:] if last_only else x))
        key = self._by_head(self.key(x) + place_key)
        value = self._by_head(self.value(x) + place_value)
        at = spans[:, None].expand(-1, self.heads, -1, -1)
        # A vector for each pair of positions would be D times as large as their scores: products
        # with all spans are taken once, and weights are summed by span.
        by_span = query @ self._by_head(span_key[None]).transpose(2, 3)
        logits = query @ key.transpose(2, 3) + by_span.gather(3, at)
        logits = (logits / query.shape[3] ** 0.5).masked_fill(~seen, -torch.inf)
        weights = logits.softmax(dim=3)
        if self.training:
            weights = dropout(weights, self.dropout)
        of_span = torch.zeros_like(by_span, dtype=weights.dtype)
        of_span = of_span.scatter_add(3, at, weights)
        mixed = weights @ value + of_span @ self._by_head(span_value[None])
        out: torch.Tensor = self.out(mixed.transpose(1, 2).flatten(2))
        return out

    def _by_head(self, x: torch.Tensor) -> torch.Tensor:
        return x.view(*x.shape[:2], self.heads, -1).transpose(1, 2)
