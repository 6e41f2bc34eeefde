"""Popularity: the items that were most often the next one, the same for everybody."""

import torch
from torch import nn

from ssr_neuro.model.parts.recommender import RecommenderModel, mask_pad
from ssr_neuro.settings.models.popularity import PopularityConfig


class Popularity(RecommenderModel):
    """any items (B, N) -> scores (B, V+1): sharpness * log(1 + count).

    Training counts its targets; where it runs over several processes, those of the first count.
    sharpness, above 0 and learnt, makes the scores a likelihood and changes no order of items.
    """

    config_type = PopularityConfig
    counts: torch.Tensor

    def __init__(self, config: PopularityConfig) -> None:
        super().__init__()
        self.config = config
        self.register_buffer("counts", torch.zeros(config.items + 1, dtype=torch.int64))
        self.log_sharpness = nn.Parameter(torch.zeros(()))

    def scores(self, items: torch.Tensor) -> torch.Tensor:
        scores = self.log_sharpness.exp() * (self.counts + 1).log()
        return (scores + mask_pad(torch.zeros_like(scores))).expand(items.shape[0], -1)

    def loss(self, items: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        if self.training:
            self.counts += torch.bincount(targets, minlength=len(self.counts))
        return super().loss(items, targets)


MODEL = Popularity
