"""Whether the samples of a stream are kept apart, whatever the inputs are.

What is read with a lag in the first steps of a sample was sent in the gap before it, so a
population that is read so must be silent there (`ssr_neuro.lower.separate_samples`). A simulator
that runs each sample from rest would fire otherwise than a chip that runs a stream. Where no clock
can ensure that for every input, the notes say within what the current must end a sample.
"""

from math import prod

from ssr_neuro.errors import BadInput
from ssr_neuro.files import limits
from ssr_neuro.program.firing_bounds import firing_bounds
from ssr_neuro.program.ir import IntegerProgram

TRAINS = 2  # bytes of each neuron and step: whether it may fire, and whether it must


def check_apart(program: IntegerProgram) -> None:
    """Raises BadInput that names a population which is read late and may fire in the gap."""
    sources = [s for synapse in program.synapses for s in synapse.sources]
    scheduled = all(s.delay is not None for s in sources)
    late = {s.name for s in sources if s.lag} & {p.name for p in program.populations}
    if not (late and scheduled and program.gap):
        return
    names = [*(x.name for x in program.inputs), *(x.name for x in program.populations)]
    neurons = sum(prod(program.shape_of(name)) for name in names)
    needed = TRAINS * program.interval * neurons
    limits.demand_memory(needed, "what may fire in a sample", "take fewer steps")
    firing = firing_bounds(
        program, gap=True, most=limits.BOUNDS_OPERATIONS, assumed=program.notes.assumed
    )
    for name in sorted(late):
        if (steps := firing[name].may[program.steps :].reshape(program.gap, -1).any(axis=1)).any():
            raise BadInput(
                f"population {name!r} is read late and can fire in step {int(steps.argmax()) + 1} "
                f"of the {program.gap} between two samples, so one would reach into the next"
            )
