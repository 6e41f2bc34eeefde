"""What the network YAML has no words for: when neurons forget, what comes late, what to expect.

The file is read by run_sana_fe.py in the same folder, and by nothing else.
"""

import json
from typing import Any

from converters.sana_fe.network import SanaFeNetwork
from ssr_neuro.placement import Placement
from ssr_neuro.program.trace import Trace

FORMAT, VERSION = "ssr-neuro-sana-fe-schedule", 1


def schedule(net: SanaFeNetwork, expected: dict[str, int]) -> str:
    """JSON. Groups stand in data-flow order; "node" is our name of one."""
    stream = net.stream
    document: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "samples": stream.samples,
        "interval": stream.interval,
        "first": stream.first,
        "last": stream.last,
        "expected": expected,
        "groups": [
            {
                "name": group.name,
                "node": group.node,
                "depth": net.program.depth_of(group.node),
                **_columns(net.neurons(group)),
            }
            for group in net.layout.inside
        ],
        "late": [
            {
                "source": late.source,
                "target": late.target,
                "delay": late.delay,
                "synapses": late.rows.tolist(),
            }
            for late in net.late
        ],
    }
    return json.dumps(document, separators=(",", ":")) + "\n"


def expected_counts(placed: Placement, trace: Trace, operations: int) -> dict[str, int]:
    """What SANA-FE must count over all samples, from our own traffic.

    A spike from outside is one of the neuron's copy on every core that reads it; a message stays
    on its core, leaves it, or comes from outside.
    """
    samples, traffic = trace.samples, placed.traffic
    entering = round(traffic.messages.entering * samples)
    hops = traffic.hops
    return {
        "spikes": sum(int(spikes.sum()) for spikes in trace.spikes.values()) + entering,
        "messages": round((traffic.messages.between + traffic.within) * samples) + entering,
        "hops": round((hops.east_west + hops.north_south) * samples) if hops else 0,
        "synaptic_operations": operations,
    }


def _columns(neurons: list[dict[str, Any]]) -> dict[str, list[float]]:
    names = ("leak_decay", "input_decay", "bias")
    return {name: [float(one[name]) for one in neurons] for name in names}
