"""What a run starts from: random weights, or those of a trained model, in float or rounded."""

import hashlib
from typing import Any

import torch

from ssr_neuro.errors import BadInput
from ssr_neuro.model import build
from ssr_neuro.model.parts.recommender import RecommenderModel, trains_all_positions
from ssr_neuro.model.ssr import SSR
from ssr_neuro.settings.training import TrainSettings
from ssr_neuro.training.pruning import check_pruning

State = dict[str, torch.Tensor]


def build_first_model(
    kind: str, config: Any, settings: TrainSettings, start: State | None
) -> RecommenderModel:
    """The model before the first step; with `settings.weight_bits` one that computes in integers.

    Raises BadInput where the settings ask for what this kind of model, or this start, has not.
    """
    model = build(kind, config)
    if settings.rate_penalty and kind != "ssr":
        raise BadInput(f"rate_penalty needs spikes to count, and a model of kind {kind!r} has none")
    check_pruning(kind, settings)
    if settings.every_step and kind != "ssr":
        raise BadInput(
            f"every_step learns to stop after any time step, and a model of kind {kind!r} has "
            "none; leave it out"
        )
    if start is not None:
        # Gains that the trained model has not change nothing at first of what it computes.
        gains = {n: one for n, one in model.state_dict().items() if n.endswith(".gains")}
        model.load_state_dict(gains | start)
    if settings.weight_bits is not None:
        model = _round_weights(model, kind, settings, start)
    _check_horizon(model, settings)
    model.sample_negatives(settings.negatives)
    model.teacher_loss = settings.teacher_loss
    model.student_hides = settings.student_hides
    if isinstance(model, SSR):
        model.every_step = settings.every_step
    return model


def fingerprint(start: State | None) -> str | None:
    """SHA-256 of the weights a run starts from; None for random ones."""
    if start is None:
        return None
    digest = hashlib.sha256()
    for name in sorted(start):
        digest.update(name.encode())
        digest.update(start[name].contiguous().numpy().tobytes())
    return digest.hexdigest()


def learns_windows_by_all_scores(model: RecommenderModel) -> bool:
    """Whether its loss is that of one next item a window, among the scores of all."""
    return model.samples_negatives and not trains_all_positions(model.config)


def _check_horizon(model: RecommenderModel, settings: TrainSettings) -> None:
    if settings.horizon == 1:
        return
    if settings.negatives is not None:
        raise BadInput("horizon above 1 and negatives do not go together; leave one of the two out")
    if not learns_windows_by_all_scores(model):
        raise BadInput(
            f"horizon is {settings.horizon}, and {type(model).__name__} does not learn one window "
            "at a time by the scores of all items; leave horizon out (or, where the model has it, "
            "--set all_positions=false)"
        )


def _round_weights(
    model: RecommenderModel, kind: str, settings: TrainSettings, start: State | None
) -> RecommenderModel:
    from ssr_neuro.model.parts.rounded_ssr import RoundedSSR
    from ssr_neuro.model.ssr import SSR

    if not isinstance(model, SSR):
        raise BadInput(
            f"weight_bits is for models that go to a chip; one of kind {kind!r} has no spikes"
        )
    if start is None:
        raise BadInput(
            "weight_bits needs a trained model to start from, whose normalisations can be folded; "
            "train one in float first, then --from it"
        )
    for name in ("feature_gains", "readout_skip"):
        if getattr(model.config, name):
            raise BadInput(
                f"weight_bits trains the weights that all features share, and this model has {name}"
                "; compile it with --weight-bits as it is"
            )
    return RoundedSSR(model, settings.weight_bits or 8)
