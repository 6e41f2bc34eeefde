"""What one forward pass asks of a GPU, counted kernel by kernel as torch dispatches them.

The pass runs on the CPU; its operators are those that a GPU would run. A few differ: attention is
one kernel on either, a Fourier transform may take two, and a fused GPU kernel may replace several.
A GRU is counted as `fused_gru.py` says.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import log2
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves
from torch.utils.flop_counter import flop_registry

# Operators that launch nothing although they are no views: memory is set aside, or a shape changes.
NO_KERNEL = frozenset(("_unsafe_view", "empty", "empty_like", "lift_fresh", "new_empty"))
# Of their first tensor they read only the rows that they return.
ROWS = frozenset(("embedding", "gather", "index", "index_select"))
FFT = frozenset(("_fft_c2c", "_fft_c2r", "_fft_r2c"))
ATTENTION = "_scaled_dot_product_"
COMPLEX_PRODUCT = 4  # real products in a complex one; torch's counter takes it as one


@dataclass(frozen=True)
class ForwardPass:
    """One forward pass. Operations: an addition and a multiplication are two.

    kernels: at most; least_kernels: where the GPU fuses the steps of a GRU. matrix_operations: in
    matrix products. other_operations: one for each number that any other kernel writes, 5/2 n
    log2 n for a real Fourier transform of n. moved_bytes: what every kernel reads and writes.
    written_bytes: the writing alone. weight_bytes: what is read that no kernel of this pass wrote:
    weights, and whatever is kept from before.
    """

    kernels: int
    least_kernels: int
    matrix_operations: int
    other_operations: int
    moved_bytes: int
    written_bytes: int
    weight_bytes: int


class KernelCounter(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """`with KernelCounter() as counter: model(items)`, then `counter.counted()`."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._kernels = self._least = 0
        self._matrix = self._others = self._moved = self._written = 0
        # Storages are kept alive, so that no other gets the address of one that is gone.
        self._made: dict[int, torch.UntypedStorage] = {}
        self._given: dict[int, tuple[torch.UntypedStorage, int]] = {}

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        """False: asking torch's compiler to skip this would first load it, which takes 2 s."""
        return False

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        out = func(*args, **(kwargs or {}))
        name = func.overloadpacket.__name__
        if func.is_view:
            return out
        made = list(_tensors(out))
        if name not in NO_KERNEL:
            read = self._read(name, list(_tensors((args, kwargs))), made)
            self._count(func, name, args, kwargs or {}, out, made, read)
        if name != "_unsafe_view":
            self._made |= {_address(tensor): tensor.untyped_storage() for tensor in made}
        return out

    def replace_kernels(self, run: Callable[[], Any], least: int, most: int) -> Any:
        """Counts so many kernels instead of those that `run` dispatches; what run returns."""
        after = self._least + least, self._kernels + most
        out = run()
        self._least, self._kernels = after
        return out

    def counted(self) -> ForwardPass:
        """All kernels so far."""
        return ForwardPass(
            kernels=self._kernels,
            least_kernels=self._least,
            matrix_operations=self._matrix,
            other_operations=self._others,
            moved_bytes=self._moved,
            written_bytes=self._written,
            weight_bytes=sum(size for _, size in self._given.values()),
        )

    def _count(
        self,
        func: Any,
        name: str,
        args: Any,
        kwargs: Any,
        out: Any,
        made: list[torch.Tensor],
        read: int,
    ) -> None:
        written = sum(map(_bytes, made))
        self._kernels += 1
        self._least += 1
        self._written += written
        self._moved += read + written
        self._matrix += (products := _products(func, name, args, kwargs, out))
        self._others += 0 if products else _others(name, args, made)

    def _read(self, name: str, given: list[torch.Tensor], made: list[torch.Tensor]) -> int:
        """Bytes that the kernel reads; notes those that come from outside the pass."""
        total = 0
        for place, tensor in enumerate(given):
            rows = name in ROWS and place == 0
            size = sum(map(_bytes, made)) if rows else _bytes(tensor)
            total += size
            address = _address(tensor)
            if address not in self._made:
                before = self._given.get(address, (None, 0))[1]
                most = max(before, min(size, _bytes(tensor)))
                self._given[address] = (tensor.untyped_storage(), most)
        return total


def _tensors(tree: Any) -> Iterable[torch.Tensor]:
    return (leaf for leaf in tree_leaves(tree) if isinstance(leaf, torch.Tensor))


def _address(tensor: torch.Tensor) -> int:
    return tensor.untyped_storage().data_ptr()


def _bytes(tensor: torch.Tensor) -> int:
    """Of an expanded tensor only what is there."""
    return min(tensor.numel() * tensor.element_size(), tensor.untyped_storage().nbytes())


def _products(func: Any, name: str, args: Any, kwargs: Any, out: Any) -> int:
    if name.startswith(ATTENTION):
        query, key = args[0], args[1]
        return int(4 * query.numel() * key.shape[-2])
    count = flop_registry.get(func.overloadpacket)
    if count is None:
        return 0
    is_complex = any(tensor.is_complex() for tensor in _tensors(out))
    return int(count(*args, **kwargs, out_val=out)) * (COMPLEX_PRODUCT if is_complex else 1)


def _others(name: str, args: Any, made: list[torch.Tensor]) -> int:
    numbers = sum(tensor.numel() for tensor in made)
    if name not in FFT:
        return numbers
    real = made[0] if args[0].is_complex() else args[0]
    length = real.shape[args[1][0]]
    return round(2.5 * real.numel() * log2(length)) if length > 1 else numbers
