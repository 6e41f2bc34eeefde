"""Cross-entropy of a linear layer with very many outputs, without all of its logits at once."""

from typing import Any

import torch

from ssr_neuro.model.native import softmax
from ssr_neuro.model.native.library import library

# Logits held at a time: about what a core's caches hold, or what keeps a GPU busy.
CPU_CHUNK, GPU_CHUNK = 2**20, 2**26
FEWEST_ROWS = 32  # a product of fewer is slow; with more outputs than that allows, chunks grow

Optional = torch.Tensor | None


def linear_cross_entropy(
    hidden: torch.Tensor,
    table: torch.Tensor,
    bias: torch.Tensor,
    targets: torch.Tensor,
    own: Optional = None,
) -> torch.Tensor:
    """Mean over M rows of cross_entropy(hidden @ table.T + bias, targets), a scalar.

    hidden: (M, D). table: (V, D). bias: (V,), -inf for outputs that are none. targets: int64 (M,),
    or (M, K), the k-th weighing 1/k of the sum of those that are not 0; the first never is.
    own: (M,), logits of the targets, to stand in place of those that the product gives. The
    gradients are made in the same pass, chunk by chunk of rows, and cannot be derived again. Under
    autocast the products alone have its type; logits, softmax and sums over chunks have float32.
    """
    given = (hidden, table, bias, own)
    wanted = [torch.is_grad_enabled() and x is not None and x.requires_grad for x in given]
    apply: Any = _LinearCrossEntropy.apply
    loss: torch.Tensor = apply(*given, targets, wanted)
    return loss


class _LinearCrossEntropy(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any,
        hidden: torch.Tensor,
        table: torch.Tensor,
        bias: torch.Tensor,
        own: Optional,
        targets: torch.Tensor,
        wanted: list[bool],
    ) -> torch.Tensor:
        device = hidden.device.type
        dtype = torch.promote_types(hidden.dtype, table.dtype)
        if torch.is_autocast_enabled(device) and dtype != torch.float64:
            dtype = torch.get_autocast_dtype(device)
        ctx.types = [None if x is None else x.dtype for x in (hidden, table, bias, own)]
        ctx.rows = len(hidden)
        with torch.autocast(device, enabled=False):
            total, grads = _sum_losses(
                hidden.to(dtype), table.to(dtype), bias, own, _expand_shares(targets), wanted
            )
            ctx.save_for_backward(*grads)
            return total / len(hidden)

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx: Any, *loss_grads: torch.Tensor) -> Any:
        scale = loss_grads[0] / max(ctx.rows, 1)
        grads = [
            None if grad is None else (grad * scale).to(dtype)
            for grad, dtype in zip(ctx.saved_tensors, ctx.types, strict=True)
        ]
        return *grads, None, None


def _sum_losses(
    hidden: torch.Tensor,
    table: torch.Tensor,
    bias: torch.Tensor,
    own: Optional,
    shared: tuple[torch.Tensor, torch.Tensor],
    wanted: list[bool],
) -> tuple[torch.Tensor, list[Optional]]:
    """The sum of all rows' losses, and its gradients by hidden, table, bias and own.

    shared: targets (M, K) and their shares of the loss (M, K); K is 1 with own.
    """
    targets, shares = shared
    exact = torch.promote_types(hidden.dtype, torch.float32)
    total = torch.zeros((), dtype=exact, device=hidden.device)
    rows = _rows_of_chunk(hidden.device.type, len(table))
    alone = 0 < len(hidden) <= rows  # one chunk, with nothing to add to
    grads = [
        torch.zeros_like(x, dtype=exact) if x is not None and want else None
        for x, want in zip((hidden, table, bias, own), wanted, strict=True)
    ]
    if alone:
        grads[:2] = None, None
    by_kernel = own is None and hidden.dtype == torch.bfloat16 and _has_kernel(hidden.device.type)
    if not by_kernel:
        kept = hidden.new_empty((2, min(rows, len(hidden)), len(table)), dtype=exact)
    for start in range(0, len(hidden), rows):
        part = slice(start, start + rows)
        x, at, share = hidden[part], targets[part], shares[part].to(exact)
        if by_kernel:
            by_logit = x @ table.T
            losses, by_bias = softmax.cross_entropy(by_logit, bias, at, share)
            total += losses.sum()
            if grads[2] is not None:
                grads[2] += by_bias
        else:
            by_logit = _by_logit(x, table, bias, own, (part, at, share), kept, total, grads)
        by_logit = by_logit.to(x.dtype)
        if alone:
            grads[0] = by_logit @ table if wanted[0] else None
            grads[1] = by_logit.T @ x if wanted[1] else None
        elif any(wanted):
            _add_products(grads, part, by_logit, x, table)
    return total, grads


