"""State-space duality: one recurrence with a scalar decay, computed as a loop or as matrices.

The state of a head, (P, S), starts at zero and follows h_k = exp(log_decay_k) h_(k-1) + x_k b_k^T;
what is read is y_k = h_k c_k (TiM4Rec equation 2; Dao and Gu 2024). In all three forms
x is (B, N, H, P), already times the step; log_decay (B, N, H), at most 0; b and c (B, N, S),
shared by the heads.
"""

import torch
from torch.nn.functional import pad

CHUNK = 32  # positions computed as one matrix; TiM4Rec's program takes as many


def sequential(
    x: torch.Tensor, log_decay: torch.Tensor, b: torch.Tensor, c: torch.Tensor
) -> torch.Tensor:
    """Position by position -> (B, N, H, P). One position needs the state before it alone."""
    state = x.new_zeros(*x[:, 0].shape, b.shape[-1])
    read = []
    for k in range(x.shape[1]):
        kept = torch.exp(log_decay[:, k])[..., None, None] * state
        state = torch.addcmul(kept, x[:, k, ..., None], b[:, k, None, None])
        read.append(state @ c[:, k, None, :, None])
    return torch.stack(read, dim=1).squeeze(-1)


def scan_in_chunks(
    x: torch.Tensor,
    log_decay: torch.Tensor,
    b: torch.Tensor,
    c: torch.Tensor,
    chunk: int = CHUNK,
) -> torch.Tensor:
    """Runs of `chunk` positions as masked attention, states from run to run -> (B, N, H, P).

    Within a run Y = (L o C B^T) X (TiM4Rec equations 7, 8 and 20); linear in N.
    """
    length = x.shape[1]
    chunk = min(chunk, length)
    x, log_decay, b, c = (_runs(part, chunk) for part in (x, log_decay, b, c))
    x, between = x.transpose(2, 3), torch.exp(segment_sums(log_decay.transpose(2, 3)))
    alike = c @ b.transpose(2, 3)
    y = (alike[:, :, None] * between) @ x  # (B, K, H, Q, P)
    if x.shape[1] > 1:
        left = (x * between[..., -1, :, None]).transpose(3, 4) @ b[:, :, None]
        decay = torch.exp(log_decay.cumsum(dim=2)).transpose(2, 3)  # since the run began
        before = _carry(left, decay[..., -1])
        y = y + decay[..., None] * (c[:, :, None] @ before.transpose(3, 4))
    return y.transpose(2, 3).flatten(1, 2)[:, :length]


def read_last(
    x: torch.Tensor, log_decay: torch.Tensor, b: torch.Tensor, c: torch.Tensor
) -> torch.Tensor:
    """The last position alone: c (B, S), the last row of the matrix -> (B, H, P)."""
    later = pad(log_decay[:, 1:], (0, 0, 0, 1))
    since = torch.exp(later.flip(1).cumsum(dim=1).flip(1))
    weights = since * (b @ c[..., None])
    return torch.einsum("bnh,bnhp->bhp", weights, x)


def segment_sums(values: torch.Tensor) -> torch.Tensor:
    """values (..., Q) -> (..., Q, Q): of those after j up to i, -inf for i < j (equation 6's log).

    Summed and never subtracted, so that a long decay costs a short one no precision.
    """
    length = values.shape[-1]
    ones = torch.ones(length, length, dtype=torch.bool, device=values.device)
    spread = (values[..., None] * ones.tril(-1)).cumsum(dim=-2)
    return spread.masked_fill(ones.triu(1), -torch.inf)


def _runs(part: torch.Tensor, chunk: int) -> torch.Tensor:
    """(B, N, ...) -> (B, K, Q, ...), zeros after the last position."""
    missing = -part.shape[1] % chunk
    filled = pad(part, (0, 0) * (part.dim() - 2) + (0, missing))
    return filled.view(part.shape[0], -1, chunk, *part.shape[2:])


def _carry(left: torch.Tensor, decay: torch.Tensor) -> torch.Tensor:
    """The state before every run: left (B, K, H, P, S) by each, decay (B, K, H) over each."""
    state, before = torch.zeros_like(left[:, 0]), []
    for k in range(left.shape[1]):
        before.append(state)
        state = decay[:, k, :, None, None] * state + left[:, k]
    return torch.stack(before, dim=1)
