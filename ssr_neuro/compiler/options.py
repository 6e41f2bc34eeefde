"""What the user asked `ssr-compile` for, and what follows from it for the passes."""

from dataclasses import dataclass, replace
from pathlib import Path

from ssr_neuro import registry
from ssr_neuro.errors import BadInput
from ssr_neuro.lower import PASSES, Lowering, lower
from ssr_neuro.lower.calibrate import calibrate
from ssr_neuro.program.ir import Program
from ssr_neuro.program.semantics import Semantics
from ssr_neuro.program.trace import Bits
from ssr_neuro.stopwatch import Stopwatch
from ssr_neuro.verification.prove import Lowered

WEIGHT_BITS = 8
CHIP = "loihi1"


@dataclass(frozen=True)
class Wishes:
    """The options of `ssr-compile`, checked.

    weight_bits None: what the model was trained for. chip None: CHIP, and a misfit is no error.
    overwrite: whether `out` may be replaced. inputs: the files read, which it may not hold.
    """

    model: Path
    target: str
    out: Path
    data: str | None
    core: str
    duplicates: str
    reader: str | None
    samples: int | None
    chip: str | None
    weight_bits: int | None
    layout: str
    lanes: int | None
    timeout_s: float | None
    json: bool
    optimise: bool
    calibrate: bool | None
    passes: bool
    explain: bool
    stop_after: str | None
    semantics: Semantics
    overwrite: bool = False
    inputs: tuple[Path, ...] = ()

    def __post_init__(self) -> None:
        if self.stop_after is not None and self.stop_after not in PASSES:
            raise BadInput(
                f"--stop-after {self.stop_after!r} is no pass; in order they are "
                f"{', '.join(PASSES)}"
            )


def lowering(
    wishes: Wishes,
    program: Program,
    inputs: dict[str, Bits],
    watch: Stopwatch,
    trained_bits: int | None = None,
) -> Lowering:
    """Bits, clips calibrated on `inputs` where wished, and whether to optimise.

    Weights trained for these bits are whole steps already and are never clipped.
    """
    bits = wishes.weight_bits or trained_bits or WEIGHT_BITS
    if wishes.calibrate and bits == trained_bits:
        raise BadInput(
            f"{wishes.model} was trained for {bits} bits: its weights are whole steps of the scale "
            "they were trained with; leave --calibrate out"
        )
    few = bits < WEIGHT_BITS and bits != trained_bits
    clips = {}
    if few if wishes.calibrate is None else wishes.calibrate:
        samples = len(next(iter(inputs.values())))
        with watch.step(f"calibrate {bits} bits on {samples} samples"):
            clips = calibrate(program, inputs, bits, registry.load("fast"))
    return Lowering(bits, clips, optimise=wishes.optimise)


def lowered(program: Program, how: Lowering, watch: Stopwatch) -> Lowered:
    """The program before and after the optimising passes."""
    with watch.step("fold, schedule, quantise"):
        full = lower(program, replace(how, optimise=False))
    if not how.optimise:
        return Lowered(full, full)
    with watch.step("optimise"):
        return Lowered(full, lower(program, how))
