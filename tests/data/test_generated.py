"""The generated data: repeatable, and far more can be learned from it than popularity."""

import subprocess
import sys

import numpy as np
import numpy.typing as npt
import pytest

from ssr_neuro.data import Split, generate, habits, load, split, stats, stats_rows

Floats = npt.NDArray[np.float64]


@pytest.fixture(scope="module")
def parts() -> Split:
    return split(generate())


def hit_rate(scores: Floats, targets: npt.NDArray[np.int64]) -> float:
    """HR@10 with ties counted against the model. scores: (b, V)."""
    own = scores[np.arange(len(targets)), targets - 1]
    return float(((scores >= own[:, None]).sum(1) <= 10).mean())


def oracle(parts: Split) -> float:
    windows, targets = parts.test.batch(np.arange(len(parts.test)))
    return hit_rate(habits().next_item(windows), targets)


def popularity(parts: Split) -> float:
    counts = np.bincount(parts.train.targets - 1, minlength=200).astype(float)
    return hit_rate(np.tile(counts, (len(parts.test), 1)), parts.test.targets)


def test_the_best_possible_hit_rate_is_far_above_popularity(parts: Split) -> None:
    assert 0.75 < oracle(parts) < 0.83
    assert 0.07 < popularity(parts) < 0.13


def test_counting_what_follows_what_already_learns(parts: Split) -> None:
    windows, targets = parts.train.batch(np.arange(len(parts.train)))
    follows = np.zeros((201, 201))
    np.add.at(follows, (windows[:, -1], targets), 1.0)
    seen, wanted = parts.test.batch(np.arange(len(parts.test)))
    learned = hit_rate(follows[seen[:, -1], 1:] + 1e-3 * follows[:, 1:].sum(0), wanted)
    assert 3 * popularity(parts) < learned < oracle(parts)


def test_odds_sum_to_1_with_and_without_a_history() -> None:
    windows = np.array([[0] * 20, [0] * 19 + [4], list(range(1, 21))])
    odds = habits().next_item(windows)
    assert odds.shape == (3, 200)
    np.testing.assert_allclose(odds.sum(1), 1.0)


def test_draws_follow_the_stated_odds() -> None:
    parts = split(generate(users=3000))
    windows, targets = parts.train.batch(np.arange(len(parts.train)))
    odds = habits().next_item(windows)[np.arange(len(targets)), targets - 1]
    all_odds = habits().next_item(windows[:4000])
    expected = -(all_odds * np.log(all_odds)).sum(1).mean()
    assert -np.log(odds).mean() == pytest.approx(expected, abs=0.05)


def test_seed_decides_everything() -> None:
    assert generate(seed=3).fingerprint == generate(seed=3).fingerprint
    assert generate(seed=3).fingerprint != generate(seed=4).fingerprint
    script = "from ssr_neuro.data import generate; print(generate(seed=3).fingerprint)"
    other = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert other.stdout.strip() == generate(seed=3).fingerprint


def test_default_sizes_and_the_built_in_default() -> None:
    built_in = load(None)
    assert (built_in.n_users, built_in.n_items) == (600, 200)
    assert 29 < stats(built_in).mean_length < 31
    assert built_in.fingerprint == generate().fingerprint == load("generated").fingerprint
    assert built_in.name == "generated"
    assert len(set(load(None, duplicates="first").items[:30])) > 5


@pytest.mark.parametrize(("users", "items", "mean_length"), [(1, 10, 3), (50, 37, 12)])
def test_small_sizes_work(users: int, items: int, mean_length: int) -> None:
    made = generate(users=users, items=items, mean_length=mean_length)
    lengths = np.diff(made.offsets)
    assert made.n_users == users
    assert made.n_items <= items
    assert lengths.min() >= mean_length - mean_length // 3
    assert lengths.max() <= mean_length + mean_length // 3


def test_importing_the_package_does_not_import_torch() -> None:
    script = "import sys, ssr_neuro.data; print('torch' in sys.modules)"
    found = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == "False"


def test_stats_of_a_literal(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("stats") / "tiny.txt"
    path.write_text("a x y z\nb y\n")
    found = stats(load(path, core="none"))
    assert (found.users, found.items, found.interactions, found.sequences) == (2, 3, 4, 2)
    assert found.mean_length == 2.0
    assert found.density == pytest.approx(4 / 6)
    assert stats_rows(found) == [
        ("data set", "tiny"),
        ("source", "tiny.txt, reader sequences, filter none, duplicates keep"),
        ("reader chosen by", "the ending .txt, and no sign of a table"),
        ("columns read", "first word of a line, its other words"),
        ("users", "2"),
        ("items", "3"),
        ("interactions", "4"),
        ("sequences", "2"),
        ("mean length", "2.00"),
        ("density", "6.67e-01"),
        ("times", "none read; the order is that of the file"),
        ("neighbours", "2, 100.0% ascend in item number; ties not known"),
    ]
