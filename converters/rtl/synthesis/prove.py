"""Proofs over all inputs, by the SAT solver that Yosys holds."""

from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory

from converters.rtl.synthesis.yosys import Yosys
from ssr_neuro.errors import BackendFailed, Mismatch

ROOT = Path(__file__).parents[1]
FAILED = "proof did fail"
TIMEOUT_S = 600


def prove_neuron(neuron: Path = ROOT / "verilog" / "neuron.v", sum_bits: int = 20) -> None:
    """The neuron with a membrane that halves is the contract for every sum, bias, threshold, state.

    neuron: the module to prove. Raises Mismatch where some input makes it differ, BackendFailed
    where Yosys is missing, or does not decide in time.
    """
    with TemporaryDirectory() as place:
        folder = Path(place)
        copyfile(neuron, folder / "neuron.v")
        copyfile(ROOT / "verilog" / "decay.v", folder / "decay.v")
        copyfile(ROOT / "formal" / "neuron_contract.v", folder / "neuron_contract.v")
        script = f"""read_verilog -formal neuron.v decay.v neuron_contract.v
chparam -set SUM {sum_bits} neuron_contract
prep -flatten -top neuron_contract
chformal -lower
opt -full
sat -verify -prove-asserts -timeout {TIMEOUT_S} neuron_contract
"""
        try:
            Yosys.find().run(folder, script)
        except BackendFailed as error:
            if FAILED in str(error):
                raise Mismatch(
                    "the neuron in Verilog is not the contract for every input; yosys -p 'sat "
                    "-show-inputs' names one"
                ) from error
            raise
