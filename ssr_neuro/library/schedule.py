"""`ssr_neuro.show`: when which node of a program works, and the picture of its graph."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ssr_neuro.files import output_file
from ssr_neuro.library.programs import program_of
from ssr_neuro.program.ir import Program
from ssr_neuro.program.verify import verify
from ssr_neuro.report.graph_picture import draw
from ssr_neuro.report.graph_picture.facts import NodeFacts, is_scheduled, nodes

if TYPE_CHECKING:
    from ssr_neuro.library.compiled import Compiled


@dataclass(frozen=True, eq=False)
class Schedule:
    """A program with its nodes in the order in which they work."""

    program: Program
    nodes: tuple[NodeFacts, ...] = field(repr=False)

    @property
    def is_planned(self) -> bool:
        """Whether depths, delays and steps are known, which the pass `schedule` decides."""
        return is_scheduled(self.program)

    def svg(self) -> str:
        """The graph as a picture."""
        return draw(self.program)

    def save(
        self, path: str | Path, *, overwrite: bool = False, inputs: Iterable[Path] = ()
    ) -> Path:
        """Write the picture. Raises BadInput where the file is there already, or is an input."""
        place = Path(path)
        output_file.write(place, self.svg(), overwrite=overwrite, inputs=inputs)
        return place

    def to_dict(self) -> dict[str, Any]:
        """Plain data; times are null where they are not known yet, and a parameter of neurons is
        [smallest, largest]."""
        program, planned = self.program, self.is_planned
        return {
            "name": program.name,
            "steps": program.steps,
            "gap": program.gap if planned else None,
            "interval": program.interval if planned else None,
            "depth": program.depth if planned else None,
            "latency_steps": program.latency_steps if planned else None,
            "nodes": [_node(facts, planned) for facts in self.nodes],
        }


def show(source: "Compiled | Program | str | Path") -> Schedule:
    """source: a compiled network, a program after any pass, or a folder with a program.json.

    Raises BadInput where it is none, Mismatch where the program breaks a rule of the format.
    """
    program = program_of(source)
    verify(program, after=f"reading {source if isinstance(source, str | Path) else program.name}")
    return Schedule(program, nodes(program))


def _node(facts: NodeFacts, planned: bool) -> dict[str, Any]:
    spelled = asdict(facts)
    where, worked = spelled.pop("column"), spelled.pop("steps") or (None, None)
    place = "depth" if planned else "layer"
    first = {place: where, "first_step": worked[0], "last_step": worked[1]}
    synapses = {"synapses": spelled.pop("weights")}
    return first | spelled | {"neurons": facts.neurons} | synapses
