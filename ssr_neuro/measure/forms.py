"""The forms in which a model serves one more recommendation, as `ssr cost` names them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import torch

from ssr_neuro.model.gru4rec import GRU4Rec
from ssr_neuro.model.lrurec import LRURec
from ssr_neuro.model.parts.recommender import RecommenderModel
from ssr_neuro.model.ssr import SSR

Model = Any  # the class that the form is for
# What is kept on the device from before, and the items that arrive with the inference.
Ready = tuple[Any, torch.Tensor]


@dataclass(frozen=True)
class MeasuredForm:
    """prepare: windows (B, N) on the model's device -> what an inference starts from; not timed.

    scores: that -> (B, V+1). once: what is done to the model before anything.
    """

    name: str
    prepare: Callable[[Model, torch.Tensor], Ready]
    scores: Callable[[Model, Any, torch.Tensor], torch.Tensor]
    once: Callable[[Model], None] = lambda model: None


def forms_of(kind: str) -> tuple[MeasuredForm, ...]:
    """Every form of that kind of model; the first is what its program does for a window."""
    return (FULL, *MORE.get(kind, ()))


def _whole_window(model: RecommenderModel, windows: torch.Tensor) -> Ready:
    return None, windows


def _score(model: RecommenderModel, _: Any, windows: torch.Tensor) -> torch.Tensor:
    scores: torch.Tensor = model(windows)
    return scores


def _keep_codes(model: SSR) -> None:
    """The spikes of an item follow from the weights alone."""
    codes = model.codes()
    setattr(model, "codes", lambda: codes)  # noqa: B010 - a method, for type checkers


def _lru_before(model: LRURec, windows: torch.Tensor) -> Ready:
    if windows.shape[1] == 1:
        return model.start(len(windows)), windows[:, -1]
    return model.read(windows[:, :-1])[0], windows[:, -1]


def _lru_step(model: LRURec, state: Any, items: torch.Tensor) -> torch.Tensor:
    return model.step(state, items)[1]


def _gru_before(model: GRU4Rec, windows: torch.Tensor) -> Ready:
    """States (layers, B, H) before the last item; zero while a window has only pads."""
    gru = model.gru.gru
    state = windows.new_zeros((gru.num_layers, len(windows), gru.hidden_size), dtype=torch.float32)
    begun = windows.cumsum(dim=1) > 0
    for n in range(windows.shape[1] - 1):
        after = gru(model.embed(windows[:, n : n + 1]), state)[1]
        state = torch.where(begun[None, :, n, None], after, state)
    return state, windows[:, -1]


def _gru_step(model: GRU4Rec, state: torch.Tensor, items: torch.Tensor) -> torch.Tensor:
    states = model.gru.gru(model.embed(items[:, None]), state)[0]
    return model.item_scores(model.readout(states[:, -1]))


FULL = MeasuredForm("full", _whole_window, _score)
MORE: Mapping[str, tuple[MeasuredForm, ...]] = {
    "ssr": (MeasuredForm("kept-codes", _whole_window, _score, _keep_codes),),
    "lrurec": (MeasuredForm("incremental", _lru_before, _lru_step),),
    "gru4rec": (MeasuredForm("incremental", _gru_before, _gru_step),),
}
