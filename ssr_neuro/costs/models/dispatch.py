"""Counts the operations of a real forward pass, as torch dispatches them, from their shapes.

What follows from weights alone could be computed once, so it is counted apart. Whole numbers and
truth values are places and masks, no numbers of the model: work on them, and a choice by them, is
not counted.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import prod
from typing import Any

import torch
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from ssr_neuro.costs.models.operators import (
    ATTENTION,
    CONSTANT,
    MATRICES,
    operations,
    split_products,
)
from ssr_neuro.costs.models.ops import Ops, sum_ops
from ssr_neuro.model.parts.complex_product import ComplexProduct

FILTER = "complex product"  # in a path: all that is done there is a product


@dataclass(frozen=True)
class OperatorWork:
    """What one operator did in the module at `path`.

    of_items: whether it follows from the items, or from weights alone. products: of matrix products
    and recurrences. moved: numbers that follow from the items and that a product reads or writes.
    weights: storages of the model that it read, by address; rows: numbers that it looked up there.
    """

    operator: str
    path: tuple[str, ...]
    of_items: bool
    products: Ops
    others: Ops
    moved: int
    weights: frozenset[int]
    rows: int

    @property
    def ops(self) -> Ops:
        """All its operations."""
        return self.products + self.others


@dataclass(frozen=True)
class Counted:
    """ops: of the items. once: of the weights alone. matrices: of ops, those in matrix products."""

    ops: Ops
    once: Ops
    matrices: Ops


class OperationCounter(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """`with Counter(items) as counter: model(items)`, then `counter.counted()`.

    given: the tensors that change from inference to inference, such as items and states. path: of
    the module that runs, as `follow_modules` keeps it.
    """

    def __init__(self, *given: torch.Tensor, path: Iterable[str] = ()) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        # Kept alive, so that no other tensor gets the id of one that is gone.
        self._of_items = {id(tensor): tensor for tensor in given}
        self._path = path
        self.work: list[OperatorWork] = []

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        """False: asking torch's compiler to skip this would first load it, which takes 2 s."""
        return False

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        name = func.overloadpacket.__name__
        read = () if name in CONSTANT else tuple(_tensors((args, kwargs)))
        following = [tensor for tensor in read if id(tensor) in self._of_items]
        out = func(*args, **(kwargs or {}))
        if following:
            self._of_items |= {id(tensor): tensor for tensor in _tensors(out)}
        first = next(iter(_tensors(out)), None)
        if first is not None:
            self.work.append(self._work(name, args, read, following, first))
        return out

    def _work(
        self,
        name: str,
        args: tuple[Any, ...],
        read: Iterable[torch.Tensor],
        following: list[torch.Tensor],
        out: torch.Tensor,
    ) -> OperatorWork:
        products, others = Ops(), Ops()
        if _is_number(out):
            products, others = split_products(name, operations(name, args, out), out)
        path = tuple(self._path)
        if FILTER in path:
            products, others = products + others, Ops()
        moved = _count_moved(name, args, following, out) if products != Ops() else 0
        return OperatorWork(
            operator=name,
            path=path,
            of_items=bool(following),
            products=products,
            others=others,
            moved=moved,
            weights=frozenset(map(storage_of, read)),
            rows=out.numel() if name == "embedding" else 0,
        )

    def counted(self) -> Counted:
        """All that was done so far."""
        of_items = [work for work in self.work if work.of_items]
        return Counted(
            ops=sum_ops(work.ops for work in of_items),
            once=sum_ops(work.ops for work in self.work if not work.of_items),
            matrices=sum_ops(work.ops for work in of_items if work.operator in MATRICES),
        )


@contextmanager
def follow_modules(model: nn.Module) -> Iterator[list[str]]:
    """A list that holds the names of the modules that run, the outermost first.

    Blocks and layers in a row have the name of their list, so that blocks are added up.
    """
    path: list[str] = []

    def enter(name: str) -> None:
        path.append(name)

    def leave() -> None:
        path.pop()

    handles = []
    for name, module in model.named_modules():
        own = FILTER if isinstance(module, ComplexProduct) else _own_name(name)
        handles += [
            module.register_forward_pre_hook(lambda *_, own=own: enter(own)),
            module.register_forward_hook(lambda *_: leave()),
        ]
    try:
        yield path
    finally:
        for handle in handles:
            handle.remove()


def _own_name(name: str) -> str:
    named = [part for part in name.split(".") if not part.isdigit()]
    return named[-1]


def storage_of(tensor: torch.Tensor) -> int:
    """The address of its numbers, the same for all views of them."""
    return tensor.untyped_storage().data_ptr()


def _count_moved(
    name: str, args: tuple[Any, ...], following: list[torch.Tensor], out: torch.Tensor
) -> int:
    """Numbers that a product reads and writes, of those that follow from the items."""
    moved = sum(map(_numbers, filter(_is_number, following))) + _numbers(out)
    if name == ATTENTION:  # scores and weights of all pairs, each written and read
        moved += 4 * (out.numel() // out.shape[-1]) * args[1].shape[2]
    if name.startswith("addcmul") and any(one is args[0] for one in following):
        moved -= _numbers(args[0]) + _numbers(out)  # an accumulator stays where it is
    return moved


def _tensors(tree: Any) -> Iterable[torch.Tensor]:
    return (leaf for leaf in tree_leaves(tree) if isinstance(leaf, torch.Tensor))


def _is_number(tensor: torch.Tensor) -> bool:
    return tensor.is_floating_point() or tensor.is_complex()


def _numbers(tensor: torch.Tensor) -> int:
    """Real numbers that it holds, each place once where it is repeated."""
    sizes = zip(tensor.shape, tensor.stride(), strict=True)
    return (2 if tensor.is_complex() else 1) * prod(size for size, stride in sizes if stride)
