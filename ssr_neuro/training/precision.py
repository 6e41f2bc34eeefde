"""Where a run calculates, and whether the precision asked for is one its processor is built for."""

import time

import torch

# Of spikes and a layer's weights, small enough to be over before anyone waits.
SHAPE = (512, 256, 256)
WORTH_SAYING = 2.0


def runs_on_cpu(device: str) -> bool:
    """Whether a run with this `TrainSettings.device` has no accelerator."""
    return device == "cpu" or not torch.accelerator.is_available()


def slower_products(mixed_precision: str, device: str) -> float | None:
    """How many times as long as in float32 a product takes in the precision asked for.

    Measured, on the CPU; None on another device, where it is less than twice as long, and where
    nothing but float32 is asked for. A CPU without instructions for bfloat16 multiplies its numbers
    one by one (https://github.com/pytorch/pytorch/issues/118499).
    """
    if mixed_precision != "bf16" or not runs_on_cpu(device):
        return None
    ratio = _seconds(torch.bfloat16) / _seconds(torch.float32)
    return ratio if ratio >= WORTH_SAYING else None


def _seconds(dtype: torch.dtype) -> float:
    """The least of three products, after one that loads what they need."""
    rows, inner, columns = SHAPE
    a, b = torch.ones(rows, inner, dtype=dtype), torch.ones(inner, columns, dtype=dtype)
    taken = []
    for _ in range(4):
        start = time.perf_counter()
        a @ b
        taken.append(time.perf_counter() - start)
    return min(taken[1:])
