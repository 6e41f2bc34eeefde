"""The length study: groups that hold every sequence once, by the whole history."""

from pathlib import Path

import numpy as np
import pytest
from trained import DATASET, saved_ssr

from ssr_neuro import data
from ssr_neuro.errors import BadInput
from ssr_neuro.study.lengths import check_limits, group_by_length, groups, lengths, terciles
from ssr_neuro.study.selected_models import load_judged


def test_a_length_counts_all_items_before_the_target() -> None:
    test = data.split(DATASET, positions=5).test
    found = lengths(test)
    last = np.diff(DATASET.offsets) - 1  # the last item of a user has all others before it
    ends = np.isin(test.targets_at, DATASET.offsets[1:] - 1)
    assert np.array_equal(found[ends], last)


def test_terciles_part_the_test_set_in_three() -> None:
    assert terciles(np.arange(1, 10)) == (3, 6)
    assert terciles(np.array([1, 1, 1, 1, 2, 3])) == (1,)
    assert terciles(np.full(6, 4)) == ()


def test_groups_hold_every_row_once() -> None:
    found = np.array([1, 5, 6, 20, 21, 99, 3, 7, 300])
    made = groups(found, (5, 20))
    assert [name for name, _ in made] == ["1 to 5", "6 to 20", "over 20"]
    assert sorted(np.concatenate([rows for _, rows in made])) == list(range(9))
    assert [sorted(found[rows]) for _, rows in made] == [[1, 3, 5], [6, 7, 20], [21, 99, 300]]
    assert groups(found, ())[0][0] == "all"


def test_a_group_too_small_for_an_error_is_refused() -> None:
    with pytest.raises(BadInput, match="1 test sequences have a history of over 8 items"):
        groups(np.array([1, 2, 7, 8, 9]), (2, 8))


@pytest.mark.parametrize("limits", [(), (0, 5), (5, 5), (9, 3)])
def test_limits_rise_from_one(limits: tuple[int, ...]) -> None:
    with pytest.raises(BadInput, match="give lengths that rise, from 1 on, such as 20,100"):
        check_limits(limits)


def test_every_group_has_its_count_metrics_and_error(tmp_path: Path) -> None:
    models = load_judged([saved_ssr(tmp_path)], DATASET)
    (points,) = group_by_length(
        models, DATASET, (25,), at_most=None, seed=0, say=lambda said: None
    ).values()
    test = data.split(DATASET).test
    short = np.flatnonzero(lengths(test) <= 25)
    expected = models[0].ranks(test, short).metrics().to_dict()
    assert {key: points[0][key] for key in expected} == expected
    assert sum(point["sequences"] for point in points) == len(test)
    assert points[0]["longest"] == 25
    assert points[1]["shortest"] == 26
