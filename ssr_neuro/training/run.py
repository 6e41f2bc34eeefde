"""A training run under way: what one step does, how it is judged, what it takes to go on later."""

import copy
import math
import time
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import torch

from ssr_neuro import extras
from ssr_neuro.errors import BadInput
from ssr_neuro.evaluation.evaluate import SequenceSet, model_scores, rank_rows
from ssr_neuro.evaluation.metrics import Metrics, Rank
from ssr_neuro.files.limits import demand_memory
from ssr_neuro.model.parts.recommender import RecommenderModel, parameter_groups
from ssr_neuro.settings.training import TrainSettings
from ssr_neuro.training.batches import batches
from ssr_neuro.training.half_precision import halve
from ssr_neuro.training.precision import runs_on_cpu
from ssr_neuro.training.pruning import prune
from ssr_neuro.training.schedule import (
    lr_factor,
    penalty_weight,
    pruned_share,
    rows_of_step,
    seed_of_step,
    settled_at,
    total_steps,
)
from ssr_neuro.training.start import State, build_first_model
from ssr_neuro.training.teacher import Lesson, Teacher, check_student

if TYPE_CHECKING:
    from accelerate import Accelerator

EVALUATION_BATCH = 512
RATE_EVERY = 25  # steps between counts of spikes where no penalty needs them


class Parts(Protocol):
    """Training, validation and test sequences; `ssr_neuro.data.split` makes them."""

    @property
    def train(self) -> SequenceSet: ...
    @property
    def valid(self) -> SequenceSet: ...
    @property
    def test(self) -> SequenceSet: ...
    @property
    def protocol(self) -> str: ...
    @property
    def windows(self) -> str: ...


