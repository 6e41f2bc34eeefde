"""SSR-ANN's operations against literals and against a count of matrix sizes."""

import pytest

from ssr_neuro.costs.models.ssr_ann import AnnShape, ann_variants, ssr_ann, ssr_ann_values
from ssr_neuro.errors import BadInput

PAPER = AnnShape(positions=20, features=64, blocks=2, ffn_ratio=4, items=3416)


def macs(shape: AnnShape, *, last: bool = False) -> dict[str, int]:
    return {r.component: r.macs for r in ssr_ann(shape, last_position_only=last)}


def test_the_defaults_of_the_paper_on_movielens() -> None:
    rows = macs(PAPER)
    assert rows["feed-forward"] == 8 * 20 * 64**2 * 2 == 1_310_720
    assert rows["DFT"] + rows["filter"] + rows["inverse DFT"] == (6 * 20**2 + 80) * 64 * 2
    assert (rows["readout"], rows["item scoring"]) == (64**2, 64 * 3416)


def test_dense_dft_equals_the_sizes_of_its_real_matrices() -> None:
    n, d = 6, 5
    rows = macs(AnnShape(n, d, 1, 4, 9))
    forward = sum(1 for _ in ("re", "im") for _ in range(n * n))
    inverse = sum(1 for _ in ("re re", "im im", "re im", "im re") for _ in range(n * n))
    assert (rows["DFT"], rows["inverse DFT"]) == (forward * d, inverse * d)


def test_each_economy_makes_the_ann_cheaper() -> None:
    device, dense_last, paper = (
        form.products.macs + form.products.multiplications for form in ann_variants(PAPER).values()
    )
    assert device < dense_last < paper == sum(macs(PAPER).values())
    assert dense_last == sum(macs(PAPER, last=True).values())


def test_one_block_read_at_one_position_needs_one_row() -> None:
    one = AnnShape(6, 5, 1, 4, 9)
    full, last = macs(one), macs(one, last=True)
    assert full["feed-forward"] == 6 * last["feed-forward"]
    assert full["inverse DFT"] == 6 * last["inverse DFT"]
    assert full["DFT"] == last["DFT"]


def test_values_moved_once() -> None:
    n, d, r, items = 2, 3, 4, 7
    values = ssr_ann_values(AnnShape(n, d, 1, r, items))
    filters, ffn, biases, dft, readout = 2 * n * d, 2 * r * d * d, r * d + d, 4 * n * n, d * d + d
    assert values.weights == filters + ffn + biases + dft + readout
    assert values.table == items * (d + 1)


def test_a_shape_without_positions_is_refused() -> None:
    with pytest.raises(BadInput, match="SSR-ANN needs positions >= 1, given 0"):
        AnnShape(0, 1, 1, 1, 1)
