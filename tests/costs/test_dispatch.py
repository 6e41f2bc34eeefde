"""Formulae against a count of the operators that torch runs for the real models."""

from typing import Any

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from ssr_neuro.costs import FORMS, cost
from ssr_neuro.costs.models.dispatch import Counted, Counter
from ssr_neuro.costs.models.ops import Ops
from ssr_neuro.costs.models.ssd_forms import one_by_one
from ssr_neuro.errors import BadInput
from ssr_neuro.model import build, config_from_dict
from ssr_neuro.model.gru4rec import GRU4Rec, Gru4RecConfig
from ssr_neuro.model.lrurec import LRURec, LruRecConfig
from ssr_neuro.model.parts.attention import visible
from ssr_neuro.model.parts.recommender import Recommender
from ssr_neuro.model.parts.ssd import sequential
from ssr_neuro.model.sasrec import SASRec, SasRecConfig

CASES: list[tuple[str, dict[str, Any]]] = [
    ("fmlp-rec", {"ffn_ratio": 2}),
    ("gru4rec", {"hidden": 12, "blocks": 2}),
    ("gru4rec", {"hidden": 5, "gru_bias": False, "item_bias": False}),
    ("lrurec", {}),
    ("lrurec", {"norm": False}),
    ("lrurec", {"residual": False}),
    ("lrurec", {"ffn": False}),
    ("lrurec", {"blocks": 1, "state_ratio": 3, "ffn_output": "linear"}),
    ("sasrec", {"heads": 4, "ffn_ratio": 3}),
    ("sasrec", {"blocks": 1}),
    ("sasrec", {"norm": "after", "activation": "gelu", "positions_from": "first"}),
    ("ssd4rec", {"blocks": 1, "state": 5}),
    ("ssr-ann", {"blocks": 3}),
    ("tim4rec", {"heads": 2, "kernel": 3}),
    ("tim4rec", {"conv_padding": "zero", "scale_activation": "none", "norm_eps": 1e-12}),
    ("tim4rec", {"ffn": False}),
    ("ssd4rec", {"conv_padding": "zero", "ffn": False}),
    ("tim4rec", {"blocks": 3, "time_gate": "position"}),
]


def made(kind: str, positions: int, **given: Any) -> Recommender:
    torch.manual_seed(0)
    shape = {"items": 80, "positions": positions, "features": 8}
    return build(kind, config_from_dict(kind, shape | given)).eval().requires_grad_(False)


def window(model: Recommender) -> torch.Tensor:
    """One window without pads."""
    items = torch.arange(1, model.config.positions + 1)[None]
    return torch.stack([items, 1000 + 60 * items], dim=-1) if model.needs_times else items


def passed(model: Recommender, items: torch.Tensor) -> Counted:
    with Counter(items) as counter:
        model(items)
    return counter.counted()


@pytest.mark.parametrize("positions", [2, 7, 33], ids=lambda n: f"N={n}")
@pytest.mark.parametrize(("kind", "given"), CASES, ids=lambda x: str(x))
def test_every_operation_of_a_forward_pass(
    kind: str, given: dict[str, Any], positions: int
) -> None:
    model = made(kind, positions, **given)
    assert passed(model, window(model)).ops == cost(kind, model.config).ops


def test_every_counted_kind_has_a_case() -> None:
    assert {kind for kind, _ in CASES} == set(FORMS)


@pytest.mark.parametrize("kind", sorted({"lrurec", "gru4rec", "ssd4rec", "tim4rec"}))
def test_matrix_products_are_those_of_torchs_own_counter(kind: str) -> None:
    model = made(kind, 7)
    items = window(model)
    with FlopCounterMode(display=False) as flops:
        model(items)
    found = passed(model, items)
    # Torch also counts the product of weights with a GRU's first state, which is zero.
    assert found.matrices.macs + found.once.macs == flops.get_total_flops() // 2


@pytest.mark.parametrize("kind", sorted(FORMS.keys() - {"fmlp-rec", "ssr-ann"}))
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
    with Counter(item, state.real, state.imaginary) as counter:
        model.step(state, item)
    assert counter.counted().ops == cost("lrurec", model.config, "incremental").ops


def test_gru4rec_one_item_at_a_time() -> None:
    config = Gru4RecConfig(items=80, positions=3, features=8, hidden=12, blocks=2)
    model = GRU4Rec(config).eval().requires_grad_(False)
    items = torch.tensor([[4, 9, 2]])
    _, before = model.gru.gru(model.embedded(items[:, :2]))
    last = items[:, 2:]
    with Counter(last, before) as counter:
        states, _ = model.gru.gru(model.embedded(last), before)
        scores = model.item_scores(model.readout(states[:, -1]))
    torch.testing.assert_close(scores, model(items))
    assert counter.counted().ops == cost("gru4rec", config, "incremental").ops


def test_sasrec_with_a_cache_is_a_window_of_one_item_and_attention_to_all() -> None:
    n = 7
    one = made("sasrec", 1, heads=4)
    alone = passed(one, window(one)).ops
    cached = cost("sasrec", config_from_dict("sasrec", one.config.to_dict() | {"positions": n}),
                  "cached").ops  # fmt: skip
    query, keys = torch.rand(1, 4, 1, 2), torch.rand(1, 4, n, 2)
    attention = []
    for present in (keys[:, :, :1], keys):
        with Counter(query, present) as counter:
            torch.nn.functional.scaled_dot_product_attention(query, present, present)
        attention.append(counter.counted().ops)
    assert cached + attention[0] * 2 == alone + attention[1] * 2


def test_a_cache_of_sasrec_would_be_wrong_here() -> None:
    """The reason why it is a lower bound: the key of an item changes when another follows."""
    model = SASRec(SasRecConfig(items=80, positions=7, features=8)).eval().requires_grad_(False)
    items = torch.tensor([[4, 9, 2]])
    places = [model.embedded(items[:, :n]) + model.places(n) for n in (2, 3)]
    assert not torch.allclose(places[0], places[1][:, :2])
    assert visible(items > 0, causal=True).sum() == 3 * 4 // 2


def test_the_state_space_item_by_item() -> None:
    n, heads, c, s = 5, 2, 8, 3
    x, log_decay = torch.rand(1, n, heads, c // heads), -torch.rand(1, n, heads)
    b, read = torch.rand(1, n, s), torch.rand(1, n, s)
    with Counter(x, log_decay, b, read) as counter:
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
        with Counter(left) as counter:
            left * right
        assert counter.counted().ops == expected


def test_an_operator_that_no_rule_counts_is_refused() -> None:
    x = torch.rand(2, 3)
    with pytest.raises(BadInput, match=r"operator erfinv with a result of shape \(2, 3\); add one"):
        with Counter(x):
            torch.erfinv(x)
