"""Weights of SSR that are set to zero while it trains, and whose synapses the integers drop."""

import torch

from ssr_neuro.errors import BadInput
from ssr_neuro.model.parts.recommender import RecommenderModel
from ssr_neuro.model.ssr import SSR
from ssr_neuro.settings.training import TrainSettings


def check_pruning(kind: str, settings: TrainSettings) -> None:
    """Raises BadInput where a model has no spikes, or computes in integers already."""
    if settings.pruned and kind != "ssr":
        raise BadInput(
            f"pruned takes synapses away, and a model of kind {kind!r} has no spikes that pass "
            "them; leave it out"
        )
    if settings.pruned and settings.weight_bits is not None:
        raise BadInput(
            "pruned and weight_bits do not go together: prune in a float training first, then "
            "train its weights for fewer bits"
        )


@torch.no_grad()
def prune(model: RecommenderModel, share: float) -> None:
    """Set that share of every matrix that spikes pass to zero, smallest weights first.

    Fixed matrices, as those of the Fourier transform, stay. A weight that the next step makes large
    enough comes back.
    """
    assert isinstance(model, SSR)
    weights = [layer.weight for layer in model.layers().values()] + [model.readout.weight]
    for weight in weights:
        zeros = int(share * weight.numel())
        if zeros and isinstance(weight, torch.nn.Parameter):
            largest = weight.abs().flatten().kthvalue(zeros).values
            weight.masked_fill_(weight.abs() <= largest, 0.0)
