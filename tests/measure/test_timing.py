"""Statistics by hand, the search for the best batch, and the order of a costed measurement."""

import re
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from measure_example import SOURCE, HandMeter

from ssr_neuro.errors import DoesNotFit
from ssr_neuro.measure import Energy, EnergySource, Probe
from ssr_neuro.measure.batches import LARGEST, best_batch
from ssr_neuro.measure.forms import FULL
from ssr_neuro.measure.latency import latency
from ssr_neuro.measure.nvml import LEAST_S
from ssr_neuro.measure.served import Served
from ssr_neuro.measure.timing import (
    LEAST_RUNS,
    MOST_PROBES,
    Times,
    batches,
    throughputs,
    time_batches,
)
from ssr_neuro.measure.with_energy import Costed, time_with_energy
from ssr_neuro.model import build, config_from_dict

QUICK = Times(seconds=0.001, idle_s=2.0, warm_up_s=0.0, settle_s=1.0, probe_s=0.001)


def served() -> Served:
    config = config_from_dict("popularity", {"items": 12, "positions": 3})
    return Served(build("popularity", config).eval(), FULL, torch.device("cpu"), "fp32")


def test_percentiles_lie_between_the_sorted_times() -> None:
    found = latency([0.5, 0.1, 0.2, 0.4, 0.3])
    assert (found.count, found.mean_s, found.p50_s) == (5, pytest.approx(0.3), 0.3)
    assert found.p5_s == pytest.approx(0.1 + 0.2 * 0.1)
    assert found.p95_s == pytest.approx(0.4 + 0.8 * 0.1)
    assert found.p99_s == pytest.approx(0.4 + 0.96 * 0.1)
    assert (found.least_s, found.largest_s) == (0.1, 0.5)


def test_an_outlier_is_kept() -> None:
    found = latency([1.0] * 9 + [100.0])
    assert (found.largest_s, found.mean_s, found.p50_s) == (100.0, 10.9, 1.0)


def test_one_time_is_every_percentile() -> None:
    found = latency([0.25])
    assert {found.p5_s, found.p50_s, found.p99_s, found.mean_s, found.least_s} == {0.25}


def test_batches_double_until_three_in_a_row_bring_nothing() -> None:
    rates = {1: 10.0, 2: 19.0, 4: 30.0, 8: 30.5, 16: 29.0, 32: 25.0}
    best, search = best_batch(rates.__getitem__)
    assert (best, search.ended) == (8, "no gain")
    assert search.probes == tuple(Probe(batch, rate) for batch, rate in rates.items())


def test_one_slow_probe_does_not_end_the_search() -> None:
    rates = {1: 10.0, 2: 5.0, 4: 8.0, 8: 80.0, 16: 90.0, 32: 1.0, 64: 1.0, 128: 1.0}
    assert best_batch(rates.__getitem__)[0] == 16


def test_the_search_ends_where_the_memory_does() -> None:
    best, search = best_batch(lambda batch: float(batch) if batch < 8 else None)
    assert (best, search.ended, len(search.probes)) == (4, "memory", 3)
    best, search = best_batch(float)
    assert (best, search.ended) == (LARGEST, "limit")


def test_a_device_that_holds_no_window_is_told() -> None:
    with pytest.raises(DoesNotFit, match="does not hold the model and one window; measure on"):
        best_batch(lambda batch: None)


def test_every_window_is_in_a_batch_and_every_batch_is_full() -> None:
    windows = torch.arange(1, 16).view(5, 3) % 13
    given = [items for _, items in batches(served(), windows, 2)]
    assert [part.tolist() for part in given] == [
        windows[[0, 1]].tolist(),
        windows[[2, 3]].tolist(),
        windows[[4, 0]].tolist(),
    ]
    (large,) = batches(served(), windows, 12)
    assert large[1].tolist() == windows[[0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 0, 1]].tolist()


def test_runs_are_timed_one_by_one() -> None:
    given = batches(served(), torch.ones(2, 3, dtype=torch.int64), 1)
    found = time_batches(served(), given, 0.0)
    assert len(found.times_s) == LEAST_RUNS
    assert 0 < sum(found.times_s) <= found.duration_s
    assert len(time_batches(served(), given, 0.0, least_runs=3).times_s) == 3


def test_a_batch_larger_than_the_memory_has_no_throughput(monkeypatch: pytest.MonkeyPatch) -> None:
    throughput = throughputs(served(), torch.ones(2, 3, dtype=torch.int64), 0.0)
    assert (throughput(4) or 0) > 0

    ends: list[Exception] = [
        torch.OutOfMemoryError("CUDA out of memory"),
        RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried"),
        MemoryError(),
    ]

    def full(*_: object) -> None:
        raise ends[0]

    monkeypatch.setattr(Served, "run", full)
    while ends:
        assert throughput(4) is None
        del ends[0]
    ends.append(RuntimeError("a fault of this program"))
    with pytest.raises(RuntimeError, match="a fault of this program"):
        throughput(4)


