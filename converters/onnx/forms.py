"""What of a model becomes an ONNX file: its full pass, and one step of it where it has a state."""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import nn

from converters.onnx.ssr import UnrolledSSR
from ssr_neuro.errors import BadInput
from ssr_neuro.model.lrurec import LRURec
from ssr_neuro.model.parts.recommender import RecommenderModel, reads_users
from ssr_neuro.model.parts.recurrence_state import RecurrenceState
from ssr_neuro.model.ssr import SSR

EXAMPLES = 2  # sequences that are traced; sizes of 0 and 1 would be taken for constants


@dataclass(frozen=True, eq=False)
class OnnxForm:
    """One graph to be: a module in eval mode, and the examples it is traced with.

    name: of the file. inputs: by name, in the module's order. outputs: names in its order.
    batch_axis: which axis of an input or output is the batch.
    """

    name: str
    module: nn.Module
    inputs: Mapping[str, torch.Tensor]
    outputs: tuple[str, ...]
    batch_axis: Mapping[str, int]


class FullPass(nn.Module):
    """items (B, N), and times (B, N) of a model that needs them -> scores (B, V+1)."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, items: torch.Tensor, times: torch.Tensor | None = None) -> torch.Tensor:
        given = items if times is None else torch.stack([items, times], dim=-1)
        scores: torch.Tensor = self.model(given)
        return scores


class OneStep(nn.Module):
    """items (B,) and the state before, parts (L, B, H) -> scores (B, V+1), the state after."""

    def __init__(self, model: LRURec) -> None:
        super().__init__()
        self.model = model

    def forward(
        self, items: torch.Tensor, real: torch.Tensor, imaginary: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        state, scores = self.model.step(RecurrenceState(real, imaginary), items)
        return scores, state.real, state.imaginary


def full_pass(model: RecommenderModel, *, spikes: torch.dtype = torch.float64) -> OnnxForm:
    """The form that every model has. spikes: what an SSR decides its spikes in."""
    if reads_users(model.config):
        raise BadInput(
            "an ONNX file of a model with a vector for each user is not written, as it reads items "
            "alone; train it with --set user=mean"
        )
    inner = UnrolledSSR(model, spikes) if isinstance(model, SSR) else model
    names = ("items", "times") if model.needs_times else ("items",)
    shape = EXAMPLES, model.config.positions
    return OnnxForm(
        "model",
        FullPass(inner).eval(),
        {name: torch.ones(shape, dtype=torch.int64) for name in names},
        ("scores",),
        dict.fromkeys((*names, "scores"), 0),
    )


def one_step(model: LRURec) -> OnnxForm:
    """LRURec item by item: the state goes in and comes out, in real arithmetic."""
    start = model.start(EXAMPLES).real
    # Two tensors, as torch.export takes one that is given twice for one input.
    states = {"state_real": start, "state_imaginary": start.clone()}
    after = tuple(f"next_{name}" for name in states)
    return OnnxForm(
        "step",
        OneStep(model).eval(),
        {"items": torch.ones(EXAMPLES, dtype=torch.int64), **states},
        ("scores", *after),
        {"items": 0, "scores": 0, **dict.fromkeys((*states, *after), 1)},
    )


def forms(model: RecommenderModel) -> tuple[OnnxForm, ...]:
    """All that are exported of a model."""
    return (full_pass(model), *((one_step(model),) if isinstance(model, LRURec) else ()))
