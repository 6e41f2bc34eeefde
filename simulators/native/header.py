"""What `ssr_run` is given first: a network as network.c has it."""

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from simulators.native.costs import Costs


@dataclass(frozen=True)
class KernelHeader:
    """`Network` of network.h without its costs, its fields in order.

    summed, fired, active, made, probe: first bytes of these in a thread's workspace. sums: most
    numbers of a node in all steps; most_words: of 64 spikes of a node in one. node to silence:
    addresses of tables.
    """

    steps: int
    nodes: int
    turns: int
    summed: int
    sums: int
    fired: int
    most_words: int
    active: int
    made: int
    probe: int
    way: int
    node: int
    synapse: int
    source: int
    turn: int
    silence: int

    def table(self, costs: Costs) -> npt.NDArray[np.int64]:
        """All of it as the kernel reads it, costs at the end."""
        return np.array([*vars(self).values(), *vars(costs).values()], np.int64)


NODE_AT = [field.name for field in fields(KernelHeader)].index("node")
