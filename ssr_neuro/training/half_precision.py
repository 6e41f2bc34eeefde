"""Weights as a checkpoint of half the size keeps them."""

import torch

from ssr_neuro.errors import BadInput
from ssr_neuro.model.parts.recommender import RecommenderModel
from ssr_neuro.training.start import State


def halve(model: RecommenderModel, state: State) -> State:
    """`state` of `model` with its matrices in float16; vectors, statistics and constants stay.

    Raises BadInput where a weight is beyond float16.
    """
    matrices = [name for name, parameter in model.named_parameters() if parameter.dim() > 1]
    rounded = {name: state[name].half() for name in matrices}
    for name, matrix in rounded.items():
        if not bool(torch.isfinite(matrix).all()):
            raise BadInput(
                f"{name} has weights up to {float(state[name].abs().max()):g}, and float16 ends at "
                f"{torch.finfo(torch.float16).max:g}; leave stored out, or train with a lower lr"
            )
    return state | rounded
