"""A run whose trace cannot fit is refused before it begins, in every simulator."""

import numpy as np
import pytest
from handed_over import compiled

from simulators.fast import Fast
from simulators.lava_cpu import LavaCpu
from simulators.reference import Reference
from ssr_neuro.errors import BadInput
from ssr_neuro.files import limits
from ssr_neuro.program.ir import as_integer
from ssr_neuro.program.simulator import demand_trace_memory

PROGRAM = as_integer(compiled("CubaLIF"))
SAMPLES = 2_000_000  # without a byte of memory: one sample, seen so often


def endless() -> dict[str, np.ndarray]:
    one = np.zeros((1, PROGRAM.steps, 4), np.uint8)
    return {"x": np.broadcast_to(one, (SAMPLES, *one.shape[1:]))}


def test_bytes_are_those_of_the_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    spikes = sum(population.shape[0] for population in PROGRAM.populations)
    readouts = sum(8 * readout.shape[0] for readout in PROGRAM.readouts)
    needed = SAMPLES * PROGRAM.steps * (spikes + readouts)
    monkeypatch.setattr(limits, "free_memory_bytes", lambda: needed)
    demand_trace_memory(PROGRAM, SAMPLES)
    monkeypatch.setattr(limits, "free_memory_bytes", lambda: needed - 1)
    with pytest.raises(BadInput, match=r"the trace of 2,000,000 samples of .* are free; give few"):
        demand_trace_memory(PROGRAM, SAMPLES)
    with pytest.raises(BadInput, match="of memory"):
        demand_trace_memory(PROGRAM, SAMPLES // 2, membranes=True)


@pytest.mark.parametrize("simulator", [Reference(), LavaCpu()])
def test_no_simulator_begins_what_cannot_fit(
    simulator: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "free_memory_bytes", lambda: 1 << 20)
    module = type(simulator).__module__
    monkeypatch.setattr(f"{module}.check_inputs", lambda *_, **__: SAMPLES)
    with pytest.raises(BadInput, match="give fewer samples, or use a larger machine"):
        simulator.run(PROGRAM, endless())  # type: ignore[attr-defined]


def test_the_fast_simulator_refuses_with_and_without_membranes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    inputs = {"x": np.zeros((SAMPLES // 10, PROGRAM.steps, 4), np.uint8)}
    monkeypatch.setattr(limits, "free_memory_bytes", lambda: 1 << 20)
    for membranes in (False, True):
        with pytest.raises(BadInput, match="the trace of 200,000 samples"):
            Fast().run(PROGRAM, inputs, membranes=membranes)
