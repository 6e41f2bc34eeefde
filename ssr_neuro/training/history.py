"""What a training run has seen so far."""

from dataclasses import dataclass, field
from typing import Any

from ssr_neuro.training.start import State


@dataclass
class TrainingHistory:
    """What a run has seen: steps and seconds spent, every validation, the best weights.

    best: of the validation figure that selects. loss_sum: over the loss_steps since the latest
    validation. kernels: what computed the spiking layers on the CPU, in turn: the variant of the C
    kernels, or numba; a run that goes on where there is another one takes other bits.
    """

    step: int = 0
    seconds: float = 0.0
    curve: list[dict[str, Any]] = field(default_factory=list)
    best_step: int = 0
    best: float = -1.0
    best_state: State = field(default_factory=dict)
    worse_in_a_row: int = 0
    loss_sum: float = 0.0
    loss_steps: int = 0
    kernels: list[str] = field(default_factory=list)

    def add_loss(self, loss: float) -> None:
        self.loss_sum += loss
        self.loss_steps += 1

    def add_kernels(self, name: str) -> None:
        if self.kernels[-1:] != [name]:
            self.kernels.append(name)

    def forget_losses(self) -> None:
        self.loss_sum, self.loss_steps = 0.0, 0
