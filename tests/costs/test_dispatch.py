"""What the counter finds in one forward pass of every kind of model."""

from typing import Any, NamedTuple

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from ssr_neuro.costs import FORMS, cost
from ssr_neuro.costs.models.dispatch import Counted, OperationCounter
from ssr_neuro.costs.models.forward import MOVED_BY_OPERATORS, count_forward
from ssr_neuro.costs.models.ops import Cost, Ops
from ssr_neuro.costs.models.state_space import one_by_one
from ssr_neuro.errors import BadInput
from ssr_neuro.model import build, config_from_dict, kinds
from ssr_neuro.model.gru4rec import GRU4Rec, Gru4RecConfig
from ssr_neuro.model.lrurec import LRURec, LruRecConfig
from ssr_neuro.model.parts.attention import attention_mask
from ssr_neuro.model.parts.recommender import RecommenderModel
from ssr_neuro.model.parts.ssd import sequential
from ssr_neuro.model.sasrec import SASRec, SasRecConfig


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
# 80 items, 8 features, and those numbers of positions: all operations, by the same formulae.
SMALL: list[tuple[str, int, dict[str, Any], Ops]] = [
    ("fmlp-rec", 7, {"ffn_ratio": 2}, Ops(4952, 965, 674, {"gelu": 128, "rsqrt": 29})),
    ("fmlp-rec", 33, {"ffn_ratio": 2}, Ops(47384, 4397, 2962, {"gelu": 544, "rsqrt": 133})),
    (
        "gru4rec",
        7,
        {"hidden": 12, "blocks": 2},
        Ops(10968, 840, 336, {"sigmoid": 336, "tanh": 168}),
    ),
    (
        "gru4rec",
        33,
        {"hidden": 12, "blocks": 2},
        Ops(52152, 3960, 1584, {"sigmoid": 1584, "tanh": 792}),
    ),
    ("lrurec", 7, {}, Ops(12280, 519, 678, {"gelu": 320, "rsqrt": 23})),
    ("lrurec", 33, {}, Ops(69848, 2261, 3122, {"gelu": 1360, "rsqrt": 101})),
    (
        "lrurec",
        7,
        {"blocks": 1, "state_ratio": 3, "ffn_output": "linear"},
        Ops(5528, 169, 426, {"gelu": 32, "rsqrt": 9}),
    ),
    (
        "lrurec",
        33,
        {"blocks": 1, "state_ratio": 3, "ffn_output": "linear"},
        Ops(33208, 611, 1934, {"gelu": 32, "rsqrt": 35}),
    ),
    (
        "sasrec",
        7,
        {"heads": 4, "ffn_ratio": 3},
        Ops(7800, 1439, 734, {"exp": 224, "reciprocal": 32, "rsqrt": 23}),
    ),
    (
        "sasrec",
        33,
        {"heads": 4, "ffn_ratio": 3},
        Ops(46072, 16805, 10250, {"exp": 4488, "reciprocal": 136, "rsqrt": 101}),
    ),
    ("sasrec", 7, {"blocks": 1}, Ops(2056, 275, 174, {"exp": 14, "reciprocal": 2, "rsqrt": 9})),
    ("sasrec", 33, {"blocks": 1}, Ops(6216, 1081, 746, {"exp": 66, "reciprocal": 2, "rsqrt": 35})),
    (
        "ssd4rec",
        7,
        {"blocks": 1, "state": 5},
        Ops(4131, 872, 767, {"exp": 28, "rsqrt": 10, "sigmoid": 16, "softplus": 28}),
    ),
    (
        "ssd4rec",
        33,
        {"blocks": 1, "state": 5},
        Ops(14037, 3550, 3003, {"exp": 132, "rsqrt": 36, "sigmoid": 16, "softplus": 132}),
    ),
    (
        "gru4rec",
        7,
        {"hidden": 5, "gru_bias": False, "item_bias": False},
        Ops(1978, 175, 70, {"sigmoid": 70, "tanh": 35}),
    ),
    (
        "gru4rec",
        33,
        {"hidden": 5, "gru_bias": False, "item_bias": False},
        Ops(7048, 825, 330, {"sigmoid": 330, "tanh": 165}),
    ),
    ("lrurec", 7, {"norm": False}, Ops(12024, 247, 518, {"gelu": 320, "rsqrt": 7})),
    ("lrurec", 33, {"norm": False}, Ops(68760, 1105, 2442, {"gelu": 1360, "rsqrt": 33})),
    ("lrurec", 7, {"residual": False}, Ops(12280, 391, 678, {"gelu": 320, "rsqrt": 23})),
    ("lrurec", 33, {"residual": False}, Ops(69848, 1717, 3122, {"gelu": 1360, "rsqrt": 101})),
    ("lrurec", 7, {"ffn": False}, Ops(8056, 319, 598, {"rsqrt": 15})),
    ("lrurec", 33, {"ffn": False}, Ops(51896, 1411, 2782, {"rsqrt": 67})),
    (
        "sasrec",
        7,
        {"norm": "after", "activation": "gelu", "positions_from": "first"},
        Ops(5752, 911, 454, {"exp": 112, "gelu": 64, "reciprocal": 16, "rsqrt": 23}),
    ),
    (
        "sasrec",
        33,
        {"norm": "after", "activation": "gelu", "positions_from": "first"},
        Ops(37368, 9257, 5498, {"exp": 2244, "gelu": 272, "reciprocal": 68, "rsqrt": 101}),
    ),
    (
        "tim4rec",
        7,
        {"conv_padding": "zero", "scale_activation": "none", "norm_eps": 1e-12},
        Ops(24879, 5471, 4564, {"exp": 224, "rsqrt": 36, "sigmoid": 164, "softplus": 56}),
    ),
    (
        "tim4rec",
        33,
        {"conv_padding": "zero", "scale_activation": "none", "norm_eps": 1e-12},
        Ops(273181, 34619, 31206, {"exp": 8580, "rsqrt": 140, "sigmoid": 710, "softplus": 264}),
    ),
    (
        "tim4rec",
        7,
        {"ffn": False},
        Ops(20655, 4503, 4007, {"exp": 224, "rsqrt": 28, "sigmoid": 199, "softplus": 56}),
    ),
    (
        "tim4rec",
        33,
        {"ffn": False},
        Ops(255229, 30505, 28855, {"exp": 8580, "rsqrt": 106, "sigmoid": 875, "softplus": 264}),
    ),
    (
        "ssd4rec",
        7,
        {"conv_padding": "zero", "ffn": False},
        Ops(19640, 4063, 3542, {"exp": 224, "rsqrt": 23, "sigmoid": 128, "softplus": 56}),
    ),
    (
        "ssd4rec",
        33,
        {"conv_padding": "zero", "ffn": False},
        Ops(241864, 28453, 26700, {"exp": 8580, "rsqrt": 101, "sigmoid": 544, "softplus": 264}),
    ),
    ("ssr-ann", 7, {"blocks": 3}, Ops(10120, 1728, 384)),
    ("ssr-ann", 33, {"blocks": 3}, Ops(46504, 9648, 1632)),
    (
        "tim4rec",
        7,
        {"heads": 2, "kernel": 3},
        Ops(23031, 5135, 4245, {"exp": 112, "rsqrt": 34, "sigmoid": 171, "softplus": 28}),
    ),
    (
        "tim4rec",
        33,
        {"heads": 2, "kernel": 3},
        Ops(261037, 29339, 26083, {"exp": 4290, "rsqrt": 138, "sigmoid": 743, "softplus": 132}),
    ),
    (
        "tim4rec",
        7,
        {"blocks": 3, "time_gate": "position"},
        Ops(40797, 8778, 7526, {"exp": 420, "rsqrt": 61, "sigmoid": 401, "softplus": 84}),
    ),
    (
        "tim4rec",
        33,
        {"blocks": 3, "time_gate": "position"},
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


@pytest.mark.parametrize("kind", sorted(BY_FORMULA))
def test_a_forward_pass_is_what_closed_formulae_say(kind: str) -> None:
    found = cost(kind, config_from_dict(kind, {"items": 3416}))
    assert (found.products, found.elementwise, moved(found)) == BY_FORMULA[kind]


@pytest.mark.parametrize(("kind", "positions", "given", "expected"), SMALL, ids=lambda x: str(x))
def test_every_operation_of_a_forward_pass(
    kind: str, positions: int, given: dict[str, Any], expected: Ops
) -> None:
    model = made(kind, positions, **given)
    assert passed(model, window(model)).ops == cost(kind, model.config).ops == expected


def test_every_kind_but_ssr_is_counted() -> None:
    assert list(FORMS) == [kind for kind in kinds() if kind != "ssr"]
    assert {kind for kind, *_ in SMALL} == set(BY_FORMULA)


def test_attention_in_both_directions_by_hand() -> None:
    n, d, v = 7, 8, 80
    config = config_from_dict("bert4rec", {"items": v, "positions": n, "features": d, "blocks": 1})
    found = cost("bert4rec", config)
    rows = n + 1  # the mask has a position of its own, the only one that is read
    attention = 2 * d * d * rows + 2 * d * d + 2 * d * rows
    network, readout, scores = 2 * 4 * d * d, d * d, d * (v + 1)
    assert found.products == Ops(macs=attention + network + readout + scores)
    assert found.elementwise.special == {
        "exp": 2 * rows,
        "gelu": 4 * d + d,
        "reciprocal": 2,
        "rsqrt": 2,
    }
    assert found.notes == (MOVED_BY_OPERATORS,)
    parameters = sum(p.numel() for p in build("bert4rec", config).parameters())
    assert found.scoring == (v + 1) * (d + 1)
    assert found.weights + found.scoring == parameters


def test_a_mean_of_items_and_its_scores_by_hand() -> None:
    n, d, v = 7, 8, 80
    found = cost("mf", config_from_dict("mf", {"items": v, "positions": n, "features": d}))
    assert found.products == Ops(macs=d * (v + 1))
    assert found.elementwise == Ops(
        additions=d * (n - 1), multiplications=d, special={"reciprocal": 1}
    )
    assert moved(found) == Moved(d + v + 1, 0, 0, n * d, (v + 1) * (d + 1))


def test_of_a_table_that_is_only_looked_up_the_rows_are_moved() -> None:
    n, d, v = 7, 8, 80
    found = cost("fism", config_from_dict("fism", {"items": v, "positions": n, "features": d}))
    assert found.scoring == (v + 1) * (d + 1) + n * d
    assert found.elementwise.special == {"power": 1, "reciprocal": 1}


def test_convolutions_over_the_latest_items_by_hand() -> None:
    n, d, v, order, filters, sums = 7, 8, 80, 3, 5, 2
    shape = {"items": v, "positions": n, "features": d, "order": order}
    config = config_from_dict("caser", shape | {"horizontal": filters, "vertical": sums})
    places = sum((order - height + 1) * height for height in (1, 2, 3))
    read = order * filters + d * sums
    assert cost("caser", config).products.macs == (
        filters * d * places + d * order * sums + read * d + 2 * d * (v + 1)
    )


def test_popularity_computes_nothing_for_a_user() -> None:
    found = cost("popularity", config_from_dict("popularity", {"items": 80}))
    assert found.ops == Ops()
    assert (found.scoring, found.lookup) == (81, 0)


def test_parts_are_the_modules_of_the_program() -> None:
    found = cost("sasrec", SasRecConfig(items=80, positions=7, features=8))
    (query,) = (part for part in found.parts if part.name == "blocks.attention.query")
    assert (query.ops, query.formula) == (Ops(macs=8 * 8 * (7 + 1)), "counted: addmm")
    assert found.parts[0].name == "embeddings and scores"
    assert found.parts[0].ops == Ops(macs=8 * 81)


@pytest.mark.parametrize("kind", sorted(set(BY_FORMULA) - {"ssr-ann"}))
@pytest.mark.parametrize("positions", [7, 20, 33, 70])
def test_what_operators_move_is_what_layers_move_and_little_more(kind: str, positions: int) -> None:
    config = config_from_dict(kind, {"items": 80, "positions": positions, "features": 8})
    of_operators, of_layers = count_forward(kind, config), cost(kind, config)
    assert 1 <= of_operators.activations / of_layers.activations < 1.7


def test_counting_leaves_torchs_random_numbers_as_they_were() -> None:
    torch.manual_seed(3)
    expected = torch.rand(4)
    torch.manual_seed(3)
    cost("sasrec", SasRecConfig(items=80, positions=7, features=8))
    torch.testing.assert_close(torch.rand(4), expected, rtol=0, atol=0)


@pytest.mark.parametrize("kind", sorted({"lrurec", "gru4rec", "ssd4rec", "tim4rec"}))
def test_matrix_products_are_those_of_torchs_own_counter(kind: str) -> None:
    model = made(kind, 7)
    items = window(model)
    with FlopCounterMode(display=False) as flops:
        model(items)
    found = passed(model, items)
    # Torch also counts the product of weights with a GRU's first state, which is zero.
    assert found.matrices.macs + found.once.macs == flops.get_total_flops() // 2


TWO_TABLES = {"caser", "fism", "fpmc"}


@pytest.mark.parametrize(
    "kind", sorted(FORMS.keys() - {"bsarec", "fmlp-rec", "popularity", "ssr-ann"} - TWO_TABLES)
)
def test_weights_moved_are_the_parameters(kind: str) -> None:
    model = made(kind, 7)
    found = cost(kind, model.config)
    assert found.weights + found.scoring == sum(p.numel() for p in model.parameters())


def test_what_follows_from_weights_alone_is_counted_apart() -> None:
    model = made("lrurec", 7)
    hidden, half = 2 * 8, 4
    found = passed(model, window(model))
    # exp(-exp(nu)), exp(theta), its cosine and sine, exp(gamma); powers of the decay up to P/2.
    powers = Ops(multiplications=4, additions=2) * (hidden * (half - 1))
    decay = Ops(multiplications=2, special={"cos": 1, "exp": 4, "sin": 1}) * hidden
    assert found.once == (powers + decay) * 2


def test_lrurec_one_item_at_a_time() -> None:
    model = LRURec(LruRecConfig(items=80, positions=7, features=8)).eval().requires_grad_(False)
    state, item = model.start(1), torch.tensor([3])
    with OperationCounter(item, state.real, state.imaginary) as counter:
        model.step(state, item)
    assert counter.counted().ops == cost("lrurec", model.config, "incremental").ops


def test_gru4rec_one_item_at_a_time() -> None:
    config = Gru4RecConfig(items=80, positions=3, features=8, hidden=12, blocks=2)
    model = GRU4Rec(config).eval().requires_grad_(False)
    items = torch.tensor([[4, 9, 2]])
    _, before = model.gru.gru(model.embed(items[:, :2]))
    last = items[:, 2:]
    with OperationCounter(last, before) as counter:
        states, _ = model.gru.gru(model.embed(last), before)
        scores = model.item_scores(model.readout(states[:, -1]))
    torch.testing.assert_close(scores, model(items))
    assert counter.counted().ops == cost("gru4rec", config, "incremental").ops


def test_sasrec_with_a_cache_is_a_window_of_one_item_and_attention_to_all() -> None:
    n = 7
    one = made("sasrec", 1, heads=4)
    alone = passed(one, window(one)).ops
    cached = cost(
        "sasrec", config_from_dict("sasrec", one.config.to_dict() | {"positions": n}), "cached"
    ).ops
    query, keys = torch.rand(1, 4, 1, 2), torch.rand(1, 4, n, 2)
    attention = []
    for present in (keys[:, :, :1], keys):
        with OperationCounter(query, present) as counter:
            torch.nn.functional.scaled_dot_product_attention(query, present, present)
        attention.append(counter.counted().ops)
    assert cached + attention[0] * 2 == alone + attention[1] * 2


def test_a_cache_of_sasrec_would_be_wrong_here() -> None:
    """The reason why it is a lower bound: the key of an item changes when another follows."""
    model = SASRec(SasRecConfig(items=80, positions=7, features=8)).eval().requires_grad_(False)
    items = torch.tensor([[4, 9, 2]])
    places = [model.embed(items[:, :n]) + model.places(n) for n in (2, 3)]
    assert not torch.allclose(places[0], places[1][:, :2])
    assert attention_mask(items > 0, causal=True).sum() == 3 * 4 // 2


def test_the_state_space_item_by_item() -> None:
    n, heads, c, s = 5, 2, 8, 3
    x, log_decay = torch.rand(1, n, heads, c // heads), -torch.rand(1, n, heads)
    b, read = torch.rand(1, n, s), torch.rand(1, n, s)
    with OperationCounter(x, log_decay, b, read) as counter:
        sequential(x, log_decay, b, read)
    product, decays = one_by_one(n, heads, c, s)
    assert counter.counted().ops == product.ops + decays.ops


def test_kinds_of_products() -> None:
    x, z = torch.rand(3), torch.rand(3, dtype=torch.complex64)
    cases = {
        (x, x): Ops(multiplications=3),
        (z, z): Ops(multiplications=12, additions=6),
        (x, x > 0): Ops(),
        (x > 0, x > 0): Ops(),
        (torch.arange(3), torch.arange(3)): Ops(),
    }
    for (left, right), expected in cases.items():
        with OperationCounter(left) as counter:
            left * right
        assert counter.counted().ops == expected


def test_an_operator_that_no_rule_counts_is_refused() -> None:
    x = torch.rand(2, 3)
    with pytest.raises(BadInput, match=r"operator erfinv with a result of shape \(2, 3\); add one"):
        with OperationCounter(x):
            torch.erfinv(x)
