"""Closed formulae against literature and against sizes written out by hand."""

import pytest

from ssr_neuro.costs import cost, costs
from ssr_neuro.costs.models import lrurec, tim4rec
from ssr_neuro.costs.models.elementwise import layer_norm, softmax
from ssr_neuro.costs.models.ops import Cost, Ops, sum_ops
from ssr_neuro.costs.models.ssr_ann import AnnShape, ssr_ann
from ssr_neuro.costs.models.state_space import one_by_one
from ssr_neuro.errors import BadInput
from ssr_neuro.model import config_from_dict
from ssr_neuro.settings.models.gru4rec import Gru4RecConfig
from ssr_neuro.settings.models.lrurec import LruRecConfig
from ssr_neuro.settings.models.sasrec import SasRecConfig
from ssr_neuro.settings.models.ssr import SsrConfig
from ssr_neuro.settings.models.ssr_ann import SsrAnnConfig
from ssr_neuro.settings.models.tim4rec import TiM4RecConfig

ITEMS, D, L = 3416, 64, 2  # MovieLens-1M and the papers' size


def part(found: Cost, name: str) -> Ops:
    (ops,) = [p.ops for p in found.parts if p.name == name]
    return ops


@pytest.mark.parametrize(("positions", "millions"), [(20, 2.86), (50, 6.82), (200, 26.64)], ids=str)
def test_lrurec_item_by_item_is_the_known_count(positions: int, millions: float) -> None:
    config = LruRecConfig(items=ITEMS, positions=positions)
    macs = lrurec.sequential(config, last_only=False).products.macs
    layer = 4 * positions * D**2 + 8 * positions * D + 4 * positions * D**2 + 8 * positions * D**2
    assert macs == L * layer + D * (ITEMS + 1)
    assert round(macs / 1e6, 2) == millions


def test_lrurec_reads_one_item_for_a_third_of_a_million() -> None:
    found = cost("lrurec", LruRecConfig(items=ITEMS), "incremental")
    assert found.products.macs == L * (16 * D**2 + 8 * D) + D * (ITEMS + 1) == 350_784
    assert part(found, "item scoring").macs / found.products.macs > 0.62
    assert found.state == 2 * L * 2 * 2 * D  # complex numbers, read and written


def test_the_parallel_scan_takes_p_log_p_complex_products() -> None:
    found = cost("lrurec", LruRecConfig(items=9, positions=200))
    assert part(found, "blocks").macs == L * 4 * 256 * 8 * D
    note = "A parallel scan in 8 passes of 256 positions, 200 padded to a power of two."
    assert found.notes == (note,)


def test_lrurec_has_the_parameters_of_its_authors_but_for_a_bias_that_is_never_read() -> None:
    found = cost("lrurec", LruRecConfig(items=ITEMS, positions=200))
    assert found.weights + found.scoring + L * D == 355_993


def test_lrurec_moves_28_numbers_a_feature() -> None:
    found = lrurec.sequential(LruRecConfig(items=ITEMS), last_only=False)
    scoring = D + ITEMS + 1
    written = found.state // 2
    assert found.activations - scoring + written == 28 * 20 * D * L
    energies = {n: 28 * n * D * L * 4 * 2.5 / 1e6 for n in (20, 50, 200)}
    assert {n: round(e, 2) for n, e in energies.items()} == {20: 0.72, 50: 1.79, 200: 7.17}


@pytest.mark.parametrize(("positions", "millions"), [(20, 3.22), (50, 7.75), (200, 30.83)], ids=str)
def test_tim4rec_item_by_item_is_the_known_count(positions: int, millions: float) -> None:
    """The known one runs the first time network for every head, has no gates and no pad's score."""
    n, h = positions, 4
    found = tim4rec.sequential(TiM4RecConfig(items=ITEMS, positions=n), last_only=False)
    ours = found.products.macs + found.products.multiplications
    per_head = L * (2 * h * n**2 + h * n) - part(found, "time networks").macs
    known = ours + per_head - part(found, "time gates").macs - D
    assert round(known / 1e6, 2) == millions
    assert part(found, "input projection").macs + part(found, "gate").macs == L * n * D * 324


