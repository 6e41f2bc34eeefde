"""Engines for tests of the conformance suite's runner: right, refusing, dying, hanging."""

import os
import signal
import time
from dataclasses import dataclass

import nir
import numpy as np
from nir_conformance.readings import reading
from nir_conformance.simulate import simulate
from nir_conformance.wiring import unfold

PLACE = "conformance_engines_example"


@dataclass(frozen=True)
class Reads:
    """The equations under a reading, `late` steps late."""

    reading: str
    late: int = 0
    about: str = "an example"
    packages: tuple[str, ...] = ("nir",)

    def run(self, graph: nir.NIRGraph, x: dict, dt_s: float) -> dict:
        outputs = simulate(graph, x, dt_s, reading(self.reading)).outputs
        silent = {n: np.zeros((self.late, *values.shape[1:])) for n, values in outputs.items()}
        return {n: np.concatenate([silent[n], v])[: len(v)] for n, v in outputs.items()}


class Skips(Reads):
    """Passes over Delays."""

    def run(self, graph: nir.NIRGraph, x: dict, dt_s: float) -> dict:
        late = [name for name, node in graph.nodes.items() if isinstance(node, nir.Delay)]
        for name in late:
            graph.nodes[name].delay = np.zeros_like(graph.nodes[name].delay)
        return super().run(graph, x, dt_s)


class Troubled(Reads):
    """Right but for CubaLIFs, which kill it, Thresholds, at which it hangs, and integrators."""

    def run(self, graph: nir.NIRGraph, x: dict, dt_s: float) -> dict:
        kinds = {type(node) for node in unfold(graph).nodes.values()}
        if nir.CubaLIF in kinds:
            os.kill(os.getpid(), signal.SIGSEGV)
        if nir.Threshold in kinds:
            time.sleep(60)
        if nir.IF in kinds:
            raise NotImplementedError("IF is\n not known here")
        if nir.LI in kinds:
            return {"output": np.zeros(3)}
        return super().run(graph, x, dt_s)


@dataclass(frozen=True)
class Unready(Reads):
    def ready(self) -> None:
        raise RuntimeError("its licence is missing")


RIGHT, SOFT, LATE = Reads("nir"), Reads("subtract"), Reads("nir", 1)
TROUBLED, UNREADY = Troubled("nir"), Unready("nir")
SKIPS = Skips("subtract")
ABSENT = Reads("nir", packages=("no-such-package",))
EXAMPLES = {
    name.lower(): f"{PLACE}:{name}"
    for name in ("RIGHT", "SOFT", "LATE", "TROUBLED", "UNREADY", "ABSENT", "SKIPS")
}
