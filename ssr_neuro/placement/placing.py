"""From a lowered Program and a chip to a Placement."""

from collections.abc import Iterable

from ssr_neuro.chip import Chip, PerCore
from ssr_neuro.errors import BadInput, DoesNotFit
from ssr_neuro.placement.abilities import abilities
from ssr_neuro.placement.checks import Problem, too_large, unchecked, widths
from ssr_neuro.placement.compare import Compared, compare
from ssr_neuro.placement.core_capacity import room
from ssr_neuro.placement.core_demand import Needs
from ssr_neuro.placement.core_load import work
from ssr_neuro.placement.core_usage import core_uses, slices, too_many
from ssr_neuro.placement.mesh import Mesh, check, mesh_of
from ssr_neuro.placement.partition import cut
from ssr_neuro.placement.placement import Placement, Traffic
from ssr_neuro.placement.storage import packing
from ssr_neuro.placement.timing import paces
from ssr_neuro.placement.traffic import between_chips, hops, sent
from ssr_neuro.program.ir import Program
from ssr_neuro.program.simulator import unready
from ssr_neuro.program.trace import Trace


def place(
    program: Program, chip: Chip, trace: Trace | None = None, mesh: Mesh | None = None
) -> Placement:
    """Put every population and readout on cores; messages are those of the trace.

    Without a trace every neuron counts as firing once. mesh: instead of what the chip's file says.
    Raises DoesNotFit that lists all that does not, and BadInput where the program is not lowered,
    the chip has no cores or keeps synapses in a way that cannot be counted.
    """
    mesh = _usable(program, chip, mesh)
    needs = Needs(program, packing(chip))
    space = room(chip, needs.packing)
    parts = cut(needs, space)
    checked, problems = widths(needs, chip)
    large = [problem for one in parts.large for problem in too_large(one, space, chip)]
    _demand(program, chip, [*problems, *abilities(needs, chip), *large])
    compared = compare(program, parts, sent(program, trace), space, needs.packing)
    best, per_chip = compared.best, _cores_per_chip(chip)
    uses = core_uses(needs, parts.needs, best, space, per_chip)
    _demand(program, chip, too_many(chip, uses, best))
    chips = None if per_chip is None else -(-best.cores // per_chip)
    traffic = _traffic(program, compared, trace, mesh, per_chip)
    done = work(needs, parts.needs, best.core_of, trace) if trace else None
    return Placement(
        program=program.name,
        chip=chip.name,
        title=chip.title,
        storage=needs.packing.name if needs.packing else "unknown",
        slices=slices(needs, parts.needs, best.core_of),
        cores=uses,
        cores_per_chip=per_chip,
        chips=chips,
        traffic=traffic,
        steps=program.steps,
        interval=program.interval,
        latency_steps=program.latency_steps,
        paces=paces(program, chip, done, traffic.hops, chips),
        checked=tuple(checked),
        unchecked=tuple(unchecked(chip, needs.packing)),
        notes=tuple(_notes(program, chip, needs, trace)),
    )


def _usable(program: Program, chip: Chip, mesh: Mesh | None) -> Mesh | None:
    """The mesh to count hops on, once program and chip are known to be of use."""
    if why := unready(program):
        raise BadInput(f"program {program.name!r} cannot be placed: {why}; lower it first")
    if chip.kind != "neuromorphic":
        raise BadInput(
            f"{chip.name} is of kind {chip.kind} and has no cores for neurons; choose a "
            "neuromorphic chip (`ssr chips` lists them)"
        )
    mesh = mesh or mesh_of(chip)
    if mesh is not None:
        check(mesh, chip)
    return mesh


def _traffic(
    program: Program, compared: Compared, trace: Trace | None, mesh: Mesh | None,
    per_chip: int | None,
) -> Traffic:  # fmt: skip
    samples, best = trace.samples if trace else 1, compared.best
    messages = best.messages(samples)
    return Traffic(
        samples=trace.samples if trace else 0,
        messages=messages,
        chosen=best.name,
        greedy=compared.greedy.messages(samples),
        improved=compared.improved.messages(samples),
        round_robin=compared.round_robin.messages(samples),
        round_robin_cores=compared.round_robin.cores,
        settled=compared.settled,
        within=best.flow.within / samples,
        per_step=messages.total / program.interval,
        between_chips=between_chips(best.flow, per_chip) / samples if per_chip else None,
        hops=hops(best.flow, mesh, per_chip or mesh.cores, samples) if mesh else None,
    )


def _notes(program: Program, chip: Chip, needs: Needs, trace: Trace | None) -> Iterable[str]:
    if needs.packing:
        yield f"Synapses are kept as {needs.packing.name}: {needs.packing.said}."
    else:
        yield (
            "How the chip packs synapses is unknown, so their memory is not counted and more cores "
            "may be needed."
        )
    if trace is None:
        yield "Without a trace every neuron counts as firing once a sample."
    elif program.gap:
        yield "Spikes in the gap between samples are not in the trace and not counted."
    if any(isinstance(f, PerCore) and isinstance(f.value, tuple) for _, f in chip.limits.items()):
        yield "The chip's cores differ; each is counted as the smallest."
    yield (
        "Readouts are neurons that never fire; what reads their membranes, and what sends the "
        "inputs, is outside the chip."
    )


def _cores_per_chip(chip: Chip) -> int | None:
    value = chip.limits.cores_per_chip.value
    return None if value is None else int(value)


def _demand(program: Program, chip: Chip, problems: list[Problem]) -> None:
    if problems:
        listed = "".join(f"\n  {problem}" for problem in problems)
        raise DoesNotFit(f"program {program.name!r} does not fit {chip.title}:{listed}")