def test_a_state_space_is_two_multiply_adds_a_number_and_position() -> None:
    q, c, s = 32, 8, 4
    assert one_by_one(q, 2, c, s)[0].ops == Ops(macs=2 * q * c * s, multiplications=q * c * s)


def test_attention_weighs_half_as_many_pairs_where_the_mask_leaves_them() -> None:
    config = SasRecConfig(items=9, positions=20, features=8)
    counted, *formulae = costs("sasrec", config)
    causal, cached = (part(c, "attention").macs for c in formulae)
    assert part(counted, "blocks.attention").macs == 2 * 8 * (20 * 20 + 20)
    assert causal == 2 * 8 * (20 * 21 // 2 + 20)
    assert cached == 2 * 8 * 20 * 2


def test_a_gru_step_is_three_gates() -> None:
    found = cost("gru4rec", Gru4RecConfig(items=9, features=8, hidden=12), "incremental")
    assert found.products.macs == 3 * 12 * (8 + 12) + 12 * 8 + 8 * 10
    assert found.elementwise == Ops(0, 60, 24, {"sigmoid": 24, "tanh": 12})
    assert found.state == 24


def test_ssr_ann_is_what_reports_count() -> None:
    found = cost("ssr-ann", SsrAnnConfig(items=ITEMS), "dense")
    rows = ssr_ann(AnnShape(20, D, L, 4, ITEMS))
    assert found.products.macs == sum(row.macs for row in rows) == 1_850_880


@pytest.mark.parametrize("kind", ["lrurec", "sasrec", "gru4rec", "tim4rec", "ssd4rec", "ssr-ann"])
def test_the_row_of_padding_is_scored_with_the_items_but_not_in_the_papers_counting(
    kind: str,
) -> None:
    for one in costs(kind, config_from_dict(kind, {"items": ITEMS})):
        (scored,) = (p for p in one.parts if p.name in ("item scoring", "embeddings and scores"))
        assert scored.ops.macs == D * (ITEMS if one.form == "dense" else ITEMS + 1)


@pytest.mark.parametrize("kind", ["lrurec", "gru4rec"])
def test_one_item_more_costs_less_than_the_window(kind: str) -> None:
    config = {"lrurec": LruRecConfig, "gru4rec": Gru4RecConfig}[kind](items=50, positions=10)
    for one in costs(kind, config)[:-1]:
        assert cost(kind, config, "incremental").ops.macs < one.ops.macs


def test_operations_add_up_by_kind() -> None:
    some = Ops(1, 2, 3, {"exp": 4})
    assert some + Ops(special={"tanh": 1}) == Ops(1, 2, 3, {"exp": 4, "tanh": 1})
    assert sum_ops([some, some]) == some * 2
    assert (sum_ops([]), (some * 2).specials) == (Ops(), 8)


def test_norms_and_softmaxes_by_hand() -> None:
    assert layer_norm(1, 4) == Ops(8, 9, 6, {"rsqrt": 1})
    assert softmax(2, 10) == Ops(0, 30, 10, {"exp": 10, "reciprocal": 2})


def test_what_is_not_counted_is_said() -> None:
    with pytest.raises(BadInput, match="gru5rec is not counted; counted are bert4rec, bsarec"):
        cost("gru5rec", Gru4RecConfig(items=9))
    with pytest.raises(BadInput, match="sasrec has no form 'sparse'; it is counted as full, caus"):
        cost("sasrec", SasRecConfig(items=9), "sparse")
    with pytest.raises(BadInput, match=r"compile it with ssr-compile and give the report\.json"):
        costs("ssr", SsrConfig(items=9))
