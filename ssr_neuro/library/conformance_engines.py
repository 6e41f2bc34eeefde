"""Our own engines of the conformance suite: NIR graphs in float, and compiled to a chip's integers.

Each is an adapter as `nir_conformance.engines` describes them, and runs in a process of its own.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np

from ssr_neuro.errors import BackendFailed
from ssr_neuro.program.linear_maps import Array
from ssr_neuro.settings.default_chip import DEFAULT_CHIP

if TYPE_CHECKING:
    import nir

    from ssr_neuro.program.ir import IntegerProgram
    from ssr_neuro.program.trace import Trace

OURS = {
    "ssr-neuro": "ssr_neuro.library.conformance_engines:FLOAT",
    "ssr-neuro-reference": "ssr_neuro.library.conformance_engines:REFERENCE",
    "ssr-neuro-fast": "ssr_neuro.library.conformance_engines:FAST",
    "lava": "ssr_neuro.library.conformance_engines:LAVA",
    "sana-fe": "ssr_neuro.library.conformance_engines:SANA_FE",
}
SANA_FE_PACKAGES = ("sanafe==2.2.9",)


@dataclass(frozen=True)
class FloatEngine:
    """Our reading of NIR in float64, before anything is quantised."""

    about: str = "its float program, before anything is quantised"
    packages: tuple[str, ...] = ("ssr-neuro", "nir")

    def run(self, graph: "nir.NIRGraph", x: dict[str, Array], dt_s: float) -> dict[str, Array]:
        """Raises BadInput with every reason why no chip could run the graph."""
        from converters.nir_to_program import to_program
        from ssr_neuro.program import float_simulator

        steps = len(next(iter(x.values())))
        program = to_program(graph, steps, dt_s)
        _, outputs = float_simulator.run(program, {name: one[None] for name, one in x.items()})
        return {name: values[0] for name, values in outputs.items()}


@dataclass(frozen=True)
class IntegerEngine:
    """The graph compiled to integers, as `ssr-compile` does it, and run on one simulator."""

    simulator: str
    about: str
    packages: tuple[str, ...] = ("ssr-neuro", "nir")

    def run(self, graph: "nir.NIRGraph", x: dict[str, Array], dt_s: float) -> dict[str, Array]:
        """Raises BadInput or DoesNotFit where no chip could run the graph."""
        from ssr_neuro import registry

        program, spikes = _compile(graph, x, dt_s)
        return _outputs(program, registry.load(self.simulator).run(program, spikes))


def _compile(
    graph: "nir.NIRGraph", x: dict[str, Array], dt_s: float
) -> "tuple[IntegerProgram, dict[str, Array]]":
    """The integers of a chip, and the input spikes as one sample."""
    from ssr_neuro.library.compile import lower_program
    from ssr_neuro.program.ir import as_integer

    inputs = {name: one[None] for name, one in x.items()}
    program = as_integer(lower_program(graph, inputs=inputs, dt_s=dt_s))
    return program, {name: np.asarray(one, np.uint8) for name, one in inputs.items()}


def _outputs(program: "IntegerProgram", trace: "Trace") -> dict[str, Array]:
    from ssr_neuro.program.trace import in_graph_units

    return {readout.name: in_graph_units(readout, trace)[0] for readout in program.readouts}


@dataclass(frozen=True)
class LavaEngine(IntegerEngine):
    """Intel Lava, where its environment is made already: it is half a gigabyte."""

    def prepare(self, say: Callable[[str], None]) -> None:
        """Makes the environment. Raises BackendFailed where that cannot be done."""
        from simulators.lava_runtime import environment

        environment.ensure(say)

    def ready(self) -> None:
        """Raises BackendFailed where the first run would make the environment."""
        from simulators.lava_runtime import environment

        if ("ready", "yes") not in environment.describe():
            raise BackendFailed(
                "Lava's environment is not made yet; --with lava makes it, as any `ssr-compile "
                "--target lava-sim` does"
            )

    def runs(self) -> dict[str, str]:
        """The version of Lava that its environment has."""
        from simulators.lava_runtime.environment import LAVA as KIND

        return {KIND.package: KIND.version}


@dataclass(frozen=True)
class SanaFeEngine:
    """The graph compiled to integers, placed on a chip, and run by SANA-FE's own neurons."""

    about: str = "compiled to integers by ssr-neuro, placed on loihi1, run in SANA-FE's neurons"
    packages: tuple[str, ...] = ("ssr-neuro", "nir")
    chip: str = DEFAULT_CHIP

    def prepare(self, say: Callable[[str], None]) -> None:
        """Makes an environment of SANA-FE. Raises BackendFailed where that cannot be done."""
        from ssr_neuro.library.conformance_environments import make_environment

        make_environment("sana-fe", SANA_FE_PACKAGES, shared=False, say=say)

    def ready(self) -> None:
        """Raises BackendFailed where no interpreter has SANA-FE."""
        self._python()

    def runs(self) -> dict[str, str]:
        """The version of SANA-FE, none where it is not there."""
        from simulators import sana_fe_run

        python = self._find()
        return {} if python is None else {"sanafe": sana_fe_run.version(python)}

    def run(self, graph: "nir.NIRGraph", x: dict[str, Array], dt_s: float) -> dict[str, Array]:
        """Raises BadInput or DoesNotFit where no chip, or SANA-FE, could run the graph."""
        from converters.export_sana_fe import files
        from converters.sana_fe.check import read_recorded
        from simulators import reference, sana_fe_run
        from ssr_neuro.chip import load_chip
        from ssr_neuro.stopwatch import Stopwatch

        program, spikes = _compile(graph, x, dt_s)
        trace = reference.SIMULATOR.run(program, spikes)
        with TemporaryDirectory(prefix="ssr-conformance-") as made:
            folder, record = Path(made), Path(made) / "record"
            written = files(program, load_chip(self.chip), trace, folder, Stopwatch())
            sana_fe_run.run(self._python(), folder, written.every[0].file, record)
            return _outputs(program, read_recorded(written.net, record))

    def _find(self) -> Path | None:
        from simulators import sana_fe_run
        from ssr_neuro.library.conformance_environments import made_environment

        return sana_fe_run.interpreter() or made_environment("sana-fe", SANA_FE_PACKAGES)

    def _python(self) -> Path:
        from simulators import sana_fe_run

        python = self._find()
        if python is None:
            raise BackendFailed(f"SANA-FE is not installed; {sana_fe_run.HOW}")
        return python


FLOAT = FloatEngine()
REFERENCE = IntegerEngine("reference", "compiled to integers, on the reference simulator")
FAST = IntegerEngine("fast", "compiled to integers, on the fast simulator")
LAVA = LavaEngine("lava_cpu", "compiled to integers by ssr-neuro, on Lava's processes for the CPU")
SANA_FE = SanaFeEngine()
