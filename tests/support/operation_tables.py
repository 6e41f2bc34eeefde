"""Operations of one forward pass as closed formulae gave them, and models to count them in."""

from typing import Any, NamedTuple

import torch

from ssr_neuro.costs.models.dispatch import Counted, OperationCounter
from ssr_neuro.costs.models.ops import Cost, Ops
from ssr_neuro.model import build, config_from_dict
from ssr_neuro.model.parts.recommender import RecommenderModel


class Moved(NamedTuple):
    """Numbers that an inference moves."""

    activations: int
    weights: int
    state: int
    lookup: int
    scoring: int


# Products and what goes element by element of MovieLens-1M and default configs, as closed formulae
# gave them that were derived apart from the counter.
BY_FORMULA: dict[str, tuple[Ops, Ops, Moved]] = {
    "fmlp-rec": (
        Ops(1019456, 2816, 5632),
        Ops(10368, 18193, 8162, {"gelu": 5376, "rsqrt": 81}),
        Moved(activations=33305, weights=71352, state=0, lookup=1280, scoring=218688),
    ),
    "gru4rec": (
        Ops(1652288, 0, 0),
        Ops(0, 12800, 5120, {"sigmoid": 5120, "tanh": 2560}),
        Moved(activations=19929, weights=82752, state=5120, lookup=1280, scoring=222105),
    ),
    "lrurec": (
        Ops(1988160, 0, 0),
        Ops(7936, 10686, 14332, {"gelu": 6720, "rsqrt": 62}),
        Moved(activations=56921, weights=133760, state=0, lookup=1280, scoring=222105),
    ),
    "sasrec": (
        Ops(944192, 0, 0),
        Ops(7936, 15830, 7052, {"exp": 840, "reciprocal": 42, "rsqrt": 62}),
        Moved(activations=33081, weights=51712, state=0, lookup=1280, scoring=218688),
    ),
    "ssd4rec": (
        Ops(1853248, 0, 0),
        Ops(7936, 54319, 50625, {"exp": 1680, "rsqrt": 83, "sigmoid": 2688, "softplus": 160}),
        Moved(activations=62585, weights=127648, state=0, lookup=1280, scoring=218688),
    ),
    "ssr-ann": (
        Ops(933184, 14080, 5632),
        Ops(9280, 13184, 0),
        Moved(activations=33433, weights=73872, state=0, lookup=1280, scoring=222105),
    ),
    "tim4rec": (
        Ops(1858548, 0, 0),
        Ops(8136, 55565, 51935, {"exp": 1680, "rsqrt": 88, "sigmoid": 2889, "softplus": 160}),
        Moved(activations=63646, weights=129509, state=0, lookup=1280, scoring=218688),
    ),
}
# 80 items, 8 features: all operations of 7 positions and of 33, by the same formulae.
SMALL: list[tuple[str, dict[str, Any], Ops, Ops]] = [
    (
        "fmlp-rec",
        {"ffn_ratio": 2},
        Ops(4952, 965, 674, {"gelu": 128, "rsqrt": 29}),
        Ops(47384, 4397, 2962, {"gelu": 544, "rsqrt": 133}),
    ),
    (
        "gru4rec",
        {"hidden": 12, "blocks": 2},
        Ops(10968, 840, 336, {"sigmoid": 336, "tanh": 168}),
        Ops(52152, 3960, 1584, {"sigmoid": 1584, "tanh": 792}),
    ),
    (
        "lrurec",
        {},
        Ops(12280, 519, 678, {"gelu": 320, "rsqrt": 23}),
        Ops(69848, 2261, 3122, {"gelu": 1360, "rsqrt": 101}),
    ),
    (
        "lrurec",
        {"blocks": 1, "state_ratio": 3, "ffn_output": "linear"},
        Ops(5528, 169, 426, {"gelu": 32, "rsqrt": 9}),
        Ops(33208, 611, 1934, {"gelu": 32, "rsqrt": 35}),
    ),
    (
        "sasrec",
        {"heads": 4, "ffn_ratio": 3},
        Ops(7800, 1439, 734, {"exp": 224, "reciprocal": 32, "rsqrt": 23}),
        Ops(46072, 16805, 10250, {"exp": 4488, "reciprocal": 136, "rsqrt": 101}),
    ),
    (
        "sasrec",
        {"blocks": 1},
        Ops(2056, 275, 174, {"exp": 14, "reciprocal": 2, "rsqrt": 9}),
        Ops(6216, 1081, 746, {"exp": 66, "reciprocal": 2, "rsqrt": 35}),
    ),
    (
        "ssd4rec",
        {"blocks": 1, "state": 5},
        Ops(4131, 872, 767, {"exp": 28, "rsqrt": 10, "sigmoid": 16, "softplus": 28}),
        Ops(14037, 3550, 3003, {"exp": 132, "rsqrt": 36, "sigmoid": 16, "softplus": 132}),
    ),
    (
        "gru4rec",
        {"hidden": 5, "gru_bias": False, "item_bias": False},
        Ops(1978, 175, 70, {"sigmoid": 70, "tanh": 35}),
        Ops(7048, 825, 330, {"sigmoid": 330, "tanh": 165}),
    ),
    (
        "lrurec",
        {"norm": False},
        Ops(12024, 247, 518, {"gelu": 320, "rsqrt": 7}),
        Ops(68760, 1105, 2442, {"gelu": 1360, "rsqrt": 33}),
    ),
    (
        "lrurec",
        {"residual": False},
        Ops(12280, 391, 678, {"gelu": 320, "rsqrt": 23}),
        Ops(69848, 1717, 3122, {"gelu": 1360, "rsqrt": 101}),
    ),
    (
        "lrurec",
        {"ffn": False},
        Ops(8056, 319, 598, {"rsqrt": 15}),
        Ops(51896, 1411, 2782, {"rsqrt": 67}),
    ),
    (
        "sasrec",
        {"norm": "after", "activation": "gelu", "positions_from": "first"},
        Ops(5752, 911, 454, {"exp": 112, "gelu": 64, "reciprocal": 16, "rsqrt": 23}),
        Ops(37368, 9257, 5498, {"exp": 2244, "gelu": 272, "reciprocal": 68, "rsqrt": 101}),
    ),
    (
        "tim4rec",
        {"conv_padding": "zero", "scale_activation": "none", "norm_eps": 1e-12},
        Ops(24879, 5471, 4564, {"exp": 224, "rsqrt": 36, "sigmoid": 164, "softplus": 56}),
        Ops(273181, 34619, 31206, {"exp": 8580, "rsqrt": 140, "sigmoid": 710, "softplus": 264}),
    ),
    (
        "tim4rec",
        {"ffn": False},
        Ops(20655, 4503, 4007, {"exp": 224, "rsqrt": 28, "sigmoid": 199, "softplus": 56}),
        Ops(255229, 30505, 28855, {"exp": 8580, "rsqrt": 106, "sigmoid": 875, "softplus": 264}),
    ),
    (
        "ssd4rec",
        {"conv_padding": "zero", "ffn": False},
        Ops(19640, 4063, 3542, {"exp": 224, "rsqrt": 23, "sigmoid": 128, "softplus": 56}),
        Ops(241864, 28453, 26700, {"exp": 8580, "rsqrt": 101, "sigmoid": 544, "softplus": 264}),
    ),
    ("ssr-ann", {"blocks": 3}, Ops(10120, 1728, 384), Ops(46504, 9648, 1632)),
    (
        "tim4rec",
        {"heads": 2, "kernel": 3},
        Ops(23031, 5135, 4245, {"exp": 112, "rsqrt": 34, "sigmoid": 171, "softplus": 28}),
        Ops(261037, 29339, 26083, {"exp": 4290, "rsqrt": 138, "sigmoid": 743, "softplus": 132}),
    ),
    (
        "tim4rec",
        {"blocks": 3, "time_gate": "position"},
        Ops(40797, 8778, 7526, {"exp": 420, "rsqrt": 61, "sigmoid": 401, "softplus": 84}),
        Ops(512129, 59638, 55480, {"exp": 17028, "rsqrt": 243, "sigmoid": 1831, "softplus": 396}),
    ),
]


def made(kind: str, positions: int, **given: Any) -> RecommenderModel:
    torch.manual_seed(0)
    shape = {"items": 80, "positions": positions, "features": 8}
    return build(kind, config_from_dict(kind, shape | given)).eval().requires_grad_(False)


def window(model: RecommenderModel) -> torch.Tensor:
    """One window without pads."""
    items = torch.arange(1, model.config.positions + 1)[None]
    return torch.stack([items, 1000 + 60 * items], dim=-1) if model.needs_times else items


def passed(model: RecommenderModel, items: torch.Tensor) -> Counted:
    with OperationCounter(items) as counter:
        model(items)
    return counter.counted()


def moved(found: Cost) -> Moved:
    return Moved(found.activations, found.weights, found.state, found.lookup, found.scoring)
