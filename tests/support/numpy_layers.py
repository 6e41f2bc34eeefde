"""Layers of sequence models in NumPy, written from their equations, for one sequence (n, D)."""

import math
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import torch

Floats = npt.NDArray[np.float64]
Weights = Mapping[str, Floats]


def weights_of(model: torch.nn.Module) -> dict[str, Floats]:
    """All parameters in double precision."""
    return {name: p.detach().double().numpy() for name, p in model.named_parameters()}


def part(weights: Weights, prefix: str) -> dict[str, Floats]:
    """The weights below a module, by their names in it."""
    start = f"{prefix}."
    return {k.removeprefix(start): v for k, v in weights.items() if k.startswith(start)}


def linear(x: Floats, own: Weights, name: str = "") -> Floats:
    """x W^T + b, without b where there is none."""
    at = f"{name}." if name else ""
    y: Floats = x @ own[f"{at}weight"].T
    return y + own[f"{at}bias"] if f"{at}bias" in own else y


def layer_norm(x: Floats, own: Weights, name: str, eps: float) -> Floats:
    mean, variance = x.mean(axis=-1, keepdims=True), x.var(axis=-1, keepdims=True)
    y: Floats = (x - mean) / np.sqrt(variance + eps) * own[f"{name}.weight"] + own[f"{name}.bias"]
    return y


def gelu(x: Floats) -> Floats:
    """x Phi(x)."""
    return np.array([v * 0.5 * (1 + math.erf(v / 2**0.5)) for v in x.ravel()]).reshape(x.shape)


def sigmoid(x: Floats) -> Floats:
    y: Floats = 1 / (1 + np.exp(-x))
    return y


def hardswish(x: Floats) -> Floats:
    y: Floats = x * np.clip(x + 3, 0, 6) / 6
    return y


def causal_attention(x: Floats, own: Weights, heads: int) -> Floats:
    """softmax(Q K^T / sqrt(d)) V by head, position by position over those up to it."""
    return attention(x, own, heads, list(range(1, len(x) + 1)))


def attention(x: Floats, own: Weights, heads: int, seen: list[int]) -> Floats:
    """The same over the first positions of x, so many as `seen` says for each."""
    query, key, value = (linear(x, own, name) for name in ("query", "key", "value"))
    width, mixed = x.shape[1] // heads, np.zeros_like(x)
    for at in range(len(x)):
        for head in range(heads):
            cut = slice(head * width, (head + 1) * width)
            logits = key[: seen[at], cut] @ query[at, cut] / width**0.5
            shares = np.exp(logits - logits.max())
            mixed[at, cut] = shares @ value[: seen[at], cut] / shares.sum()
    return linear(mixed, own, "out")
