"""What the counter finds in one forward pass of every kind of model."""

from typing import Any

import pytest
import torch
from operation_tables import BY_FORMULA, SMALL, made, moved, passed, window
from torch.utils.flop_counter import FlopCounterMode

from ssr_neuro.costs import FORMS, cost
from ssr_neuro.costs.models.dispatch import OperationCounter
from ssr_neuro.costs.models.forward import count_forward
from ssr_neuro.costs.models.ops import Ops
from ssr_neuro.errors import BadInput
from ssr_neuro.model import config_from_dict, kinds
from ssr_neuro.settings.models.sasrec import SasRecConfig


@pytest.mark.parametrize("kind", sorted(BY_FORMULA))
def test_a_forward_pass_is_what_closed_formulae_say(kind: str) -> None:
    found = cost(kind, config_from_dict(kind, {"items": 3416}))
    assert (found.products, found.elementwise, moved(found)) == BY_FORMULA[kind]


@pytest.mark.parametrize(("kind", "given", "of_7", "of_33"), SMALL, ids=str)
def test_every_operation_of_a_forward_pass(
    kind: str, given: dict[str, Any], of_7: Ops, of_33: Ops
) -> None:
    for positions, expected in ((7, of_7), (33, of_33)):
        model = made(kind, positions, **given)
        assert passed(model, window(model)).ops == cost(kind, model.config).ops == expected


def test_every_kind_but_ssr_is_counted() -> None:
    assert list(FORMS) == [kind for kind in kinds() if kind != "ssr"]
    assert {kind for kind, *_ in SMALL} == set(BY_FORMULA)


def test_popularity_computes_nothing_for_a_user() -> None:
    found = cost("popularity", config_from_dict("popularity", {"items": 80}))
    assert found.ops == Ops()
    assert (found.scoring, found.lookup) == (81, 0)


def test_of_a_table_of_users_one_row_is_read() -> None:
    shape = {"items": 80, "positions": 7, "features": 8, "user": "own", "users": 500}
    found = cost("caser", config_from_dict("caser", shape))
    assert found.lookup == (5 + 1) * 8
    assert found.scoring == 81 * (2 * 8 + 1) + 5 * 8


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
