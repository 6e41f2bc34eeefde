"""TiM4Rec with source=program: its scores recomputed as the authors' program has them."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from numpy_layers import Floats, hardswish, layer_norm, linear, part, sigmoid, weights_of
from timed_windows import more_pads, timed

from ssr_neuro.model.tim4rec import TiM4Rec
from ssr_neuro.settings.models.tim4rec import TiM4RecConfig

SHAPE = {"items": 30, "positions": 8, "features": 8, "state": 4, "ffn_ratio": 2}


def layer(x: Floats, own: dict[str, Floats], times: Floats) -> Floats:
    """One layer of the program without pads, x (n, 8), times (n, 4): state by state."""
    mixer, n = part(own, "mixer"), len(x)
    joint = linear(x, mixer, "project")
    step = np.log1p(np.exp(joint[:, -4:] * times + mixer["step_bias"]))
    mixed = hardswish(convolved(joint[:, :-4], mixer, "conv"))
    values, b, c = mixed[:, :16].reshape(n, 4, 4), mixed[:, 16:20], mixed[:, 20:]
    state, read = np.zeros((4, 4, 4)), np.zeros((n, 4, 4))
    for k in range(n):
        for head in range(4):
            decay = np.exp(-np.exp(mixer["rate_log"][head]) * step[k, head])
            drive = np.outer(step[k, head] * values[k, head], b[k])
            state[head] = decay * state[head] + drive
            read[k, head] = state[head] @ c[k] + mixer["through"][head] * values[k, head]
    gate = linear(x, mixer, "gate")
    gated = read.reshape(n, 16) * gate * sigmoid(gate)
    size = np.sqrt((gated**2).mean(axis=1, keepdims=True) + 1e-12)
    mixed = linear(gated / size * mixer["gated_norm.weight"], mixer, "out")
    hidden = layer_norm(mixed + x, own, "norm", 1e-12)
    ffn = part(own, "ffn")
    network = linear(hardswish(linear(hidden, ffn, "hidden")), ffn, "out")
    return layer_norm(network + hidden, ffn, "norm", 1e-12)


def convolved(x: Floats, own: dict[str, Floats], name: str) -> Floats:
    """A causal convolution of x (n, C) with zeros before it."""
    weight, y = own[f"{name}.weight"], np.zeros_like(x) + own[f"{name}.bias"]
    for k in range(len(x)):
        for lag in range(min(k + 1, len(weight))):
            y[k] += weight[lag] * x[k - lag]
    return y


def program_scores(model: TiM4Rec, items: list[int], seconds: list[int]) -> Floats:
    """Scores of a window full of items as the authors' program has them."""
    w = weights_of(model)
    since = np.diff(np.array(seconds, dtype=float), prepend=seconds[0])
    differences = np.tile(layer_norm(since, w, "time_norm", 1e-12), (4, 1))  # (heads, N)
    x = layer_norm(w["table.weight"][items], w, "table_norm", 1e-12)
    for number in range(2):
        own = part(w, f"time_factors.{number}")
        inner = linear(differences, own, "scale.1")
        scaled = differences * linear(inner * sigmoid(inner), own, "scale.3")
        times = hardswish(convolved(scaled.T, own, "convs.0"))
        times = hardswish(convolved(times, own, "convs.1"))
        x = layer(x, part(w, f"blocks.{number}"), times)
        if number == 0:
            own = part(w, "time_gates.0")
            share = sigmoid(linear(differences, own, "gate"))
            mixed = share * differences + (1 - share) * times.T
            differences = layer_norm(mixed, own, "norm", 1e-12)
    scores: Floats = w["table.weight"] @ x[-1]
    return scores


PROGRAM = {"conv_padding": "zero", "scale_activation": "none", "norm_eps": 1e-12}


def program(positions: int = 8) -> TiM4Rec:
    torch.manual_seed(0)
    model = TiM4Rec(TiM4RecConfig(**{**SHAPE, **PROGRAM, "positions": positions}))
    for parameter in model.parameters():
        parameter.data += 0.6 * torch.randn_like(parameter)
    return model.eval()


def test_scores_are_those_of_the_authors_program() -> None:
    model = program(positions=4)
    items, seconds = [3, 9, 30, 1], [0, 40, 41, 900]
    window = torch.tensor([list(zip(items, seconds, strict=True))])
    found = model(window)[0, 1:].detach().numpy()
    np.testing.assert_allclose(found, program_scores(model, items, seconds)[1:], atol=2e-5)
    for change in ({"conv_padding": "first"}, {"scale_activation": "silu"}):
        other = TiM4Rec(replace(model.config, **change)).eval()
        other.load_state_dict(model.state_dict())
        assert (other(window) - model(window))[0, 1:].abs().max() > 0.01


def test_pads_change_no_score_of_the_program_either() -> None:
    model, short = program(), timed(20, positions=4)
    torch.testing.assert_close(model(more_pads(short)), model(short), rtol=1e-5, atol=1e-5)


def test_convolutions_that_start_as_the_program_s() -> None:
    torch.manual_seed(0)
    config = TiM4RecConfig(items=3, positions=20, initial_convs="kaiming", heads=4)
    model = TiM4Rec(config)
    conv = model.blocks[0].mixer.conv
    assert float(conv.weight.detach().std()) == pytest.approx((2 / (4 * 192)) ** 0.5, rel=0.1)
    assert not conv.bias.any()
    assert not model.time_factors[1].convs[0].bias.any()
