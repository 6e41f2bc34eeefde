"""The roofline against arithmetic by hand, and its ends by property."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssr_neuro.chip import Chip, load_chip
from ssr_neuro.costs.gpu.kernels import ForwardPass
from ssr_neuro.costs.gpu.published import published_runs
from ssr_neuro.costs.gpu.roofline import assumptions, estimate, estimates
from ssr_neuro.costs.gpu.work import BatchWork
from ssr_neuro.errors import BadInput

# 10 kernels, 4 at least; each window more adds 1e6 operations, 2e3 bytes moved, 1e3 written, none
# of weights.
ONE = ForwardPass(10, 4, 8 * 10**5, 2 * 10**5, 10**6 + 2000, 1000, 10**6)
TWO = ForwardPass(10, 4, 16 * 10**5, 4 * 10**5, 10**6 + 4000, 2000, 10**6)
THREE = ForwardPass(10, 4, 24 * 10**5, 6 * 10**5, 10**6 + 6000, 3000, 10**6)
WORK = BatchWork(ONE, TWO, THREE)
GPUS = ("rtx3090", "a100", "h200")


def test_one_window_on_the_h200_by_hand() -> None:
    found = estimate(WORK, load_chip("h200"), "fp32", 1)
    arithmetic_s, least_s, moved_s = 1e6 / 67e12, 1e6 / 4.8e12, 1.002e6 / 4.8e12
    assert found.latency_s.low == pytest.approx(max(arithmetic_s, least_s) + 6 * 0.58e-6)
    assert found.latency_s.high == pytest.approx(max(arithmetic_s, moved_s) + 12 * 8e-6)
    assert found.energy_j is not None
    assert found.energy_j.low == pytest.approx(73.65 * found.latency_s.low)
    assert found.energy_j.high == pytest.approx(700 * found.latency_s.high)
    assert found.bound == "launches"


def test_tensor_cores_speed_up_the_products_alone() -> None:
    gpu = load_chip("a100")
    fp32, tf32 = estimate(WORK, gpu, "fp32", 1000), estimate(WORK, gpu, "tf32", 1000)
    assert fp32.compute_s.low == pytest.approx(1000 * 1e6 / 19.5e12)
    assert tf32.compute_s.low == pytest.approx(1000 * (8e5 / 156e12 + 2e5 / 19.5e12))


@pytest.mark.parametrize("name", GPUS)
@given(batch=st.integers(1, 10**6))
def test_the_low_end_is_below_the_high_one_and_a_window_gets_cheaper(name: str, batch: int) -> None:
    gpu = load_chip(name)
    found, more = (estimate(WORK, gpu, "fp32", size) for size in (batch, 2 * batch))
    assert 0 < found.latency_s.low <= found.latency_s.high
    assert more.inference_s.high <= found.inference_s.high
    assert found.energy_j is not None
    assert more.energy_j is not None
    assert more.energy_j.low <= found.energy_j.low <= found.energy_j.high


@pytest.mark.parametrize("name", GPUS)
def test_each_arithmetic_has_batch_one_and_a_best_one_that_says_why_it_ends(name: str) -> None:
    found = estimates(WORK, load_chip(name))
    assert [one.arithmetic for one in found] == ["fp32", "fp32", "tf32", "tf32", "bf16", "bf16"]
    assert {one.batch for one in found[::2]} == {1}
    assert all(one.ended in ("no gain", "limit") for one in found[1::2])


def test_a_batch_that_memory_may_not_hold_is_not_the_best() -> None:
    gigabyte = 10**9
    large = BatchWork(*(ForwardPass(1, 1, 1, 1, 1, batch * gigabyte, 0) for batch in (1, 2, 3)))
    best = estimates(large, load_chip("rtx3090"))[1]
    assert (best.batch, best.ended) == (16, "memory")


def test_every_figure_has_its_source_and_evidence() -> None:
    for name in GPUS:
        for figure in assumptions(load_chip(name)):
            assert figure.source
            assert figure.evidence in ("vendor", "measured")


def test_another_chip_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="loihi1 is no GPU but a neuromorphic chip"):
        estimates(WORK, load_chip("loihi1"))


def test_a_figure_that_a_time_needs_is_asked_for_and_a_power_is_not(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"mine: unknown are performance.launch_min; without them"):
        estimates(WORK, _without("performance.launch_min", "launch_min =", tmp_path))
    assert estimates(WORK, _without("power.idle", "idle =", tmp_path))[0].energy_j is None


def _without(figure: str, line: str, folder: Path) -> Chip:
    text = (Path(__file__).parents[3] / "hw_targets" / "a100.toml").read_text()
    kept = [one for one in text.splitlines() if not one.startswith(line)]
    kept[0] = 'name = "mine"'
    kept += ["[[unknown]]", f'figures = ["{figure}"]', 'reason = "left out"']
    path = folder / "mine.toml"
    path.write_text("\n".join(kept))
    return load_chip(path)


def test_published_runs_are_ranges_over_what_a_second_may_be_for() -> None:
    runs = {(run.kind, run.features, run.gpu): run for run in published_runs("ml-1m")}
    lrurec = runs["lrurec", 64, "rtx3090"]
    assert lrurec.inference_s.low == pytest.approx(0.77 / 6040)
    assert lrurec.inference_s.high == pytest.approx(0.77 / 4096)
    assert lrurec.energy_j is not None
    assert lrurec.energy_j.high == pytest.approx(350 * 0.77 / 4096)
    assert any("does not say what the second is for" in doubt for doubt in lrurec.doubts)
    assert runs["sasrec", 64, ""].energy_j is None
    assert len(runs) == 11


@pytest.mark.parametrize("name", ["ml-1m", "ML-1M", "ml-1m-time"])
def test_published_runs_are_of_movielens_1m_alone(name: str) -> None:
    assert published_runs(name)
    assert not published_runs("ml-100k")
    assert not published_runs("ml-1million")
