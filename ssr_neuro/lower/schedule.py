"""Give every node its depth and every synapse its delays, so that all paths arrive together.

On the chip each synapse costs one step. A node works at the depth of its longest path; a skip
past k synapses waits k steps. A connection with a lag has that much time already: a population
that reads itself one step late stays at its depth.
"""

from dataclasses import dataclass, replace
from typing import ClassVar

from ssr_neuro.errors import BadInput, DoesNotFit
from ssr_neuro.lower.passes import Pass
from ssr_neuro.program.fixed_point import DELAY_LIMIT
from ssr_neuro.program.ir import AnyProgram, Program, Source, Synapse
from ssr_neuro.program.recurrence import loop_of


@dataclass(frozen=True)
class ScheduleNodes(Pass[Program, Program]):
    """Depths, delays, and all nodes in order of depth.

    A source that lags by the whole sample or more is never received and is dropped. Raises BadInput
    on a loop whose lags are fewer than its synapses, DoesNotFit on a delay beyond the chip's.
    """

    name: ClassVar[str] = "schedule"

    def run(self, program: AnyProgram) -> AnyProgram:
        program = replace(program, synapses=tuple(_synapses_received(program)))
        depth = _depths(program)

        def delayed(synapse: Synapse) -> Synapse:
            def wait(source: Source) -> Source:
                return replace(
                    source, delay=depth[synapse.target] - depth[source.name] + source.lag
                )

            return replace(synapse, sources=tuple(map(wait, synapse.sources)))

        synapses = sorted(map(delayed, program.synapses), key=lambda s: depth[s.target])
        _check_delays(synapses)
        populations = (replace(p, depth=depth[p.name]) for p in program.populations)
        return replace(
            program,
            populations=tuple(sorted(populations, key=lambda p: depth[p.name])),
            readouts=tuple(replace(r, depth=depth[r.name]) for r in program.readouts),
            synapses=tuple(synapses),
        )


def _check_delays(synapses: list[Synapse]) -> None:
    """Raises DoesNotFit, with all of them, where spikes would have to wait too long."""
    long = [
        f"{s.name!r} holds the spikes of {source.name!r} for {source.delay} steps, {source.lag} of "
        f"them a delay of the network and {source.delay - source.lag} to wait for the path "
        "beside it"
        for s in synapses
        for source in s.sources
        if source.delay is not None and source.delay > DELAY_LIMIT
    ]
    if long:
        raise DoesNotFit(
            f"synapse {'; synapse '.join(long)}. A synaptic delay is at most {DELAY_LIMIT} steps: "
            "shorten the delay or the path, or relay the spikes by a population of their own"
        )


def _synapses_received(program: Program) -> list[Synapse]:
    received = (
        replace(y, sources=tuple(s for s in y.sources if s.lag < program.steps))
        for y in program.synapses
    )
    return [synapse for synapse in received if synapse.sources]


def _depths(program: Program) -> dict[str, int]:
    """The least depths with room for every synapse: longest paths, by relaxing all synapses."""
    edges = [(s, y.target) for y in program.synapses for s in y.sources]
    # What nothing reaches (inputs, neurons that fire by themselves) can work at depth 0; but a
    # population that is read with a lag gets a synapse that inhibits it between samples
    # (`separate_samples`), so it counts as reached.
    reached = {target for _, target in edges} | {s.name for s, _ in edges if s.lag}
    inputs = {node.name for node in program.inputs}
    depth = {n.name: 1 if n.name in reached - inputs else 0 for n in program.nodes}
    for _ in range(len(depth)):  # a path passes each node once
        late = [(s, t) for s, t in edges if depth[t] < depth[s.name] + 1 - s.lag]
        if not late:
            return depth
        for source, target in late:
            depth[target] = max(depth[target], depth[source.name] + 1 - source.lag)
    raise BadInput(
        f"program {program.name!r}: {', '.join(sorted(loop_of(program)))} are in a loop that "
        "has fewer steps of lag than synapses; every synapse takes a step on the chip"
    )
