"""A float Program through all passes, once: every stage, and the two programs that are proven."""

from collections.abc import Mapping
from dataclasses import dataclass

from ssr_neuro import registry
from ssr_neuro.compiler.options import CompileOptions
from ssr_neuro.errors import BadInput
from ssr_neuro.lower import Lowering, Stage, stages
from ssr_neuro.lower.calibrate import calibrate
from ssr_neuro.lower.room import holds_membrane
from ssr_neuro.program import float_simulator
from ssr_neuro.program.arrays import Bits
from ssr_neuro.program.fixed_point import WEIGHT_BITS
from ssr_neuro.program.ir import FloatProgram, as_integer
from ssr_neuro.program.linear_maps import Array
from ssr_neuro.stopwatch import Stopwatch
from ssr_neuro.verification.prove import Lowered


@dataclass(frozen=True, eq=False)
class Passed:
    """The program after every pass. `lowered`: as quantised, and as deployed."""

    stages: tuple[Stage, ...]
    lowered: Lowered


def choose_lowering(
    options: CompileOptions,
    program: FloatProgram,
    inputs: Mapping[str, Bits],
    stopwatch: Stopwatch,
    trained_bits: int | None = None,
) -> Lowering:
    """Bits, clips calibrated on `inputs` where asked for, and whether to optimise.

    Weights trained for these bits are whole steps already and are never clipped. Raises BadInput
    where they should be calibrated all the same.
    """
    bits = options.weight_bits or trained_bits or WEIGHT_BITS
    if options.calibrate and bits == trained_bits:
        raise BadInput(
            f"the model was trained for {bits} bits: its weights are whole steps of the scale "
            "they were trained with; leave --calibrate out"
        )
    few = bits < WEIGHT_BITS and bits != trained_bits
    clips = {}
    if few if options.calibrate is None else options.calibrate:
        samples = len(next(iter(inputs.values())))
        with stopwatch.step(f"calibrate {bits} bits on {samples} samples"):
            clips = calibrate(program, dict(inputs), bits, registry.load("fast"))
    return Lowering(bits, clips, optimise=options.optimises, rates=_firing_rates(program, inputs))


def _firing_rates(program: FloatProgram, inputs: Mapping[str, Bits]) -> dict[str, Array]:
    """Mean spikes a step of every neuron, by node; none where no membrane is held in a current."""
    if not any(holds_membrane(p.neuron) for p in program.populations):
        return {}
    fired, _ = float_simulator.run(program, dict(inputs))
    return {name: x.mean(axis=(0, 1)) for name, x in {**inputs, **fired}.items()}


def lower_once(program: FloatProgram, lowering: Lowering, stopwatch: Stopwatch) -> Passed:
    """Run every pass a single time and keep the program after each."""
    made = stages(program, lowering)
    done: list[Stage] = []
    with stopwatch.step("fold, schedule, quantise"):
        optimising = None
        for stage in made:
            if stage.optimises:
                optimising = stage
                break
            done.append(stage)
    full = as_integer(done[-1].program)
    if optimising is None:
        return Passed(tuple(done), Lowered(full, full))
    with stopwatch.step("optimise"):
        done += [optimising, *made]
    return Passed(tuple(done), Lowered(full, as_integer(done[-1].program)))
