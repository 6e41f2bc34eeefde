"""Small programs on chips of small cores, and what another reader must find in their files."""

from dataclasses import replace
from pathlib import Path

import numpy as np
from sana_fe_by_hand import ByHand
from small_programs import neuron, random_inputs, skip_program, synapse

from converters.export_sana_fe import Written, files
from simulators.reference import Reference
from ssr_neuro.chip import Chip, Figure, PerCore, load_chip
from ssr_neuro.program.ir import IntegerProgram, Population, Program
from ssr_neuro.program.linear_maps import Dense
from ssr_neuro.program.trace import Trace
from ssr_neuro.stopwatch import Stopwatch

LOIHI1 = load_chip("loihi1")


def chip(**limits: float) -> Chip:
    """Loihi 1 with other limits."""
    stated: dict[str, Figure | PerCore] = {}
    for name, x in limits.items():
        kind = PerCore if name == "neurons_per_core" else Figure
        stated[name] = kind(value=x, unit="cores", source="a test", evidence="vendor")
    return LOIHI1.model_copy(update={"limits": LOIHI1.limits.model_copy(update=stated)})


SMALL = chip(neurons_per_core=5)


def written(
    folder: Path, program: Program, on: Chip = SMALL, samples: int = 3
) -> tuple[Written, Trace]:
    trace = Reference().run(program, random_inputs(program, samples, seed=1))
    return files(program, on, trace, folder, Stopwatch()), trace


def late_program(delay: int, *, skips: bool = False) -> Program:
    """a reaches b after `delay`, in the sample that is then there; with `skips` the input too."""
    ones = Dense(np.array([[9, -4], [3, 8]]), (2, 1), (2, 1))
    base = skip_program(0)
    return IntegerProgram(
        name="late",
        steps=2,
        inputs=(replace(base.inputs[0], shape=(2, 1)),),
        populations=(
            Population("a", (2, 1), neuron((2, 1), 5, 3), 1),
            Population("b", (2, 1), neuron((2, 1), 6, 7), 1 + delay),
        ),
        synapses=(
            synapse("input_a", "a", ones, ("input", 1)),
            *([synapse("input_b", "b", ones, ("input", 1 + delay))] if skips else []),
            synapse("a_b", "b", ones, ("a", delay)),
        ),
        readouts=(),
    )


def agree(folder: Path, made: Written, trace: Trace) -> None:
    """Another reader fires the same spikes, reads the same readouts and counts the same."""
    by_hand = ByHand(folder)
    ran = by_hand.run()
    net = made.net
    for group in net.layout.inside:
        depth, size = net.program.depth_of(group.node), len(group.neurons)
        if group.node in trace.spikes:
            own = trace.spikes[group.node].reshape(-1, size)
            turned = np.roll(own, depth, axis=0)
            ours = {(int(s) + net.stream.first, group.name, int(n)) for s, n in np.argwhere(turned)}
            assert ours == {spike for spike in ran.spikes if spike[1] == group.name}
        else:
            turned = np.roll(trace.readouts[group.node].reshape(-1, size), depth, axis=0)
            theirs = [[at[group.name, n] for n in range(size)] for at in ran.membranes.values()]
            assert np.array_equal(turned, theirs)
    assert ran.counts == by_hand.plan["expected"]
