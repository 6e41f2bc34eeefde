"""Kernels of `torch.nn.GRU` on a GPU, where cuDNN runs all its layers and steps in one call.

On a CPU torch takes the call apart, into about 15 operators a step and layer, none of which a GPU
would launch. cuDNN either runs a layer as a sequence of operations (Appleyard et al. 2016,
arXiv:1604.01946): one product of the inputs of all steps, then at each step a product with the
state and a kernel of the gates. Or it keeps the weights in registers, in one kernel a layer
(persistent, Diamos et al. 2016). Which of the two is cuDNN's choice, so both are counted.
"""

from typing import Any

from torch.overrides import TorchFunctionMode

from ssr_neuro.costs.gpu.kernels import KernelCounter

INPUTS = 1  # the product of all steps' inputs
EACH_STEP = 2  # the product with the state, and the gates


class FusedGru(TorchFunctionMode):
    """Has `counter` count each call of a GRU as cuDNN runs it. Operations and bytes stay."""

    def __init__(self, counter: KernelCounter) -> None:
        super().__init__()
        self._counter = counter

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        def run() -> Any:
            return func(*args, **(kwargs or {}))

        if getattr(func, "__name__", "") != "gru":
            return run()
        # As torch.nn.GRU calls it on a batch that is not packed.
        inputs, layers, batch_first = args[0], args[4], args[8]
        steps = inputs.shape[1 if batch_first else 0]
        return self._counter.replace_kernels(run, layers, layers * (INPUTS + EACH_STEP * steps))
