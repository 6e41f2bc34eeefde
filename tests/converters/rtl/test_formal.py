"""The neuron in Verilog is the contract for every input; a planted fault is found."""

from pathlib import Path

import pytest

from converters.rtl.synthesis.prove import ROOT, prove_neuron
from converters.rtl.synthesis.yosys import Yosys
from ssr_neuro.errors import BackendFailed, Mismatch

NEURON = ROOT / "verilog" / "neuron.v"
FAULTS = {
    "fires at the threshold": ("margin > 27'sd0", "margin >= 27'sd0"),
    "a membrane that wraps": ("v > V_LIMIT ? 24'sd8388607 :", ""),
    "no turn of the current": ("over ? raised - 32'sd16777216 :", ""),
    "a spike that keeps v": ("fires ? 24'sd0 : v_fresh", "v_fresh"),
}


def is_missing() -> bool:
    try:
        Yosys.find()
    except BackendFailed:
        return True
    return False


pytestmark = pytest.mark.skipif(
    is_missing(), reason='Yosys is not installed; pip install "ssr-neuro[rtl]"'
)


def test_the_neuron_is_the_contract_for_every_input() -> None:
    prove_neuron()


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found(fault: str, tmp_path: Path) -> None:
    right, wrong = FAULTS[fault]
    text = NEURON.read_text()
    assert right in text
    path = tmp_path / "neuron.v"
    path.write_text(text.replace(right, wrong))
    with pytest.raises(Mismatch, match="not the contract for every input"):
        prove_neuron(path)
