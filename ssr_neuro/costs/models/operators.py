"""What each operator of torch computes, from the shapes of what it reads and writes."""

from collections.abc import Callable
from dataclasses import replace
from math import ceil, log2
from typing import Any

import torch

from ssr_neuro.costs.models.elementwise import function, hardswish, layer_norm, relu, silu, softmax
from ssr_neuro.costs.models.ops import Ops
from ssr_neuro.errors import BadInput

Rule = Callable[[Any, torch.Tensor], Ops]
# Places, copies and choices.
FREE = frozenset(
    "_to_copy _unsafe_view alias cat clone constant_pad_nd embedding empty expand flip "
    "gather index_fill lift_fresh masked_fill neg new_zeros permute reshape scalar_tensor "
    "select slice split split_with_sizes squeeze stack t transpose transpose_ unbind "
    "unsafe_split unsqueeze view view_as_complex where zeros zeros_like".split()
)
CONSTANT = frozenset(("new_zeros", "zeros_like"))  # of what they are given only the shape is read


def operations(name: str, args: Any, out: torch.Tensor) -> Ops:
    """Of one operator. Raises BadInput where no rule counts it, so that none is left out unseen."""
    if name in FREE:
        return Ops()
    rule = RULES.get(name) or RULES.get(name.removesuffix("_"))
    if rule is None:
        raise BadInput(
            f"no rule counts the operator {name} with a result of shape {tuple(out.shape)}; add "
            "one to ssr_neuro/costs/models/operators.py"
        )
    return rule(args, out)


def split_products(name: str, ops: Ops, out: torch.Tensor) -> tuple[Ops, Ops]:
    """Operations of an operator: those of matrix products and recurrences, and the others.

    A product of complex numbers is a filter's in the frequency domain.
    """
    if name.removesuffix("_") in PRODUCTS or (name == "mul" and out.is_complex()):
        return ops, Ops()
    if name == ATTENTION:
        return Ops(macs=ops.macs), replace(ops, macs=0)
    return Ops(), ops


def _matrix(args: Any, out: torch.Tensor) -> Ops:
    """mm and bmm: one multiply-add for each number of the result and inner place."""
    return Ops(macs=out.numel() * args[0].shape[-1])


def _addmm(args: Any, out: torch.Tensor) -> Ops:
    """The accumulator starts from the bias."""
    return Ops(macs=out.numel() * args[1].shape[-1])


def _attention(args: Any, out: torch.Tensor) -> Ops:
    """query (B, heads, M, d), key (B, heads, N, d): products, the scale and a softmax."""
    rows = out.numel() // out.shape[-1]
    pairs = rows * args[1].shape[2]
    scale = Ops(macs=2 * pairs * out.shape[-1], multiplications=pairs)
    return scale + softmax(rows, pairs)


def _product(args: Any, out: torch.Tensor) -> Ops:
    if any(isinstance(part, torch.Tensor) and part.dtype == torch.bool for part in args[:2]):
        return Ops()
    if out.is_complex():
        return Ops(multiplications=4, additions=2) * out.numel()
    return Ops(multiplications=out.numel())


def _convolution(args: Any, out: torch.Tensor) -> Ops:
    """args[1], the weights: (channels out, channels in of a group, *kernel)."""
    return Ops(macs=out.numel() * args[1][0].numel())


def _quotient(args: Any, out: torch.Tensor) -> Ops:
    """By a number: a product. By a tensor: its reciprocals, then a product each."""
    products, divisor = Ops(multiplications=out.numel()), args[1]
    if isinstance(divisor, torch.Tensor):
        products += function("reciprocal", divisor.numel())
    return products


def _power(args: Any, out: torch.Tensor) -> Ops:
    if args[1] == 1:
        return Ops()
    if args[1] == 2:
        return Ops(multiplications=out.numel())
    return function("power", out.numel())


def _softmax(args: Any, out: torch.Tensor) -> Ops:
    return softmax(out.numel() // out.shape[args[1]], out.numel())


def _scatter_add(args: Any, out: torch.Tensor) -> Ops:
    """args[3]: what is added, number by number."""
    return Ops(additions=args[3].numel())


def _reduction(args: Any, out: torch.Tensor) -> Ops:
    """sum, amax: of k numbers, k - 1 additions or comparisons."""
    return Ops(additions=args[0].numel() - out.numel())


def _count_running_sums(args: Any, out: torch.Tensor) -> Ops:
    """cumsum: of k numbers in a row, k - 1 additions."""
    return Ops(additions=out.numel() - out.numel() // out.shape[args[1]])


def _mean(args: Any, out: torch.Tensor) -> Ops:
    return Ops(additions=args[0].numel(), multiplications=out.numel())


def _norm(args: Any, out: torch.Tensor) -> Ops:
    width: int = args[1][-1]
    return layer_norm(out.numel() // width, width)


def _fft(args: Any, out: torch.Tensor) -> Ops:
    """Nominal, of a real transform of n numbers: n log2 n multiply-adds and half as many additions
    (half of the usual 5 n log2 n of a complex one); each column apart."""
    real = args[0] if out.is_complex() else out
    length: int = real.shape[args[1][0]]
    one = Ops(ceil(length * log2(length)), ceil(length * log2(length) / 2))
    return one * (real.numel() // length)


def _count_each(ops: Callable[[int], Ops]) -> Rule:
    return lambda args, out: ops(out.numel())


def _function(name: str) -> Rule:
    return _count_each(lambda count: function(name, count))


MATRICES = frozenset(("mm", "bmm", "addmm"))
# Matrix products and what stands for one: transforms, convolutions, recurrences step by step.
PRODUCTS = MATRICES | {"_fft_r2c", "_fft_c2r", "addcmul", "convolution"}
ATTENTION = "_scaled_dot_product_flash_attention_for_cpu"
RULES: dict[str, Rule] = {
    "mm": _matrix,
    "bmm": _matrix,
    "addmm": _addmm,
    "convolution": _convolution,
    ATTENTION: _attention,
    "native_layer_norm": _norm,
    "native_batch_norm": _count_each(lambda count: Ops(macs=count)),
    "_fft_r2c": _fft,
    "_fft_c2r": _fft,
    "mul": _product,
    "addcmul": _count_each(lambda count: Ops(macs=count)),
    "div": _quotient,
    "cumsum": _count_running_sums,
    "sum": _reduction,
    "amax": _reduction,
    "scatter_add": _scatter_add,
    "_softmax": _softmax,
    "mean": _mean,
    "relu": _count_each(relu),
    "silu": _count_each(silu),
    "hardswish": _count_each(hardswish),
    "pow": _power,
    **{name: _count_each(lambda count: Ops(additions=count)) for name in ("add", "sub", "rsub")},
    **{
        name: _function(name)
        for name in ("cos", "exp", "gelu", "log", "rsqrt", "sigmoid", "sin", "softplus", "tanh")
    },
}
