"""A training run under way: what one step does, how it is judged, what it takes to go on later."""

import math
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any, Protocol

import torch

from ssr_neuro.errors import BadInput
from ssr_neuro.evaluation.evaluate import SequenceSet
from ssr_neuro.files import gate
from ssr_neuro.model.native import library
from ssr_neuro.model.parts.recommender import parameter_groups
from ssr_neuro.settings.training import TrainSettings
from ssr_neuro.training.batches import batches
from ssr_neuro.training.half_precision import halve
from ssr_neuro.training.history import TrainingHistory
from ssr_neuro.training.judge import Judge
from ssr_neuro.training.memory import check_memory
from ssr_neuro.training.processes import broadcast_first, make_accelerator, own_share
from ssr_neuro.training.pruning import prune
from ssr_neuro.training.saved_state import AFRESH, check_moments, check_weights
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
        self.accelerator = make_accelerator(settings)
        self.core = build_first_model(kind, config, settings, start)
        check_student(self.core, settings, teacher)
        check_memory(self.core, config.items, settings, self.accelerator.device)
        device = self.accelerator.device
        self.lesson = None if teacher is None else Lesson(teacher, settings, device)
        self.judge = Judge(self.core, self.accelerator)
        self.activity = self.core.activity()
        self.rate: float | None = None  # mean firing rate of the latest step that counted
        groups = parameter_groups(self.core, settings)
        self.rates = [group["lr"] for group in groups]
        # On the CPU one pass over all parameters; elsewhere torch's own choice.
        fused = device.type == "cpu" or None
        optimizer = torch.optim.AdamW(groups, weight_decay=settings.weight_decay, fused=fused)
        self.model, self.optimizer = self.accelerator.prepare(self.core, optimizer)
        self.batch = batches(parts.train, self.accelerator.device, settings.horizon)
        self.total = total_steps(len(parts.train), settings)
        self.history = TrainingHistory()
        self._add_kernels()
        self._resumed_at = time.monotonic()
        self._seconds_before = 0.0

    def _add_kernels(self) -> None:
        if self.kind == "ssr" and self.accelerator.device.type == "cpu":
            self.history.add_kernels(library.name())

    def done(self) -> float:
        """Share of the run behind it, by steps or by the clock, the same on every process."""
        self.history.seconds = self._seconds_before + time.monotonic() - self._resumed_at
        by_steps = self.history.step / self.total
        if self.settings.max_minutes is None:
            return by_steps
        if self.accelerator.num_processes > 1:
            spent = torch.tensor(self.history.seconds, device=self.accelerator.device)
            self.history.seconds = float(broadcast_first(spent))
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
        items, targets = self.batch(own_share(self.accelerator, rows))
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
        that is not yet whole are judged alone: they are not what was asked for. So are those that a
        run starts from, where it has a penalty.
        """
        state = self._weights()
        if self.settings.refit:
            return self._keep(state)
        found = self.judge.measure(state, self.parts.valid).to_dict()
        history = self.history
        if history.curve and history.curve[-1]["step"] == history.step:
            history.curve.pop()
        history.curve.append({"step": history.step, **found})
        before_penalty = history.step == 0 and self.settings.rate_penalty > 0
        if before_penalty or self.done() < settled_at(self.settings):
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
            state = broadcast_first(state)
        return self._as_stored(state)

    def _as_stored(self, state: State) -> State:
        return halve(self.core, state) if self.settings.stored == "float16" else state

    def _keep(self, state: State) -> None:
        self.history.best_step = self.history.step
        self.history.best_state = {name: tensor.cpu() for name, tensor in state.items()}

    def finished_model(self) -> tuple[Any, State]:
        """Config and weights of the best model found, as its users get it."""
        config, state = self.judge.finish(self.history.best_state)
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

    def load_state_dict(self, state: dict[str, Any], path: Path) -> None:
        """Go on from a state whose types were checked. Raises BadInput where it does not fit."""
        history = dict(state["history"])
        if "best_ndcg" in history:  # an older release selected by that alone
            history["best"] = history.pop("best_ndcg")
        self.history = TrainingHistory(**history)
        self._add_kernels()
        self.rate = state.get("rate")
        self._seconds_before = self.history.seconds
        self._resumed_at = time.monotonic()
        own = self.core.state_dict()
        for weights in (state["model"], self.history.best_state or own):
            check_weights(weights, own, path)
        self.core.load_state_dict(state["model"])
        # The settings are those of this run, and its groups follow from them.
        groups = self.optimizer.state_dict()["param_groups"]
        parameters = [one for group in self.optimizer.param_groups for one in group["params"]]
        moments = state["optimizer"]["state"]
        check_moments(moments, parameters, path)
        self.optimizer.load_state_dict({"state": moments, "param_groups": groups})
        if self.accelerator.scaler is not None and state.get("scaler") is not None:
            with gate.reading(path, "the scale of half precision", AFRESH):
                self.accelerator.scaler.load_state_dict(state["scaler"])
