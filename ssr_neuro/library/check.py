"""`ssr_neuro.check`: whether a NIR graph would compile, and all that is in its way."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ssr_neuro.errors import BadInput, check_type, check_whole
from ssr_neuro.program.linear_maps import Shape

if TYPE_CHECKING:
    import nir

STEPS = 16  # of a sample, where no delay is longer


@dataclass(frozen=True)
class Obstacle:
    """One reason why a graph does not compile.

    node: its name, "" for the graph as a whole. remedy: what to do; "" where the reason says it.
    exit_code: that of `ssr-compile`, 2 (cannot be read so) or 3 (does not fit a chip).
    """

    node: str
    reason: str
    remedy: str
    exit_code: int


@dataclass(frozen=True)
class GraphCheck:
    """How a graph is read, and what is in its way.

    inputs, outputs: shapes by name, as they are read, or as the file has them where it cannot be
    read. notes: what was read otherwise than written, and what the file cannot say.
    """

    exporter: str
    dt_s: float
    choices: Mapping[str, str]
    inputs: Mapping[str, Shape]
    outputs: Mapping[str, Shape]
    obstacles: tuple[Obstacle, ...]
    notes: tuple[str, ...]

    @property
    def compiles(self) -> bool:
        """Whether nothing is in the way."""
        return not self.obstacles

    @property
    def exit_code(self) -> int:
        """0 where the graph compiles, 2 where it cannot be read so, 3 where it fits no chip."""
        return min((obstacle.exit_code for obstacle in self.obstacles), default=0)

    def as_json(self) -> dict[str, Any]:
        """Plain data."""
        return {"compiles": self.compiles, "exit_code": self.exit_code, **asdict(self)}


def check(
    graph: "str | Path | nir.NIRGraph",
    *,
    exporter: str | None = None,
    steps: int | None = None,
    dt_s: float | None = None,
    weight_bits: int | None = None,
    **choices: str | None,
) -> GraphCheck:
    """Every obstacle to compiling a NIR graph, each with its node, reason and remedy; nothing runs.

    graph: a graph, or the path of a .nir file. exporter, dt_s, weight_bits and choices (fires,
    reset, ...): as of `compile`. steps: of a sample, which bounds depend on; without it 16, or
    as many as the longest delay needs. A file that is no graph is an obstacle too. Raises BadInput
    where an option is unknown or beyond its limits.
    """
    import nir

    from converters.nir.exporters import choose_reading
    from converters.nir.graph import flatten
    from converters.nir.read_graph import read_graph
    from ssr_neuro.compiler.options import CompileOptions
    from ssr_neuro.program.semantics import DEFAULT, Semantics

    CompileOptions(weight_bits=weight_bits, dt_s=dt_s)  # which checks their ranges
    known = {f.name for f in fields(Semantics)}
    if unknown := sorted(choices.keys() - known):
        raise BadInput(f"no choice {', '.join(unknown)}; there are {', '.join(sorted(known))}")
    if steps is not None:
        check_whole("--steps", steps, 1)
    wanted = "a NIR graph, or the path of a .nir file"
    check_type(graph, (str, Path, nir.NIRGraph), "is no graph", wanted)
    try:
        found = read_graph(Path(graph)) if isinstance(graph, (str, Path)) else graph
    except BadInput as error:
        reason, _, remedy = str(error).partition("; ")
        unread = Obstacle("", reason, remedy, error.exit_code)
        return GraphCheck("", 0.0, DEFAULT.as_json(), {}, {}, (unread,), ())
    made = {name: value for name, value in choices.items() if value is not None}
    reading = choose_reading(flatten(found), exporter, made, dt_s)
    return _check_reading(found, reading, steps, weight_bits)


def _check_reading(
    graph: "nir.NIRGraph", reading: Any, steps: int | None, weight_bits: int | None
) -> GraphCheck:
    import nir

    from converters.nir.graph import flatten
    from converters.nir.mend import mend_graph
    from converters.nir.reading import graph_problems
    from converters.nir_to_program import to_program

    flat, notes = flatten(graph), reading.notes
    names = tuple(dict.fromkeys((*flat.nodes, *map(str, graph.nodes))))
    problems = [*reading.problems, *graph_problems(graph, reading.dt_s, reading.semantics)]
    ends = {kind: _declared(flat, kind) for kind in (nir.Input, nir.Output)}
    sound, hidden = graph, []
    if problems:  # what else is wrong shows only once their numbers are out of the way
        sound = mend_graph(graph, reading.dt_s, reading.semantics)
        hidden = graph_problems(sound, reading.dt_s, reading.semantics)
        problems += [problem for problem in hidden if problem not in problems]
    obstacles = tuple(_split(problem, names, 2) for problem in problems)
    if not hidden:
        program = to_program(sound, steps or STEPS, reading.dt_s, semantics=reading.semantics)
        if not problems:  # delays that were mended may be the longest there are
            if steps is None:
                longest = max((x.lag for y in program.synapses for x in y.sources), default=0)
                program = replace(program, steps=max(STEPS, longest + 2))
            notes = (*notes, *program.notes.reading)
            ends[nir.Input] = {node.name: node.shape for node in program.inputs}
            ends[nir.Output] = {node.name: node.shape for node in program.readouts}
        known = {obstacle.node for obstacle in obstacles}
        later = _chip_obstacles(program, weight_bits, names)
        obstacles += tuple(one for one in later if one.node not in known)

    return GraphCheck(
        reading.exporter,
        reading.dt_s,
        reading.semantics.as_json(),
        ends[nir.Input],
        ends[nir.Output],
        obstacles,
        notes,
    )


def _declared(flat: Any, kind: type) -> dict[str, Shape]:
    from converters.nir.nodes import as_shape

    return {name: as_shape(node.output_type) or () for name, node in flat.of(kind)}


def _chip_obstacles(
    program: Any, weight_bits: int | None, names: tuple[str, ...]
) -> Iterator[Obstacle]:
    """What a chip cannot do of a graph that can be read: resets first, then integers."""
    from ssr_neuro.library.lowering_obstacles import lowering_refusals
    from ssr_neuro.lower.fold import Fold
    from ssr_neuro.lower.soft_reset import hold_membranes_in_currents, soft_reset_problems
    from ssr_neuro.program.fixed_point import WEIGHT_BITS
    from ssr_neuro.program.semantics import DEFAULT

    folded = Fold().run(program)
    resets = list(soft_reset_problems(folded))
    yield from (_split(problem, names, 2) for problem in resets)
    held = replace(folded, semantics=DEFAULT) if resets else hold_membranes_in_currents(folded)
    for node, error in lowering_refusals(held, weight_bits or WEIGHT_BITS):
        found = _split(str(error), names, error.exit_code)
        yield replace(found, node=node if node in names else found.node)


def _split(problem: str, names: tuple[str, ...], exit_code: int) -> Obstacle:
    """ "node: reason; remedy", or a sentence that names the node in quotes."""
    node = max((n for n in names if problem.startswith(f"{n}: ")), key=len, default="")
    text = problem.removeprefix(f"{node}: ") if node else problem
    if not node:
        node = next((n for n in names if repr(n) in problem), "")
    reason, _, remedy = text.partition("; ")
    return Obstacle(node, reason, remedy, exit_code)
