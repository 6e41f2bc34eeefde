"""Operations of models whose kinds have no closed formulae, each added up by hand."""

from operation_tables import Moved, moved

from ssr_neuro.costs import cost
from ssr_neuro.costs.models.forward import MOVED_BY_OPERATORS
from ssr_neuro.costs.models.ops import Ops
from ssr_neuro.model import build, config_from_dict


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


def test_a_table_of_positions_that_is_looked_up_is_among_the_weights() -> None:
    n, d, v = 7, 8, 80
    shape = {"items": v, "positions": n, "features": d, "blocks": 1}
    first, last = (
        config_from_dict("sasrec", shape | {"positions_from": end}) for end in ("first", "last")
    )
    found = cost("sasrec", first, "full")
    parameters = sum(p.numel() for p in build("sasrec", first).parameters())
    assert found.weights + found.scoring == parameters
    assert found.weights == cost("sasrec", last, "full").weights


def test_of_a_table_of_users_the_row_of_one_is_among_the_weights() -> None:
    shape = {"items": 80, "positions": 7, "features": 8}
    own = config_from_dict("caser", shape | {"user": "own", "users": 30})
    mean = config_from_dict("caser", shape)
    assert cost("caser", own).weights - cost("caser", mean).weights == 8


def test_convolutions_over_the_latest_items_by_hand() -> None:
    n, d, v, order, filters, sums = 7, 8, 80, 3, 5, 2
    shape = {"items": v, "positions": n, "features": d, "order": order}
    config = config_from_dict("caser", shape | {"horizontal": filters, "vertical": sums})
    places = sum((order - height + 1) * height for height in (1, 2, 3))
    read = order * filters + d * sums
    assert cost("caser", config).products.macs == (
        filters * d * places + d * order * sums + read * d + 2 * d * (v + 1)
    )
