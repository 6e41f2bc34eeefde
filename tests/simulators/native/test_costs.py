"""Costs of the kernel's two ways are measured once, and again where what was kept is damaged."""

import time
from pathlib import Path

import numpy as np
import pytest

from simulators.native import costs, measure_costs, network
from simulators.native.costs import Costs
from simulators.native.measure_costs import measure
from ssr_neuro.native import compiler

LIBRARY = "/somewhere/network-avx2-0123.so"


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SSR_CACHE", str(tmp_path))
    folder = tmp_path / "ssr-neuro" / "native"
    folder.mkdir(parents=True)
    return folder


def test_measured_once(kept: Path) -> None:
    found = Costs(product=7)
    assert costs.known(LIBRARY, lambda: found) == found
    assert costs.known(LIBRARY, lambda: pytest.fail("measured again")) == found
    assert costs.known(LIBRARY.replace("0123", "4567"), Costs) == Costs()


@pytest.mark.parametrize("text", ["", "{}", '{"product": -1}', "[1]"])
def test_what_is_damaged_is_measured_again(kept: Path, text: str) -> None:
    costs.known(LIBRARY, Costs)
    (file,) = kept.iterdir()
    file.write_text(text)
    assert costs.known(LIBRARY, lambda: Costs(product=9)).product == 9
    assert costs.known(LIBRARY, Costs).product == 9


def test_time_that_others_have_is_no_cost(monkeypatch: pytest.MonkeyPatch) -> None:
    case = measure_costs._Case(1, 1, 0)
    monkeypatch.setattr(measure_costs, "_run", lambda library, case: lambda: time.sleep(0.02))
    monkeypatch.setattr(measure_costs, "ROUNDS", 2)
    (seconds,) = measure_costs._least(object(), [case]).values()  # type: ignore[arg-type]
    assert seconds < 0.01 / measure_costs.SAMPLES


def test_a_cache_that_cannot_be_written_is_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSR_CACHE", str(tmp_path / "absent"))
    assert costs.known(LIBRARY, lambda: Costs(row=3)).row == 3


@pytest.mark.skipif(compiler.find() is None, reason="no C compiler is installed")
def test_measuring_gives_whole_numbers_within_reason() -> None:
    kernel = network.kernel()
    if kernel is None:
        pytest.skip("this processor has none of the kernel's instruction sets")
    found = measure(kernel)
    values = np.array([getattr(found, name) for name in vars(found)])
    assert (values > 0).all()
    assert values.max() < 10_000_000  # ten microseconds
