"""Windows of items for tests of models, and what every model should do with them."""

import torch

from ssr_neuro.model.parts.recommender import RecommenderModel

ITEMS = 30


def windows(lengths: list[int], positions: int = 7, seed: int = 0) -> torch.Tensor:
    """One left-padded window of random items 1..30 for each length, (B, N)."""
    generator = torch.Generator().manual_seed(seed)
    drawn = torch.randint(1, ITEMS + 1, (len(lengths), positions), generator=generator)
    return drawn * (torch.arange(positions) >= positions - torch.tensor(lengths)[:, None])


def lively(model: RecommenderModel, std: float = 0.6) -> RecommenderModel:
    """In eval mode, with weights and biases so large that every path matters."""
    generator = torch.Generator().manual_seed(0)
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=std, generator=generator)
    return model.eval()


def layer_norm(x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor) -> torch.Tensor:
    """Over the last axis, written out."""
    centred = x - x.mean(dim=-1, keepdim=True)
    return centred / (centred.square().mean(dim=-1, keepdim=True) + 1e-5).sqrt() * weight + bias
