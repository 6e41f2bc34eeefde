"""However a run on Lava ends, it ends with a message, and no process or shared memory is left."""

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import psutil
import pytest
from lava_support import SIZE, left_behind, one_layer, shared_memory, soon
from small_programs import random_inputs

from simulators.lava_cpu import LavaCpu
from simulators.lava_runtime.environment import ensure
from ssr_neuro.errors import BackendFailed

pytestmark = pytest.mark.lava

WEIGHT = np.eye(SIZE, dtype=np.int64)
CALLER = """
import signal, sys
from pathlib import Path
import numpy as np
from lava_support import one_layer
from simulators.lava_cpu import LavaCpu
from small_programs import random_inputs
signal.signal(signal.SIGINT, signal.default_int_handler)
program = one_layer(np.eye(6, dtype=np.int64))
lava = LavaCpu(lanes=1, keep_files=Path(sys.argv[1]))
lava.progress = lambda done, _: print(done, flush=True)
lava.run(program, random_inputs(program, 100_000, 0))
"""


@pytest.fixture(scope="module", autouse=True)
def environment() -> Path:
    return ensure()


def test_nothing_is_left_after_success(tmp_path: Path) -> None:
    before, program = shared_memory(), one_layer(WEIGHT)
    LavaCpu(keep_files=tmp_path).run(program, random_inputs(program, 3, 0))
    assert soon(lambda: not left_behind(tmp_path, before))
    assert (tmp_path / "output_0.npy").exists()


@pytest.mark.parametrize("timeout_s", [0.05, 1.5])
def test_the_time_limit_ends_a_run(tmp_path: Path, timeout_s: float) -> None:
    before, program = shared_memory(), one_layer(WEIGHT)
    lava = LavaCpu(lanes=1, timeout_s=timeout_s, keep_files=tmp_path)
    with pytest.raises(BackendFailed, match=rf"did not finish .* limit of {timeout_s} s \(\d+ of"):
        lava.run(program, random_inputs(program, 100_000, 0))
    assert soon(lambda: not left_behind(tmp_path, before))


def test_an_error_inside_a_lava_process_is_named(tmp_path: Path) -> None:
    before, program = shared_memory(), one_layer(WEIGHT)
    cell = replace(program.populations[0].neuron, vth=2.5)  # type: ignore[arg-type]
    broken = replace(program, populations=(replace(program.populations[0], neuron=cell),))
    with pytest.raises(BackendFailed, match="LIFReset 'a' failed with TypeError: ufunc"):
        LavaCpu(keep_files=tmp_path).run(broken, random_inputs(program, 3, 0))
    assert soon(lambda: not left_behind(tmp_path, before))


def test_a_killed_lava_process_is_named(tmp_path: Path) -> None:
    before, program = shared_memory(), one_layer(WEIGHT)

    def kill_one(done: int, _steps: int) -> None:
        # Reports go on for a moment after the kill, when there may be none left.
        if done > 0 and (found := list(_workers(tmp_path))):
            max(found, key=lambda process: process.pid).kill()

    lava = LavaCpu(lanes=1, keep_files=tmp_path, progress=kill_one)
    with pytest.raises(BackendFailed, match="was ended by SIGKILL"):
        lava.run(program, random_inputs(program, 100_000, 0))
    assert soon(lambda: not left_behind(tmp_path, before))


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_nothing_is_left_when_the_caller_is_ended(tmp_path: Path, ending: signal.Signals) -> None:
    before = shared_memory()
    tests = Path(__file__).parents[1]
    path = os.pathsep.join([str(tests / "support"), str(tests.parent)])
    caller = subprocess.Popen(
        [sys.executable, "-c", CALLER, str(tmp_path)],
        env={**os.environ, "PYTHONPATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert caller.stdout is not None
    assert any(int(line) > 0 for line in caller.stdout)
    assert left_behind(tmp_path, before)
    caller.send_signal(ending)
    _, error = caller.communicate(timeout=30)
    assert soon(lambda: not left_behind(tmp_path, before))
    assert caller.returncode in (-ending, 128 + ending), error


def _workers(folder: Path) -> list[psutil.Process]:
    running = psutil.process_iter(["cmdline"])
    return [p for p in running if str(folder) in (p.info["cmdline"] or ())]