@dataclass
class TrainingHistory:
    """What a run has seen: steps and seconds spent, every validation, the best weights.

    best: of the validation figure that selects. loss_sum: over the loss_steps since the latest
    validation.
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

    def add_loss(self, loss: float) -> None:
        self.loss_sum += loss
        self.loss_steps += 1

    def forget_losses(self) -> None:
        self.loss_sum, self.loss_steps = 0.0, 0


def _demand_memory(
    model: RecommenderModel, items: int, settings: TrainSettings, device: torch.device
) -> None:
    """Raises BadInput before a training on the CPU that cannot fit: weights with gradients, two
    moments, a copy that is judged and the best ones, and the scores of a batch with gradients."""
    if device.type == "cpu":
        weights = sum(parameter.numel() for parameter in model.parameters())
        demand_memory(
            4 * (6 * weights + 2 * settings.batch_size * (settings.negatives or items)),
            f"training {weights:,} weights on batches of {settings.batch_size:,} sequences over "
            f"{items:,} items",
            "give a smaller --batch-size, --set negatives=256 or a smaller model",
        )


class TrainingRun:
    """Model, optimiser and history of one run on this process, from random weights or `start`."""

    def __init__(
        self,
        parts: Parts,
        kind: str,
        config: Any,
        settings: TrainSettings,
        start: State | None = None,
        teacher: Teacher | None = None,
    ) -> None:
        self.parts, self.kind, self.settings = parts, kind, settings
        self.accelerator = _accelerator(settings)
        self.core = build_first_model(kind, config, settings, start)
        check_student(self.core, settings, teacher)
        _demand_memory(self.core, config.items, settings, self.accelerator.device)
        device = self.accelerator.device
        self.lesson = None if teacher is None else Lesson(teacher, settings, device)
        # Judged apart from the trained module: in full precision, without distributed wrappers.
        self.judge = copy.deepcopy(self.core).to(self.accelerator.device)
        self.activity = self.core.activity()
        self.rate: float | None = None  # mean firing rate of the latest step that counted
        groups = parameter_groups(self.core, settings)
        self.rates = [group["lr"] for group in groups]
        optimizer = torch.optim.AdamW(groups, weight_decay=settings.weight_decay)
        self.model, self.optimizer = self.accelerator.prepare(self.core, optimizer)
        self.batch = batches(parts.train, self.accelerator.device, settings.horizon)
        self.total = total_steps(len(parts.train), settings)
        self.history = TrainingHistory()
        self._resumed_at = time.monotonic()
        self._seconds_before = 0.0

    def done(self) -> float:
        """Share of the run behind it, by steps or by the clock, the same on every process."""
        self.history.seconds = self._seconds_before + time.monotonic() - self._resumed_at
        by_steps = self.history.step / self.total
        if self.settings.max_minutes is None:
            return by_steps
        if self.accelerator.num_processes > 1:
            spent = torch.tensor(self.history.seconds, device=self.accelerator.device)
            self.history.seconds = float(_broadcast(spent))
        return max(by_steps, self.history.seconds / (60 * self.settings.max_minutes))

    def finished(self, done: float) -> bool:
        patience = self.settings.patience
        return done >= 1 or (patience is not None and self.history.worse_in_a_row >= patience)

    def step(self, done: float) -> float:
        """One optimiser step -> loss. Raises BadInput where the loss is not finite."""
        step, process = self.history.step, self.accelerator.process_index
        torch.manual_seed(seed_of_step(step, process, self.settings))
        factor = lr_factor(step, done, self.settings)
        for group, rate in zip(self.optimizer.param_groups, self.rates, strict=True):
            group["lr"] = rate * factor
        rows = rows_of_step(step, len(self.parts.train), self.settings)
        items, targets = self.batch(self._share(rows))
        if self.lesson is not None:
            with self.accelerator.autocast():
                targets = self.lesson(items, targets)
        if self.activity is not None:
            self.activity.listening = bool(self.settings.rate_penalty) or step % RATE_EVERY == 0
        loss: torch.Tensor = self.model(items, targets) + self._rate_penalty(done)
        if not math.isfinite(value := float(loss.detach())):
            raise BadInput(
                f"the loss is {value} at step {step + 1}; train with a lower lr (now "
                f"{self.settings.lr}) or table_lr ({self.settings.table_lr})"
            )
        self.optimizer.zero_grad()
        self.accelerator.backward(loss)
        if self.settings.max_grad_norm is not None:
            longest = self.settings.max_grad_norm
            self.accelerator.clip_grad_norm_(self.model.parameters(), longest)
        self.optimizer.step()
        if self.settings.pruned:
            prune(self.core, pruned_share(done, self.settings))
        self.history.step += 1
        self.history.add_loss(value)
        return value

    def _rate_penalty(self, done: float) -> float | torch.Tensor:
        """What the latest forward pass's synaptic operations add to the loss; notes its rate."""
        if self.activity is None or not self.activity.listening:
            return 0.0
        self.rate = self.activity.rate()
        weight = penalty_weight(done, self.settings)
        penalty = weight * self.activity.synaptic_operations() if weight else 0.0
        self.activity.clear()
        return penalty

    def validate(self) -> None:
        """Judge the present weights on the validation set and keep them if they are the best.

        A refit has nothing to judge by, and keeps them. Weights of a penalty or a share of zeros
        that is not yet whole are judged alone: they are not what was asked for.
        """
        state = self._weights()
        if self.settings.refit:
            return self._keep(state)
        found = self.measure(state, self.parts.valid).to_dict()
        history = self.history
        history.curve.append({"step": history.step, **found})
        if self.done() < settled_at(self.settings):
            return
        history.worse_in_a_row += 1
        if (value := found[self.settings.select_by]) > history.best:
            history.best = value
            self._keep(state)
            history.worse_in_a_row = 0

    def _weights(self) -> State:
        state = {name: tensor.detach().clone() for name, tensor in self.core.state_dict().items()}
        if self.accelerator.num_processes > 1:
            # Batch statistics differ between processes; those of the first are the model's.
            state = _broadcast(state)
        return self._as_stored(state)

    def _as_stored(self, state: State) -> State:
        return halve(self.core, state) if self.settings.stored == "float16" else state

    def _keep(self, state: State) -> None:
        self.history.best_step = self.history.step
        self.history.best_state = {name: tensor.cpu() for name, tensor in state.items()}

    def measure(self, state: State, sequences: SequenceSet, *, progress: bool = False) -> Metrics:
        """Metrics of some weights, every process ranking its share."""
        self.judge.load_state_dict(state)
        rows = self._share(np.arange(len(sequences)))
        found = rank_rows(
            model_scores(self.judge), sequences, rows, EVALUATION_BATCH, progress=progress
        )
        if self.accelerator.num_processes > 1:
            found = found.map(self._gather)
        return found.metrics()

    def _gather(self, own: Rank) -> Rank:
        """The ranks of all processes."""
        ranks = torch.as_tensor(own, dtype=torch.float32, device=self.accelerator.device)
        padded = self.accelerator.pad_across_processes(ranks, pad_index=-1)
        together: Rank = self.accelerator.gather(padded).cpu().double().numpy()
        return together[together > 0]

    def finished_model(self) -> tuple[Any, State]:
        """Config and weights of the best model found, as its users get it."""
        self.judge.load_state_dict(self.history.best_state)
        config, state = self.judge.finish()
        return config, self._as_stored(state)

    def state_dict(self) -> dict[str, Any]:
        """All it takes to go on from here, as tensors and plain data."""
        scaler = self.accelerator.scaler
        return {
            "history": asdict(self.history),
            "rate": self.rate,
            "model": self.core.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "scaler": None if scaler is None else scaler.state_dict(),
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        history = dict(state["history"])
        if "best_ndcg" in history:  # an older release selected by that alone
            history["best"] = history.pop("best_ndcg")
        self.history = TrainingHistory(**history)
        self.rate = state.get("rate")
        self._seconds_before = self.history.seconds
        self._resumed_at = time.monotonic()
        self.core.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        if self.accelerator.scaler is not None and state["scaler"] is not None:
            self.accelerator.scaler.load_state_dict(state["scaler"])

    def _share(self, rows: np.ndarray[Any, np.dtype[np.int64]]) -> Any:
        return rows[self.accelerator.process_index :: self.accelerator.num_processes]


def _accelerator(settings: TrainSettings) -> "Accelerator":
    """This process's share of the devices, all of its random numbers seeded."""
    extras.require("training", "accelerate")
    from accelerate import Accelerator
    from accelerate.utils import set_seed

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
    set_seed(settings.seed)
    return accelerator


def _broadcast(values: Any) -> Any:
    """Tensors, alone or in a dict, as the first process has them."""
    from accelerate.utils import broadcast

    return broadcast(values)
