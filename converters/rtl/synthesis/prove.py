"""Proofs over all inputs, by the SAT solver that Yosys holds: `python -m` this module runs them."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory
from time import perf_counter

from converters.rtl.synthesis.yosys import Yosys
from ssr_neuro.errors import BackendFailed, Mismatch, SsrError

ROOT = Path(__file__).parents[1]
FORMAL, VERILOG = ROOT / "formal", ROOT / "verilog"
FAILED = "proof did fail"
TIMEOUT_S = 600


@dataclass(frozen=True)
class HardwareClaim:
    """One claim about modules of `verilog/`, and how it is shown.

    law: a file of `formal/` that states it. top: the module in it, or a module of `verilog/` that
    the file is put into, in front of its endmodule. parameters: of `top`; the claim is about these.
    """

    name: str
    claim: str
    law: str
    top: str
    modules: tuple[str, ...]
    parameters: Mapping[str, int] = field(default_factory=dict)

    @property
    def inside(self) -> bool:
        """Whether the law reads registers, so that it is shown by induction over a cycle."""
        return self.top in self.modules


def neuron(name: str, **parameters: int) -> HardwareClaim:
    """Of one way in which the neuron can be built."""
    widths = {"SUM": 18, "BIAS": 14, "BIAS_SHIFT": 3, "MULTIPLY": 0, "CURRENT": 0, "U": 32}
    return HardwareClaim(
        f"neuron, {name}",
        "u, v, margin and spike are the contract's for every input",
        "neuron_contract.v",
        "neuron_contract",
        ("neuron", "decay"),
        widths | parameters,
    )


def decay(width: int) -> HardwareClaim:
    """Of the decay that multiplies."""
    return HardwareClaim(
        f"decay of {width} bits",
        "keep / 4096 of every state, towards zero, for every keep up to 4096",
        "decay_contract.v",
        "decay_contract",
        ("decay",),
        {"WIDTH": width},
    )


def sequencer(lanes: int) -> HardwareClaim:
    """Of the control of a core with so many lanes."""
    return HardwareClaim(
        f"sequencer, {lanes} lanes",
        "it ends, neurons write in the rows of their command alone and spikes add where it leads, "
        "whatever memories hold",
        "sequencer_ends.v",
        "sequencer",
        ("sequencer", "walker", "command", "first_spike"),
        {"LANES": lanes, "LANE": max(1, (lanes - 1).bit_length()), "SUMS": 1000},
    )


def accumulate(name: str, **parameters: int) -> HardwareClaim:
    """Of the adder of a lane, with or without a shifter."""
    return HardwareClaim(
        f"accumulate, {name}",
        "accumulator + weight x 2^exponent, cut to its bits, for every input",
        "accumulate_contract.v",
        "accumulate_contract",
        ("accumulate",),
        parameters,
    )


def best_items() -> HardwareClaim:
    """Of the list of the ten best."""
    return HardwareClaim(
        "top_ten",
        "the ten best of all that came, best first, ties to the lower number",
        "best_items.v",
        "top_ten",
        ("top_ten",),
    )


PROOFS = (
    neuron("a membrane that halves", SUM=20),
    neuron("membrane and current that halve", CURRENT=1, U=25),
    neuron("sums and current of 32 bits that halve", SUM=32, BIAS=31, BIAS_SHIFT=0, CURRENT=1),
    neuron("any decay, no current", MULTIPLY=1),
    neuron("any decay of both", MULTIPLY=1, CURRENT=1, U=25),
    neuron("any decay, all of 32 bits", SUM=32, BIAS=31, BIAS_SHIFT=0, MULTIPLY=1, CURRENT=1),
    *map(decay, (24, 25, 32)),
    accumulate("18 bits", SUM=18, EXPONENT=0),
    accumulate("32 bits, every exponent", SUM=32, EXPONENT=15),
    *map(sequencer, (1, 8, 16)),
    best_items(),
)


def prove(proof: HardwareClaim, verilog: Path = VERILOG) -> None:
    """Raises Mismatch where the claim is not so, BackendFailed where Yosys is missing or too slow.

    verilog: the folder of the modules.
    """
    with TemporaryDirectory() as place:
        folder = Path(place)
        for module in proof.modules:
            copyfile(verilog / f"{module}.v", folder / f"{module}.v")
        law = (FORMAL / proof.law).read_text(encoding="utf-8")
        if proof.inside:
            path = folder / f"{proof.top}.v"
            head, end, tail = path.read_text(encoding="utf-8").rpartition("endmodule")
            path.write_text(f"{head}{law}{end}{tail}", encoding="utf-8")
        else:
            (folder / f"{proof.top}.v").write_text(law, encoding="utf-8")
        try:
            Yosys.find().run(folder, script(proof))
        except BackendFailed as error:
            if FAILED not in str(error):
                raise
            raise Mismatch(f"{proof.name}: not proven is that {proof.claim}") from error


def script(proof: HardwareClaim) -> str:
    """What Yosys does. Wires that nothing drives become inputs: any value in every cycle."""
    sources = " ".join(f"{name}.v" for name in dict.fromkeys((*proof.modules, proof.top)))
    chosen = "".join(f"-set {name} {value} " for name, value in proof.parameters.items())
    induction = "-tempinduct -maxsteps 2" if proof.inside else ""
    return f"""read_verilog -formal {sources}
chparam {chosen}{proof.top}
hierarchy -check -top {proof.top}
proc
flatten
setundef -undriven -expose
chformal -lower
opt -full
sat -verify {induction} -prove-asserts -set-assumes -timeout {TIMEOUT_S} {proof.top}
"""


def main() -> int:
    """Runs all; exit code of the first that fails."""
    for proof in PROOFS:
        began = perf_counter()
        try:
            prove(proof)
        except SsrError as error:
            print(f"FAIL  {error}", file=sys.stderr)
            return error.exit_code
        print(f"proven in {perf_counter() - began:5.1f} s  {proof.name}: {proof.claim}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
