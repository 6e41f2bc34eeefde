"""What is proven of the core for every input, and that a planted fault makes each proof fail."""

import os
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree

import pytest
from rtl_netlist import needs_yosys

from converters.rtl.synthesis import prove as module
from converters.rtl.synthesis.prove import PROOFS, VERILOG, HardwareClaim, prove
from ssr_neuro.errors import Mismatch

pytestmark = needs_yosys
ALL = "SSR_RTL_DEMO" in os.environ  # set by `make test-rtl`
PROOF = {proof.name: proof for proof in PROOFS}
HALF, ANY = PROOF["neuron, a membrane that halves"], PROOF["neuron, any decay of both"]
DECAY, CONTROL = PROOF["decay of 24 bits"], PROOF["sequencer, 1 lanes"]
ADDER, BEST = PROOF["accumulate, 32 bits, every exponent"], PROOF["top_ten"]


@dataclass(frozen=True)
class Fault:
    """A change in one place of a module, and the proof that must see it."""

    proof: HardwareClaim
    module: str
    right: str
    wrong: str


FAULTS = {
    "fires at the threshold": Fault(HALF, "neuron", "margin > 27'sd0", "margin >= 27'sd0"),
    "a membrane that wraps": Fault(HALF, "neuron", "v > V_LIMIT ? 24'sd8388607 :", ""),
    "no turn of the current": Fault(HALF, "neuron", "over ? raised - 32'sd16777216 :", ""),
    "a spike that keeps v": Fault(ANY, "neuron", "fires ? 24'sd0 : v_fresh", "v_fresh"),
    "u of another sample": Fault(ANY, "neuron", "first ? {U{1'b0}} : u_before", "u_before"),
    "a sign that is lost": Fault(DECAY, "decay", "negative ? -part : part", "part"),
    "half of the decay": Fault(DECAY, "decay", "product[WIDTH+11:12]", "product[WIDTH+12:13]"),
    "a weight without a sign": Fault(
        ADDER, "accumulate", "{weight[7]}}, weight", "{1'b0}}, weight"
    ),
    "ties to the higher number": Fault(BEST, "top_ten", "score > scores[i]", "score >= scores[i]"),
    "a score that is not moved": Fault(
        BEST, "top_ten", "scores[i] <= scores[i>0?i-1 : 0];", "scores[i] <= score;"
    ),
    "a row too many": Fault(CONTROL, "walker", "row == rows", "row > rows"),
    "words that never end": Fault(CONTROL, "walker", "word + 16'd1", "word"),
    "a spike that stays": Fault(CONTROL, "first_spike", "spikes & (", "spikes | ("),
    "a step that stays": Fault(CONTROL, "sequencer", "t <= t + 8'd1", "t <= t"),
    "a run that stays": Fault(CONTROL, "sequencer", "left - 16'd1", "left"),
    "a list without an end": Fault(
        CONTROL, "sequencer", "list_word[31] ? next_spike : LIST", "LIST"
    ),
    "a membrane further on": Fault(CONTROL, "sequencer", "v_base + target", "v_base + target + 1"),
    "a target further on": Fault(CONTROL, "sequencer", "sum + run_step", "sum + run_step + 16'd1"),
    "an addition too many": Fault(
        CONTROL,
        "sequencer",
        "add <= state == RUN || entry",
        "add <= state == RUN || entry || update",
    ),
    "lanes beyond a row": Fault(
        CONTROL, "sequencer", "update_lanes <= row_ends ? tail[LANES-1:0] :", "update_lanes <="
    ),
}
QUICK = (
    "a weight without a sign",
    "a spike that keeps v",
    "half of the decay",
    "a row too many",
    "lanes beyond a row",
)


@pytest.mark.parametrize("name", PROOF if ALL else (ANY.name, DECAY.name, CONTROL.name))
def test_proven_for_every_input(name: str) -> None:
    prove(PROOF[name])


@pytest.mark.parametrize("name", FAULTS if ALL else QUICK)
def test_a_planted_fault_is_found(name: str, tmp_path: Path) -> None:
    fault = FAULTS[name]
    verilog = tmp_path / "verilog"
    copytree(VERILOG, verilog)
    path = verilog / f"{fault.module}.v"
    text = path.read_text()
    assert text.count(fault.right) == 1
    path.write_text(text.replace(fault.right, fault.wrong))
    with pytest.raises(Mismatch, match=f"{fault.proof.name}: not proven is that"):
        prove(fault.proof, verilog)


def test_the_command_says_what_it_proved(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(module, "PROOFS", (DECAY,))
    assert module.main() == 0
    assert "s  decay of 24 bits: keep / 4096 of every state" in capsys.readouterr().out

    def fails(proof: HardwareClaim) -> None:
        raise Mismatch(proof.name)

    monkeypatch.setattr(module, "prove", fails)
    assert module.main() == 4
    assert "FAIL  decay of 24 bits" in capsys.readouterr().err