def _has_kernel(device: str) -> bool:
    return device == "cpu" and library() is not None


def _by_logit(
    x: torch.Tensor,
    table: torch.Tensor,
    bias: torch.Tensor,
    own: Optional,
    row: tuple[slice, torch.Tensor, torch.Tensor],
    kept: torch.Tensor,
    total: torch.Tensor,
    grads: list[Optional],
) -> torch.Tensor:
    """Gradient by the logits of some rows; their losses are added to total.

    row: where they lie, targets and shares. kept: memory of logits and softmax. Gradients by bias
    and own are put into grads.
    """
    part, at, share = row
    z, p = kept[0, : len(x)], kept[1, : len(x)]
    _affine(x, table, bias, z)
    if own is not None:
        z.scatter_(1, at, own[part, None].to(z.dtype))
    torch.softmax(z, 1, out=p)
    # The largest probability is at least 1/V, so its logarithm is sound.
    losses = z.amax(1, keepdim=True) - p.amax(1, keepdim=True).log()
    total += losses.sum() - (share * z.gather(1, at)).sum()
    if own is None:
        p.scatter_add_(1, at, -share)
    else:
        if grads[3] is not None:
            grads[3][part] = (p.gather(1, at) - share)[:, 0]
        p.scatter_(1, at, 0.0)
    if grads[2] is not None:
        grads[2] += p.sum(0)
    return p


def _expand_shares(targets: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """targets (M,) or (M, K) -> (M, K), a 0 replaced by what has no share, and shares (M, K)."""
    if targets.ndim == 1:
        return targets[:, None], torch.ones_like(targets[:, None], dtype=torch.float32)
    there = targets > 0
    weights = there / torch.arange(1, targets.shape[1] + 1, device=targets.device)
    return torch.where(there, targets, targets[:, :1]), weights / weights.sum(1, keepdim=True)


def _affine(x: torch.Tensor, table: torch.Tensor, bias: torch.Tensor, out: torch.Tensor) -> None:
    """out = x @ table.T + bias, where out may be of a wider type than the product."""
    if x.dtype == out.dtype:
        torch.addmm(bias.to(out.dtype), x, table.T, out=out)
    else:
        out.copy_(x @ table.T).add_(bias)


def _add_products(
    grads: list[Optional],
    part: slice,
    by_logit: torch.Tensor,
    x: torch.Tensor,
    table: torch.Tensor,
) -> None:
    """Adds what a chunk of rows gives by hidden and table; by_logit (rows, V) of x's type."""
    hidden_grad, table_grad = grads[:2]
    if hidden_grad is not None:
        hidden_grad[part] = by_logit @ table
    if table_grad is not None and table_grad.dtype == x.dtype:
        table_grad.addmm_(by_logit.T, x)
    elif table_grad is not None:
        table_grad += by_logit.T @ x


def _rows_of_chunk(device: str, outputs: int) -> int:
    return max(FEWEST_ROWS, (CPU_CHUNK if device == "cpu" else GPU_CHUNK) // outputs)
