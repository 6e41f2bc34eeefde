import numpy as np
import pytest

from ssr_neuro.settings.training import TrainSettings
from ssr_neuro.training.schedule import lr_factor, rows_of_step, seed_of_step, total_steps


def test_an_epoch_visits_every_sequence_once_and_the_next_in_another_order() -> None:
    settings = TrainSettings(batch_size=5)
    epochs = [
        np.concatenate([rows_of_step(step, 20, settings) for step in range(start, start + 4)])
        for start in (0, 4)
    ]
    assert [sorted(epoch) for epoch in epochs] == [list(range(20))] * 2
    assert epochs[0].tolist() != epochs[1].tolist()


def test_an_incomplete_last_batch_is_dropped() -> None:
    settings = TrainSettings(batch_size=5, epochs=3)
    assert {len(rows_of_step(step, 23, settings)) for step in range(12)} == {5}
    assert total_steps(23, settings) == 12


def test_a_set_below_one_batch_is_one_batch() -> None:
    settings = TrainSettings(batch_size=50, epochs=3)
    assert sorted(rows_of_step(2, 7, settings)) == list(range(7))
    assert total_steps(7, settings) == 3


def test_the_first_limit_counts() -> None:
    assert total_steps(100, TrainSettings(batch_size=10, epochs=3, max_steps=25)) == 25
    assert total_steps(100, TrainSettings(batch_size=10, epochs=2, max_steps=25)) == 20


def test_the_order_follows_from_seed_and_step_alone() -> None:
    settings = TrainSettings(batch_size=4, seed=3)
    late = rows_of_step(9, 16, settings)
    rows_of_step(2, 16, settings)
    np.testing.assert_array_equal(rows_of_step(9, 16, settings), late)
    other = rows_of_step(9, 16, TrainSettings(batch_size=4, seed=4))
    assert late.tolist() != other.tolist()


def test_the_rate_warms_up_and_falls_along_a_cosine() -> None:
    settings = TrainSettings(warmup_steps=10, final_lr=0.1)
    assert lr_factor(0, 0.0, settings) == pytest.approx(0.1)
    assert lr_factor(9, 0.0, settings) == 1.0
    assert lr_factor(500, 0.5, settings) == pytest.approx(0.55)
    assert lr_factor(999, 1.0, settings) == pytest.approx(0.1)
    assert lr_factor(999, 1.7, settings) == pytest.approx(0.1)


def test_every_step_and_process_has_random_numbers_of_its_own() -> None:
    settings = TrainSettings()
    seeds = {seed_of_step(step, process, settings) for step in range(50) for process in range(4)}
    assert len(seeds) == 200
