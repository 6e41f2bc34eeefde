"""Counts the operations of a real forward pass, as torch dispatches them, from their shapes.

What follows from weights alone could be computed once, so it is counted apart. Whole numbers and
truth values are places and masks, no numbers of the model: work on them, and a choice by them, is
not counted. An operator that no rule counts is refused, so that none is left out unseen.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import ceil, log2
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from ssr_neuro.costs.models.elementwise import function, hardswish, layer_norm, relu, silu, softmax
from ssr_neuro.costs.models.ops import Ops, added
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


@dataclass(frozen=True)
class Counted:
    """ops: of the items. once: of the weights alone. matrices: of ops, those in matrix products."""

    ops: Ops
    once: Ops
    matrices: Ops


class Counter(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """`with Counter(items) as counter: model(items)`, then `counter.counted()`.

    given: the tensors that change from inference to inference, such as items and states.
    """

    def __init__(self, *given: torch.Tensor) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        # Kept alive, so that no other tensor gets the id of one that is gone.
        self._of_items = {id(tensor): tensor for tensor in given}
        self._done: list[tuple[str, bool, Ops]] = []

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        out = func(*args, **(kwargs or {}))
        name = func.overloadpacket.__name__
        read = () if name in CONSTANT else _tensors((args, kwargs))
        of_items = any(id(part) in self._of_items for part in read)
        if of_items:
            self._of_items |= {id(part): part for part in _tensors(out)}
        first = next(iter(_tensors(out)), None)
        if first is not None and (first.is_floating_point() or first.is_complex()):
            self._done.append((name, of_items, _ops(name, args, first)))
        return out

    def counted(self) -> Counted:
        """All that was done so far."""
        mine = [(name, ops) for name, of_items, ops in self._done if of_items]
        return Counted(
            ops=added(ops for _, ops in mine),
            once=added(ops for _, of_items, ops in self._done if not of_items),
            matrices=added(ops for name, ops in mine if name in MATRICES),
        )


def _tensors(tree: Any) -> Iterable[torch.Tensor]:
    return (leaf for leaf in tree_leaves(tree) if isinstance(leaf, torch.Tensor))


def _ops(name: str, args: Any, out: torch.Tensor) -> Ops:
    if name in FREE:
        return Ops()
    rule = RULES.get(name) or RULES.get(name.removesuffix("_"))
    if rule is None:
        raise BadInput(
            f"no rule counts the operator {name} with a result of shape {tuple(out.shape)}; add "
            "one to ssr_neuro/costs/models/dispatch.py"
        )
    return rule(args, out)


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


def _times(args: Any, out: torch.Tensor) -> Ops:
    if any(isinstance(part, torch.Tensor) and part.dtype == torch.bool for part in args[:2]):
        return Ops()
    if out.is_complex():
        return Ops(multiplications=4, additions=2) * out.numel()
    return Ops(multiplications=out.numel())


def _sums(args: Any, out: torch.Tensor) -> Ops:
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


def _each(ops: Callable[[int], Ops]) -> Rule:
    return lambda args, out: ops(out.numel())


def _special(name: str) -> Rule:
    return _each(lambda count: function(name, count))


MATRICES = {"mm", "bmm", "addmm"}
RULES: dict[str, Rule] = {
    "mm": _matrix,
    "bmm": _matrix,
    "addmm": _addmm,
    "_scaled_dot_product_flash_attention_for_cpu": _attention,
    "native_layer_norm": _norm,
    "native_batch_norm": _each(lambda count: Ops(macs=count)),
    "_fft_r2c": _fft,
    "_fft_c2r": _fft,
    "mul": _times,
    "addcmul": _each(lambda count: Ops(macs=count)),
    "cumsum": _sums,
    "mean": _mean,
    "relu": _each(relu),
    "silu": _each(silu),
    "hardswish": _each(hardswish),
    "pow": _each(lambda count: Ops(multiplications=count)),
    **{name: _each(lambda count: Ops(additions=count)) for name in ("add", "sub", "rsub")},
    **{
        name: _special(name)
        for name in ("cos", "exp", "gelu", "rsqrt", "sigmoid", "sin", "softplus", "tanh")
    },
}
