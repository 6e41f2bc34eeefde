"""`ssr_neuro.simulate`: a compiled program on spikes of one's own."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ssr_neuro import registry
from ssr_neuro.errors import BadInput
from ssr_neuro.library.programs import program_of
from ssr_neuro.library.spikes import spikes_of
from ssr_neuro.program.arrays import Bits
from ssr_neuro.program.ir import IntegerProgram, Program, as_integer
from ssr_neuro.program.simulator import Simulator, unready
from ssr_neuro.program.spikes_file import archive, write_trace
from ssr_neuro.program.trace import Comparison, Trace
from ssr_neuro.verification.prove import agree

if TYPE_CHECKING:
    from ssr_neuro.library.compiled import Compiled


@dataclass(frozen=True, eq=False)
class Simulation:
    """One run. inputs: spikes by input, uint8 (samples, steps, *shape). trace: what it fired."""

    program: IntegerProgram
    inputs: dict[str, Bits] = field(repr=False)
    simulator: Simulator
    trace: Trace

    @property
    def spikes_fired(self) -> int:
        """Spikes of all populations, samples and steps."""
        return sum(int(spikes.sum()) for spikes in self.trace.spikes.values())

    def check_against(self, simulator: str) -> Comparison:
        """Run on a second simulator and compare every spike and readout.

        Raises Mismatch with the first difference: population, neuron, sample, step, the arriving
        input, both membranes and spike trains.
        """
        other = registry.load(simulator)
        return agree(self.program, self.inputs, self.trace, self.simulator, other)

    def save(
        self, path: str | Path, *, overwrite: bool = False, inputs: Iterable[Path] = ()
    ) -> Path:
        """Write the trace as .npz, an array for each population and readout.

        inputs: files that may not be replaced. Raises BadInput where the file is there already.
        """
        place = archive(Path(path))
        write_trace(place, self.trace, overwrite=overwrite, inputs=inputs)
        return place


def simulate(
    source: "Compiled | Program | str | Path",
    inputs: Any,
    *,
    simulator: str = "reference",
    membranes: bool = False,
) -> Simulation:
    """Run a program on spikes.

    source: a compiled network, a program, or the folder of one. inputs: spikes (samples, steps,
    *shape) as an array, arrays by input name, or the path of an .npz file. simulator: reference,
    fast or lava_cpu, or one that a package registers. membranes: record v before the reset, too.
    Raises BadInput where the program is not lowered far enough, or the inputs do not fit it.
    """
    program = program_of(source)
    if why := unready(program):
        named = source if isinstance(source, str | Path) else "this"
        raise BadInput(
            f"{named} holds a program that cannot be run: {why}; compile with --stop-after "
            "separate or a later pass, or without --stop-after"
        )
    ready, runner = as_integer(program), registry.load(simulator)
    spikes = spikes_of(ready, inputs)
    return Simulation(ready, spikes, runner, runner.run(ready, spikes, membranes=membranes))
