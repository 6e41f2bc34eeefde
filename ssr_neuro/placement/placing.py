"""From a lowered Program and a chip to a Placement."""

from collections.abc import Iterable
from math import isinf

from ssr_neuro.chip import Chip, PerCore
from ssr_neuro.errors import BadInput, DoesNotFit
from ssr_neuro.placement.abilities import check_abilities
from ssr_neuro.placement.checks import Problem, check_widths, explain_too_large
from ssr_neuro.placement.chip_limits import check_chip_limits
from ssr_neuro.placement.compare import AssignmentComparison, compare
from ssr_neuro.placement.core_capacity import core_capacity
from ssr_neuro.placement.core_demand import Demand
from ssr_neuro.placement.core_load import core_activities
from ssr_neuro.placement.core_usage import count_core_usage, list_slices
from ssr_neuro.placement.mesh import Mesh, check, check_holds, mesh_of
from ssr_neuro.placement.partition import partition
from ssr_neuro.placement.placement import Placement, Traffic
from ssr_neuro.placement.storage import packing_of
from ssr_neuro.placement.timing import estimate_paces
from ssr_neuro.placement.traffic import between_chips, count_hops, count_sent_spikes
from ssr_neuro.placement.unchecked import list_unchecked
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
    demand = Demand(program, packing_of(chip))
    space = core_capacity(chip, demand.packing)
    parts = partition(demand, space)
    checked, problems = check_widths(demand, chip)
    large = [problem for one in parts.large for problem in explain_too_large(one, space, chip)]
    _demand(program, chip, [*problems, *check_abilities(demand, chip), *large])
    compared = compare(program, parts, count_sent_spikes(program, trace), space, demand.packing)
    best, per_chip = compared.best, _cores_per_chip(chip)
    if mesh is not None and per_chip is None:
        check_holds(mesh, best.cores, chip)
    uses = count_core_usage(demand, parts.demand, best, space, per_chip)
    on_chip, problems = check_chip_limits(chip, uses, best)
    _demand(program, chip, problems)
    chips = None if per_chip is None else -(-best.cores // per_chip)
    traffic = _traffic(program, compared, trace, mesh, per_chip)
    done = core_activities(demand, parts.demand, best.core_of, trace) if trace else None
    return Placement(
        program=program.name,
        chip=chip.name,
        title=chip.title,
        storage=demand.packing.name if demand.packing else "unknown",
        slices=list_slices(demand, parts.demand, best.core_of),
        cores=uses,
        cores_per_chip=per_chip,
        chips=chips,
        traffic=traffic,
        steps=program.steps,
        interval=program.interval,
        latency_steps=program.latency_steps,
        readouts_reached=done.readouts_reached / trace.samples if done and trace else None,
        paces=estimate_paces(program, chip, done, traffic.hops, chips),
        checked=(*checked, *on_chip),
        unchecked=tuple(list_unchecked(chip, demand.packing)),
        notes=tuple(_notes(program, chip, demand, trace)),
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
    program: Program,
    compared: AssignmentComparison,
    trace: Trace | None,
    mesh: Mesh | None,
    per_chip: int | None,
) -> Traffic:
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
        hops=count_hops(best.flow, mesh, per_chip or mesh.cores, samples) if mesh else None,
    )


def _notes(program: Program, chip: Chip, demand: Demand, trace: Trace | None) -> Iterable[str]:
    if demand.packing:
        yield f"Synapses are kept as {demand.packing.name}: {demand.packing.said}."
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
    if any(readout.neuron is not None for readout in program.readouts):
        yield "The thresholds of readouts stand for never, and take no threshold bits."


def _cores_per_chip(chip: Chip) -> int | None:
    value = chip.limits.cores_per_chip.value
    return None if value is None or isinf(value) else int(value)


def _demand(program: Program, chip: Chip, problems: list[Problem]) -> None:
    if problems:
        listed = "".join(f"\n  {problem}" for problem in problems)
        raise DoesNotFit(f"program {program.name!r} does not fit {chip.title}:{listed}")
