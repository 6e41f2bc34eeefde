"""lava-dl itself, in both directions: it runs what we write, and we run what it writes."""

import json
import subprocess
from pathlib import Path

import netx_files
import numpy as np
import pytest
from lava_support import layered_program, one_layer
from netx_files import late_program
from small_programs import random_inputs, skip_program
from trained import saved_ssr

from converters.netx import read
from converters.netx.chain import to_chain
from converters.netx.check import NetxComparison, check, present_inputs
from converters.netx.weights import count_changed
from converters.netx.write import write
from converters.netx_to_program import to_program
from simulators.lava_runtime import lava_dl, lava_dl_environment
from simulators.reference import SIMULATOR as REFERENCE
from ssr_neuro.cli import compile_app
from ssr_neuro.errors import BackendFailed
from ssr_neuro.library.compile_netx import schedule_layers
from ssr_neuro.program.arrays import Bits
from ssr_neuro.program.ir import Program

pytestmark = pytest.mark.lava_dl
MIXED = np.random.default_rng(0).choice([-127, -125, -1, 1, 3, 127], (6, 6))


def run(program: Program, folder: Path, samples: int = 5) -> NetxComparison:
    trace = REFERENCE.run(program, random_inputs(program, samples, seed=samples))
    chain = to_chain(program)
    write(chain, folder / "net.net")
    shown = present_inputs(chain, trace)
    found = lava_dl.run(folder / "net.net", shown, chain.interval, membranes=chain.reading)
    return check(chain, program, trace, found)


@pytest.mark.parametrize(
    ("program", "readouts"),
    [
        (skip_program(0), 60),
        (layered_program(3, 4), 240),
        (one_layer(MIXED, bias=400), 120),
        (one_layer(-abs(MIXED), bias=400), 120),
        (one_layer(-64 * np.eye(6, dtype=int), bias=400), 120),
        (one_layer(np.zeros((6, 6), int), bias=400), 120),
    ],
    ids=["skip", "long skips", "mixed", "minus", "power of 2", "zero"],
)
def test_lava_dl_runs_what_we_write(program: Program, readouts: int, tmp_path: Path) -> None:
    compared = run(program, tmp_path)
    assert compared.readouts == readouts
    assert compared.fired > 0


def test_an_input_that_is_read_late(tmp_path: Path) -> None:
    assert run(late_program(), tmp_path).fired > 0


def images(samples: int, steps: int, *shape: int) -> Bits:
    rng = np.random.default_rng(samples)
    return (rng.random((samples, steps, *shape)) < 0.4).astype(np.uint8)


def equal(net: Path, spikes: Bits) -> float:
    """Compare lava-dl's run of a file with ours of its Program; returns the firing rate."""
    theirs = lava_dl.run(net, spikes, spikes.shape[1])
    program = schedule_layers(to_program(read.read(net), spikes.shape[1]))
    ours = REFERENCE.run(program, {"input": spikes}).spikes
    assert [x.shape for x in theirs.spikes] == [x.shape for x in ours.values()]
    for name, x in zip(ours, theirs.spikes, strict=True):
        np.testing.assert_array_equal(ours[name], x, err_msg=name)
    return float(np.mean([x.mean() for x in theirs.spikes]))


def test_we_run_a_file_by_hand_as_lava_dl_does(tmp_path: Path) -> None:
    assert 0 < equal(netx_files.tiny(tmp_path / "tiny.net"), images(4, 5, 2, 5, 4)) < 1


def test_we_run_what_slayer_exports_as_lava_dl_does(tmp_path: Path) -> None:
    net = tmp_path / "slayer.net"
    python = lava_dl_environment.ensure()
    script = Path(__file__).parents[1] / "support" / "slayer_net.py"
    subprocess.run([python, "-sE", script, net], check=True, capture_output=True)
    assert 0 < equal(net, images(3, 16, 2, 6, 6)) < 1


def test_delays_of_a_file_are_those_of_netx(tmp_path: Path) -> None:
    """One sample: netx knows no gap, so another would hear the one before."""
    rng = np.random.default_rng(5)
    weight, delay = rng.integers(-90, 120, (4, 6)), rng.integers(0, 3, 4)
    file = netx_files.layer("dense", (4,), netx_files.LIF, weight=weight, delay=delay)
    net = netx_files.write(tmp_path / "late.net", netx_files.layer("input", (6,)), file)
    assert 0 < equal(net, images(1, 8, 6)) < 1


OPTIMISED = """
import json, sys
import numpy as np, scipy.sparse as sp
from lava.lib.dl.netx.utils import optimize_weight_bits
from lava.utils.weightutils import clip_weights, determine_sign_mode, truncate_weights
counts = []
for weight in json.load(sys.stdin):
    weight = np.array(weight)
    shifted, bits, exponent, _ = optimize_weight_bits(weight.copy())
    csr = sp.csr_matrix(shifted)
    mode = determine_sign_mode(csr)
    kept = truncate_weights(clip_weights(csr, mode, num_bits=8), mode, bits).toarray()
    counts.append(int((kept != weight * 2.0 ** -exponent).sum()))
print(json.dumps(counts))
"""


def test_what_netx_does_to_weights_is_what_we_say() -> None:
    rng = np.random.default_rng(0)
    weights = [
        rng.integers(low, high + 1, (3, 4)) * step
        for low in (-256, -128, -64, -5, 0, 1)
        for high in (-1, 0, 1, 63, 127, 254)
        for step in (1, 2, 4)
        if low <= high and low * step >= -256 and high * step <= 254
    ]
    weights = [w for w in weights if w.any()]  # netx cannot load zeros
    ran = subprocess.run(
        [lava_dl_environment.ensure(), "-sE", "-c", OPTIMISED],
        input=json.dumps([w.tolist() for w in weights]),
        capture_output=True,
        text=True,
        check=True,
    )
    theirs = json.loads(ran.stdout.strip().splitlines()[-1])
    assert [count_changed(w) for w in weights] == theirs
    assert 0 < np.count_nonzero(theirs) < len(weights)


def test_a_file_that_lava_dl_cannot_load_is_said(tmp_path: Path) -> None:
    net = netx_files.write(tmp_path / "net.net", netx_files.layer("average", (2,)))
    with pytest.raises(BackendFailed, match="average is not implemented") as caught:
        lava_dl.run(net, images(1, 2, 2), 2)
    assert "Give fewer samples" in str(caught.value)


def test_the_command_writes_runs_and_compares(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = [
        saved_ssr(tmp_path),
        *"--target lava-dl --samples 6 --json --out".split(),
        tmp_path / "out",
    ]
    compile_app([str(a) for a in arguments], standalone_mode=False)
    found = json.loads(capsys.readouterr().out)
    assert found["mismatches"] == 0
    assert found["fired"] > 0
    assert (tmp_path / "out" / "model.net").exists()