def test_the_host_runs_no_batch_that_its_memory_may_not_hold(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("ssr_neuro.measure.device._peak_bytes", lambda: 1 << 60)
    throughput = throughputs(served(), torch.ones(2, 3, dtype=torch.int64), 0.0)
    assert (throughput(1) or 0) > 0
    assert throughput(2) is None


def costed_by(meter: HandMeter | str, times: Times = QUICK) -> tuple[Costed, list[float]]:
    slept: list[float] = []
    given = batches(served(), torch.ones(2, 3, dtype=torch.int64), 2)
    return time_with_energy(served(), given, times, meter, sleep=slept.append), slept


def test_the_device_rests_before_and_after_and_settles_first() -> None:
    meter = HandMeter([0.0, 8.0, 0.0])
    found, slept = costed_by(meter)
    assert slept == [1.0, 2.0, 1.0, 2.0]
    assert meter.log == ["start", "stop"] * 3
    assert isinstance(found.energy, Energy)
    assert found.energy.gross_j == 8
    assert found.energy.inferences == 2 * len(found.timed.times_s)
    assert found.energy.duration_s == found.timed.duration_s
    assert found.warm_up_runs == LEAST_RUNS


@pytest.mark.parametrize("joules", [["gone"], [0.0, "gone"], [0.0, 1.0, "gone"]])
def test_a_meter_that_fails_leaves_times_and_the_reason(joules: list[float | str]) -> None:
    found, _ = costed_by(HandMeter([*joules, 0.0, 0.0, 0.0]))
    assert found.energy == "gone"
    assert len(found.timed.times_s) >= LEAST_RUNS


@pytest.mark.parametrize("last", [1.0, "gone"])
def test_a_meter_stops_where_the_runs_fail(
    last: float | str, monkeypatch: pytest.MonkeyPatch
) -> None:
    meter, run, ran = HandMeter([0.0, last]), Served.run, []

    def full(self: Served, ready: Any) -> torch.Tensor:
        ran.append(ready)
        if len(ran) > LEAST_RUNS:  # the first are those that warm up
            raise torch.OutOfMemoryError("CUDA out of memory")
        return run(self, ready)

    monkeypatch.setattr(Served, "run", full)
    with pytest.raises(torch.OutOfMemoryError):
        costed_by(meter)
    assert meter.log == ["start", "stop"] * 2


def test_without_a_meter_nothing_rests() -> None:
    found, slept = costed_by("no counter here")
    assert (found.energy, slept) == ("no counter here", [])


def test_what_is_too_short_for_the_counter_has_no_energy() -> None:
    meter = HandMeter([], EnergySource("rare", "nothing", least_s=1.0))
    found, slept = costed_by(meter)
    assert slept == []
    assert found.energy == (
        "0.001 s of runs and 2 s of rest are too short for the rare counter, which takes 1 s of "
        "both; give --seconds and --idle-seconds of at least that"
    )
    assert SOURCE.least_s == 0


@given(budget_s=st.floats(0.1, 1e5), runs=st.integers(1, 500))
def test_a_budget_is_shared_by_all_runs_and_kept(budget_s: float, runs: int) -> None:
    times = Times.in_budget(budget_s, runs)
    rests = 2 * (times.idle_s + times.settle_s)
    each = times.seconds + times.warm_up_s + rests + MOST_PROBES * times.probe_s
    assert each * runs == pytest.approx(budget_s)


def test_the_budget_of_make_gpu_leaves_each_run_long_enough_for_its_energy() -> None:
    folder = Path(__file__).parents[2] / "benchmarks" / "checkpoints"
    forms = {"lrurec": 2, "sasrec": 1, "ssr": 2, "ssr-ann": 1, "tim4rec": 1}
    alike = ("-bits.pt", "-left-out.pt", "-left-out-penalty-10.pt", "-left-out-longer.pt")
    measured = [path.name for path in folder.rglob("*.pt") if not path.name.endswith(alike)]
    kinds = [re.match(r"(ssr-ann|[a-z0-9]+)-", name) for name in measured]
    runs = 2 * sum(forms.get(kind[1], 0) for kind in kinds if kind)
    makefile = (folder.parents[1] / "Makefile").read_text()
    (budget,) = re.findall(r"^GPU_BUDGET := (\d+)$", makefile, re.MULTILINE)
    times = Times.in_budget(int(budget), runs)
    assert min(times.seconds, times.idle_s) >= LEAST_S
