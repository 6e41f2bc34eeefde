"""Self-attention and the position-wise network, the two halves of a transformer's block."""

from collections.abc import Mapping

import torch
from torch import nn
from torch.nn.functional import scaled_dot_product_attention

from ssr_neuro.model.parts.dropout import Dropout, dropout

ACTIVATIONS: Mapping[str, type[nn.Module]] = {"relu": nn.ReLU, "gelu": nn.GELU}


def attention_mask(present: torch.Tensor, *, causal: bool) -> torch.Tensor:
    """present bool (B, N) -> (B, 1, N, N): which position (row) may look at which.

    Every position sees itself, a pad as well: a row of nothing would have no softmax.
    """
    count = present.shape[1]
    rows = torch.ones(count, count, dtype=torch.bool, device=present.device)
    own = torch.eye(count, dtype=torch.bool, device=present.device)
    seen = present[:, None, :] & (rows.tril() if causal else rows)
    return (seen | own)[:, None]


class SelfAttention(nn.Module):
    """x (B, N, D) -> (B, N, D): softmax(Q K^T / sqrt(D / heads)) V by head, then a mix of heads."""

    def __init__(self, features: int, heads: int, dropout: float) -> None:
        """dropout: of the attention weights."""
        super().__init__()
        self.heads, self.dropout = heads, dropout
        self.query = nn.Linear(features, features)
        self.key = nn.Linear(features, features, bias=False)  # the softmax would cancel a bias
        self.value = nn.Linear(features, features)
        self.out = nn.Linear(features, features)

    def forward(
        self, x: torch.Tensor, seen: torch.Tensor, *, last_only: bool = False
    ) -> torch.Tensor:
        """seen: what `attention_mask` gives. last_only -> (B, 1, D), of the last position."""
        asked = x[:, -1:] if last_only else x
        query, key, value = (
            self._by_head(part) for part in (self.query(asked), self.key(x), self.value(x))
        )
        rate = self.dropout if self.training else 0.0
        mixed = _attend(query, key, value, seen[:, :, -1:] if last_only else seen, rate)
        out: torch.Tensor = self.out(mixed.transpose(1, 2).flatten(2))
        return out

    def _by_head(self, x: torch.Tensor) -> torch.Tensor:
        return x.view(*x.shape[:2], self.heads, -1).transpose(1, 2)


def _attend(
    query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, seen: torch.Tensor, rate: float
) -> torch.Tensor:
    """query (B, heads, M, d), key and value (B, heads, N, d) -> (B, heads, M, d)."""
    if rate == 0 or query.device.type != "cpu":
        return scaled_dot_product_attention(query, key, value, attn_mask=seen, dropout_p=rate)
    # There torch writes the formula out as well, and draws its dropout slowly.
    logits = query @ key.transpose(2, 3) / query.shape[3] ** 0.5
    weights = logits.masked_fill(~seen, -torch.inf).softmax(dim=3)
    return dropout(weights, rate) @ value


def network(features: int, hidden: int, activation: nn.Module, dropout: float) -> nn.Sequential:
    """(..., D) -> (..., D), by position. dropout: of the hidden layer."""
    return nn.Sequential(
        nn.Linear(features, hidden), activation, Dropout(dropout), nn.Linear(hidden, features)
    )
