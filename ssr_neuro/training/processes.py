"""The processes that share a training: their device, and values that they agree on."""

import atexit
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import torch

from ssr_neuro import extras
from ssr_neuro.errors import BadInput
from ssr_neuro.settings.training import TrainSettings
from ssr_neuro.training.precision import runs_on_cpu

if TYPE_CHECKING:
    from accelerate import Accelerator


def make_accelerator(settings: TrainSettings) -> "Accelerator":
    """This process's share of the devices, all of its random numbers seeded."""
    extras.require("training", "accelerate")
    from accelerate import Accelerator
    from accelerate.state import AcceleratorState
    from accelerate.utils import set_seed

    # The precision of a training before in this process, which Accelerate would hold on to.
    AcceleratorState._reset_state()
    try:
        # Without the flag, Accelerate trains one model per process where there is no accelerator.
        accelerator = Accelerator(
            mixed_precision=settings.mixed_precision, cpu=runs_on_cpu(settings.device)
        )
    except ValueError as error:
        raise BadInput(
            f"cannot train with mixed_precision {settings.mixed_precision!r} on device "
            f"{settings.device!r} in this process: {error}"
        ) from error
    if settings.batch_size % accelerator.num_processes:
        raise BadInput(
            f"batch_size {settings.batch_size} cannot be shared evenly by "
            f"{accelerator.num_processes} processes; choose a multiple"
        )
    if accelerator.num_processes > 1:
        atexit.unregister(_leave_group)
        atexit.register(_leave_group)
    set_seed(settings.seed)
    return accelerator


def _leave_group() -> None:
    """A process that ends while threads of its group run is now and then aborted."""
    if torch.distributed.is_initialized():
        torch.distributed.destroy_process_group()


def broadcast_first(values: Any) -> Any:
    """Tensors, alone or in a dict, as the first process has them."""
    from accelerate.utils import broadcast

    return broadcast(values)


def own_share(accelerator: "Accelerator", rows: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The rows that this process works on: one of as many as there are processes."""
    return rows[accelerator.process_index :: accelerator.num_processes]
