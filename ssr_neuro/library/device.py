"""Where to compute: the CPU, or the accelerator there is."""

from typing import TYPE_CHECKING

from ssr_neuro.errors import BadInput

if TYPE_CHECKING:
    import torch

DEVICES = ("auto", "cpu")


def find_device(name: str) -> "torch.device":
    """cpu, or with auto the accelerator there is. Raises BadInput on another name."""
    import torch

    if name not in DEVICES:
        raise BadInput(f"--device is {name!r}; it must be {' or '.join(DEVICES)}")
    found = torch.accelerator.current_accelerator(check_available=True)
    return found if name == "auto" and found is not None else torch.device("cpu")
