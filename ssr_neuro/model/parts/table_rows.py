"""Rows of a table, with a gradient that is added up in float32 row by row."""

from typing import Any

import torch

from ssr_neuro.model.parts.norm_lif import DTYPES, kernels


def rows_of(table: torch.Tensor, places: torch.Tensor) -> torch.Tensor:
    """table (V, ...), places int64 (any shape) -> (*places.shape, ...)."""
    if table.device.type == "cpu" and table.dtype in DTYPES:
        apply: Any = _Rows.apply
        rows: torch.Tensor = apply(table, places)
        return rows
    return table[places]


class _Rows(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, table: torch.Tensor, places: torch.Tensor) -> torch.Tensor:
        ctx.save_for_backward(places)
        ctx.shape = table.shape
        found = table.flatten(1).index_select(0, places.reshape(-1))
        return found.view(*places.shape, *table.shape[1:])

    @staticmethod
    def backward(ctx: Any, *grads: torch.Tensor) -> Any:
        (places,) = ctx.saved_tensors
        flat = grads[0].reshape(places.numel(), -1)
        total = torch.zeros(ctx.shape[0], flat.shape[1])
        kernels().add_rows(flat.contiguous(), places.reshape(-1).contiguous(), total)
        return total.view(ctx.shape), None
