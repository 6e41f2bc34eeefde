"""`softmax.h` on tensors: cross-entropy of scores in bfloat16, and its gradients by them."""

import ctypes

import torch

from ssr_neuro.model.native.library import address, in_parts, library

PART_ROWS = 32


class Scores(ctypes.Structure):
    """`Scores` of softmax.h."""

    _fields_ = [(name, ctypes.c_int64) for name in ("rows", "items", "targets", "part")]


def cross_entropy(
    z: torch.Tensor, bias: torch.Tensor, targets: torch.Tensor, shares: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Of scores z + bias -> losses float64 (M,), their sum's gradient by bias float32 (V,).

    z: bfloat16 (M, V), contiguous; becomes the gradient of the sum of the losses. targets and
    shares of each row: int64 and float32 (M, K). Raises TypeError without compiled kernels.
    """
    if (found := library()) is None:
        raise TypeError("there are no compiled kernels here")
    rows, items = z.shape
    layout = Scores(rows, items, targets.shape[1], PART_ROWS)
    parts = -(-rows // PART_ROWS)
    losses = torch.empty(rows, dtype=torch.float64)
    bias_grads = torch.zeros(parts, items)
    given = z, bias.detach().float().contiguous(), targets.contiguous(), shares.contiguous()

    def run(first: int, last: int) -> None:
        space = torch.empty(items)
        where = map(address, (*given, losses, bias_grads, space))
        limits = ctypes.c_int64(first), ctypes.c_int64(last)
        found.cross_entropy(ctypes.byref(layout), *where, *limits)

    in_parts(run, parts)
    return losses, bias_grads.sum(0)
