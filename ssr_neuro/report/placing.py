"""A placement as reports have it: cores in their mesh, with names for what they need."""

from math import isinf

from ssr_neuro.chip import Chip, PerCore
from ssr_neuro.placement import CoreUse, Mesh, Messages, Placement, Slice
from ssr_neuro.placement.core_capacity import LIMITS
from ssr_neuro.placement.mesh import mesh_of
from ssr_neuro.report.core_map import Core, CoreLimit, Hops, Placed, Resident, Way

NEEDS = {
    "neurons": "neurons",
    "synapses": "synapses",
    "bits": "synapse memory, bits",
    "axons_in": "axons in",
    "axons_out": "axons out",
}


def summarise_placement(placement: Placement, chip: Chip) -> Placed:
    """chip: the one it was placed on."""
    mesh, traffic, far = mesh_of(chip), placement.traffic, placement.traffic.hops
    return Placed(
        chip=placement.chip,
        title=placement.title,
        storage=placement.storage,
        limits=limits(chip),
        cores=tuple(_core(use, placement, mesh) for use in placement.cores),
        cores_per_chip=placement.cores_per_chip,
        chips=placement.chips,
        mesh=str(mesh) if mesh else None,
        mesh_source=mesh.source if mesh else "",
        columns=mesh.columns if mesh else None,
        rows=mesh.rows if mesh else None,
        seats=mesh.cores_per_tile if mesh else None,
        samples=traffic.samples,
        ways=_compare_methods(placement),
        within=traffic.within,
        per_step=traffic.per_step,
        between_chips=traffic.between_chips,
        hops=Hops(far.east_west, far.north_south, far.longest) if far else None,
        unchecked=tuple((one.limit, one.why) for one in placement.unchecked),
        notes=placement.notes,
    )


def misfit(problems: tuple[str, ...], chip: Chip) -> Placed:
    """problems: each with the population, its need, the limit and what to do."""
    return Placed(chip.name, chip.title, misfits=problems, limits=limits(chip))


def limits(chip: Chip) -> tuple[CoreLimit, ...]:
    """Of one core, as the chip's file states them."""
    return tuple(_limit(need, getattr(chip.limits, key), chip) for need, (key, _) in LIMITS.items())


def _limit(need: str, figure: object, chip: Chip) -> CoreLimit:
    value = figure.least if isinstance(figure, PerCore) else getattr(figure, "value", None)
    bits = value * 8 if need == "bits" and value is not None else value
    unlimited = bits is not None and isinf(bits)
    return CoreLimit(
        need=need,
        title=NEEDS[need],
        value=None if unlimited else bits,
        unlimited=unlimited,
        source=getattr(figure, "source", ""),
        why=getattr(figure, "why", "") or ("" if bits is not None else f"{chip.name}: not stated"),
    )


def _core(use: CoreUse, placement: Placement, mesh: Mesh | None) -> Core:
    column, row, seat = _seat(use, placement.cores_per_chip, mesh)
    return Core(
        core=use.core,
        chip=use.chip,
        column=column,
        row=row,
        seat=seat,
        used={
            "neurons": use.neurons,
            "synapses": use.synapses,
            "bits": use.memory_bits,
            "axons_in": use.axons_in,
            "axons_out": use.axons_out,
        },
        shares=use.shares,
        fullest=max(use.shares, key=lambda need: use.shares[need], default=None),
        holds=tuple(_resident_units(one) for one in placement.slices if one.core == use.core),
    )


def _seat(
    use: CoreUse, cores_per_chip: int | None, mesh: Mesh | None
) -> tuple[int, int, int] | tuple[None, None, None]:
    if mesh is None:
        return None, None, None
    tile, seat = divmod(use.core % (cores_per_chip or mesh.cores), mesh.cores_per_tile)
    row, column = divmod(tile, mesh.columns)
    return column, row, seat


def _resident_units(one: Slice) -> Resident:
    return Resident(
        node=one.node,
        kind=one.kind,
        positions=one.positions,
        features=one.features,
        neurons=one.neurons,
    )


def _compare_methods(placement: Placement) -> tuple[Way, ...]:
    traffic, cores = placement.traffic, len(placement.cores)
    tried = (
        ("greedy", traffic.greedy, None),
        ("greedy, improved", traffic.improved, None),
        ("round robin", traffic.round_robin, traffic.round_robin_cores),
    )
    return tuple(
        _summarise_method(name, m, cores if name == traffic.chosen else n, traffic.chosen)
        for name, m, n in tried
    )


def _summarise_method(name: str, messages: Messages, cores: int | None, taken: str) -> Way:
    return Way(
        name, cores, messages.between, messages.entering, messages.total, taken=name == taken
    )
