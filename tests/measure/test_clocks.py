"""Whether the clock of a GPU was steady over a run."""

from itertools import count
from time import sleep

import pytest

from ssr_neuro.errors import BackendFailed
from ssr_neuro.measure.clocks import judge_clocks, sample_clock


def test_a_clock_that_falls_by_more_than_the_share_has_drifted() -> None:
    steady, fallen = judge_clocks([1980, 1965, 1980]), judge_clocks([1980, 1410, 1410])
    assert steady is not None
    assert fallen is not None
    assert not steady.drifted
    assert steady.differ == pytest.approx(15 / 1980)
    assert fallen.drifted
    assert (fallen.samples, fallen.least_mhz, fallen.largest_mhz) == (3, 1410, 1980)
    assert fallen.mean_mhz == pytest.approx(1600)
    assert judge_clocks([1900, 1805], tolerance=0.05) == judge_clocks([1805, 1900], tolerance=0.05)


def test_nothing_read_is_not_judged() -> None:
    assert judge_clocks([]) is None


def test_the_clock_is_read_while_the_run_lasts_and_at_its_end() -> None:
    ticks = count(1)
    with sample_clock(lambda: float(next(ticks)), every_s=0.005) as readings:
        sleep(0.1)
    assert len(readings) >= 2
    assert readings == [float(n) for n in range(1, len(readings) + 1)]
    with sample_clock(lambda: 7.0, every_s=60) as at_the_end:
        pass
    assert at_the_end == [7.0]


def test_a_clock_that_stops_to_answer_is_no_clock() -> None:
    def read() -> float:
        raise BackendFailed("gone")

    with sample_clock(read, every_s=0.001) as readings:
        sleep(0.02)
    assert readings == []
    with sample_clock(None) as none:
        pass
    assert none == []
