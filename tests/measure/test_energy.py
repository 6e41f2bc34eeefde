"""Energy by hand: counters that start again, power in between samples, idle power taken off."""

import time
from pathlib import Path

import pytest
from measure_example import SOURCE, readings

from ssr_neuro.errors import BackendFailed
from ssr_neuro.measure import Idle
from ssr_neuro.measure.energy import CounterMeter, EnergyCounter, energy
from ssr_neuro.measure.power_samples import PowerMeter, joules
from ssr_neuro.measure.rapl import rapl


def test_the_idle_energy_of_the_same_time_is_taken_off() -> None:
    found = energy(1000.0, 10.0, 8, (Idle(40.0, 5.0), Idle(60.0, 5.0)))
    assert found.power_w == 100
    assert found.gross_j_per_inference == 125
    assert found.net_j_per_inference == (1000 - 50 * 10) / 8
    assert found.idle_drift_w == 20


def test_a_load_below_the_idle_power_is_negative_and_not_zero() -> None:
    found = energy(100.0, 10.0, 5, (Idle(11.0, 5.0), Idle(11.0, 5.0)))
    assert found.net_j_per_inference == -2


def test_counters_are_summed() -> None:
    counters = [EnergyCounter("a", readings(1.0, 4.0)), EnergyCounter("b", readings(10.0, 10.5))]
    meter = CounterMeter(SOURCE, counters)
    meter.start()
    assert meter.stop() == 3.5


def test_a_counter_that_starts_again_has_gone_round_once() -> None:
    meter = CounterMeter(SOURCE, [EnergyCounter("a", readings(90e3, 5e3), range_j=100e3)])
    meter.start()
    assert meter.stop() == 15e3


def test_a_counter_that_may_have_gone_round_twice_tells_nothing() -> None:
    counter = EnergyCounter("a", readings(1.0, 2.0), range_j=5000.0)
    meter = CounterMeter(SOURCE, [counter], clock=readings(0.0, 5.5))
    meter.start()
    with pytest.raises(BackendFailed, match=r"again after 5000 J and .* twice in 5\.5 s; .* 5 s"):
        meter.stop()


def test_a_counter_without_a_range_never_goes_back() -> None:
    meter = CounterMeter(SOURCE, [EnergyCounter("the counter", readings(7.0, 3.0))])
    meter.start()
    with pytest.raises(BackendFailed, match=r"the counter went back from 7 to 3 J .*; measure"):
        meter.stop()


def test_power_goes_straight_from_sample_to_sample() -> None:
    assert joules([(0.0, 100.0), (1.0, 300.0), (3.0, 300.0)]) == 200 + 600
    assert joules([(0.0, 100.0)]) == 0


def test_constant_power_over_any_samples_is_power_times_time() -> None:
    times: list[float] = []

    def clock() -> float:
        times.append(time.perf_counter())
        return times[-1]

    meter = PowerMeter(SOURCE, lambda: 20.0, clock)
    meter.start()
    while len(times) < 3:
        time.sleep(0.01)
    found = meter.stop()
    assert found == pytest.approx(20 * (times[-1] - times[0]))


def test_a_power_meter_starts_afresh() -> None:
    meter = PowerMeter(SOURCE, lambda: 1.0)
    for _ in range(2):
        began = time.perf_counter()
        meter.start()
        assert meter.stop() <= time.perf_counter() - began


def test_power_that_cannot_be_read_on_the_way_is_told_at_the_end() -> None:
    left = readings(1.0)

    def read() -> float:
        try:
            return left()
        except StopIteration:
            raise BackendFailed("the GPU is lost") from None

    meter = PowerMeter(SOURCE, read)
    meter.start()
    time.sleep(0.05)
    with pytest.raises(BackendFailed, match="the GPU is lost"):
        meter.stop()


def zone(folder: Path, name: str, micro: object, range_micro: object = 10**9) -> Path:
    folder.mkdir(parents=True)
    (folder / "name").write_text(f"{name}\n")
    (folder / "energy_uj").write_text(f"{micro}\n")
    (folder / "max_energy_range_uj").write_text(f"{range_micro}\n")
    return folder / "energy_uj"


def test_rapl_counts_packages_and_their_memory_alone(tmp_path: Path) -> None:
    package = zone(tmp_path / "intel-rapl:0", "package-0", 5_000_000)
    core = zone(tmp_path / "intel-rapl:0:0", "core", 1)
    memory = zone(tmp_path / "intel-rapl:0:1", "dram", 2_000_000)
    platform = zone(tmp_path / "intel-rapl:1", "psys", 1)
    meter = rapl(tmp_path)
    assert meter.source.covers == "package-0, package-0 dram"
    meter.start()
    for path, micro in (
        (package, 6_000_000),
        (core, 10**8),
        (memory, 2_500_000),
        (platform, 10**8),
    ):
        path.write_text(str(micro))
    assert meter.stop() == pytest.approx(1.5)


def test_rapl_starts_again_at_its_range(tmp_path: Path) -> None:
    package = zone(tmp_path / "intel-rapl:0", "package-0", 900_000_000)
    meter = rapl(tmp_path)
    meter.start()
    package.write_text("100000000")
    assert meter.stop() == pytest.approx(200)


def test_a_machine_without_rapl_says_so(tmp_path: Path) -> None:
    with pytest.raises(BackendFailed, match=r"there is no RAPL counter of a processor package in"):
        rapl(tmp_path)


def test_rapl_that_cannot_be_read_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = zone(tmp_path / "intel-rapl:0", "package-0", 1)
    read = Path.read_text

    def denied(path: Path, **how: str) -> str:
        if path == package:
            raise PermissionError(13, "Permission denied")
        return read(path, **how)

    monkeypatch.setattr(Path, "read_text", denied)
    with pytest.raises(BackendFailed, match=r"energy_uj cannot be read \(Perm.*`chmod a\+r .*_uj`"):
        rapl(tmp_path)
    monkeypatch.undo()
    package.write_text("many")
    with pytest.raises(BackendFailed, match=r"energy_uj holds 'many', no energy in microjoules"):
        rapl(tmp_path)
    package.unlink()
    with pytest.raises(BackendFailed, match=r"energy_uj cannot be read \(No such file or di"):
        rapl(tmp_path)
