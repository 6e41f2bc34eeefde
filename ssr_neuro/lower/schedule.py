"""Give every node its depth and every synapse its delays, so that all paths arrive together.

On the chip each synapse costs one step. A node works at the depth of its longest path; a skip
past k synapses waits k steps.
"""

from dataclasses import replace

from ssr_neuro.errors import BadInput
from ssr_neuro.ir import Program, Synapse


def schedule(program: Program) -> Program:
    """Depths, delays, and all nodes in order of depth. Raises BadInput on a loop."""
    depth = _depths(program)

    def delayed(synapse: Synapse) -> Synapse:
        target = depth[synapse.target]
        sources = (replace(s, delay=target - depth[s.name]) for s in synapse.sources)
        return replace(synapse, sources=tuple(sources))

    populations = (replace(p, depth=depth[p.name]) for p in program.populations)
    return replace(
        program,
        populations=tuple(sorted(populations, key=lambda p: depth[p.name])),
        readouts=tuple(replace(r, depth=depth[r.name]) for r in program.readouts),
        synapses=tuple(sorted(map(delayed, program.synapses), key=lambda s: depth[s.target])),
    )


def _depths(program: Program) -> dict[str, int]:
    """Longest path from the inputs, in synapses."""
    depth = {node.name: 0 for node in program.inputs}
    waiting = [node.name for node in program.nodes if node.name not in depth]
    while waiting:
        ready = [
            name
            for name in waiting
            if all(s.name in depth for y in program.into(name) for s in y.sources)
        ]
        if not ready:
            raise BadInput(
                f"program {program.name!r}: {', '.join(waiting)} wait for each other; this release "
                "schedules feed-forward networks only: remove the recurrent connection"
            )
        for name in ready:
            sources = [s.name for y in program.into(name) for s in y.sources]
            depth[name] = 1 + max((depth[s] for s in sources), default=0)
        waiting = [name for name in waiting if name not in depth]
    return depth
