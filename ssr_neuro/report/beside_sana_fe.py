"""Sets a report's own figures beside those of a sana_fe.json, row by row."""

from collections.abc import Iterator

from ssr_neuro.files.sana_fe_result import Priced, SanaFe
from ssr_neuro.report.contents import Report
from ssr_neuro.report.core_map import Placed, Way
from ssr_neuro.report.sana_fe import (
    OWN_PRICES,
    TOTAL,
    BesideSanaFe,
    SanaFeFigure,
    SanaFePrices,
    Unit,
)

PJ_PER_J = 1e12
SYNAPSES = ("synaptic operations",)
NEURONS = (
    "neuron updates, active",
    "neuron updates, access",
    "neuron updates, idle",
    "neuron updates of readouts",
    "spikes sent",
)
MOVING = ("messages", "hops")
COUNTED = "Counted by this program in the spikes of a run."
NOT_PLACED = "the program was not placed on this chip"
OTHER_SAMPLES = (
    "SANA-FE ran other samples than are counted here: counts, energies, times and the placement, "
    "which is fitted to the spikes, differ by that, too."
)
NOTES = (
    "Neither energy holds static power, barriers, the host, or neurons that are updated while "
    "their layer waits: SANA-FE runs samples that follow each other without a pause.",
    "SANA-FE updates every neuron with a bias or a membrane; here an update is active when an "
    "event arrives.",
    "In the step modelled here the busiest core computes and the farthest message travels. In "
    "SANA-FE's detailed model cores also send one neuron after another, and messages wait for "
    "links and for the core they reach. Both steps are of samples that stream, and so is the "
    "latency here, a step times the number of steps: one sample alone takes less.",
)
FITTED = (
    "SANA-FE's own prices were fitted to boards by its authors. The ratio is that of the published "
    "prices."
)
Found = tuple[float | None, str]  # and why it is not known


def compare_with_sana_fe(
    report: Report, held: SanaFe, file: str, *, same_samples: bool
) -> BesideSanaFe:
    """held: of this report's program on its chip. file: where it is from."""
    placed = report.placement
    return BesideSanaFe(
        file=file,
        chip=held.chip,
        title=placed.title if placed else held.chip,
        version=held.sana_fe,
        python=held.python,
        timing=held.timing,
        samples=held.samples,
        same_samples=same_samples,
        prices=tuple(SanaFePrices(one.name, one.title, one.unknown) for one in held.prices),
        figures=(*_counts(report, held), *_energies(report, held), *_times(report, held)),
        notes=_notes(held, same_samples),
    )


def _counts(report: Report, held: SanaFe) -> Iterator[SanaFeFigure]:
    placed, sops = report.placement, report.counts.sops.mean
    way = next((way for way in placed.ways if way.taken), None) if placed else None
    far = placed.hops if placed else None
    sent = "Placement by this program: spikes times cores that read them, the own core included."
    for name, key, ours, source in (
        ("synaptic operations", "synaptic_operations", (sops, ""), report.counted or COUNTED),
        ("messages", "messages", _messages(placed, way), sent),
        (
            "hops",
            "hops",
            (far.east_west + far.north_south, "") if far else _no_hops(placed),
            "Placement by this program: tiles that messages cross.",
        ),
    ):
        theirs = held.counts[key] / held.samples
        yield _figure(name, "", ours, [(theirs, "") for _ in held.prices], source)


def _messages(placed: Placed | None, way: Way | None) -> Found:
    if placed is None or way is None:
        return None, NOT_PLACED
    return placed.within + way.together, ""


def _no_hops(placed: Placed | None) -> Found:
    return None, "the mesh of the chip's cores is not known" if placed else NOT_PLACED


def _energies(report: Report, held: SanaFe) -> Iterator[SanaFeFigure]:
    parts: list[Found] = []
    source = f"Counts times published prices, mode events-{held.chip}: "
    for name, keys, terms in (
        ("synapses", ("synapse",), SYNAPSES),
        ("neurons", ("soma", "dendrite"), NEURONS),
        ("messages and hops", ("network",), MOVING),
    ):
        parts.append(_sum_charged(report, held.chip, terms))
        theirs = [_part(one, keys) for one in held.prices]
        yield _figure(f"energy of {name}", "pJ", parts[-1], theirs, f"{source}its terms of {name}.")
    total = sum(value for value, _ in parts if value is not None)
    why = "; ".join(dict.fromkeys(why for _, why in parts if why))
    theirs = [_part(one, ("total",)) for one in held.prices]
    source += "the three rows above."
    yield _figure(TOTAL, "pJ", (None if why else total, why), theirs, source)


def _sum_charged(report: Report, chip: str, terms: tuple[str, ...]) -> Found:
    """Of the chip's own events; unknown where one of the terms is."""
    sheet = next((one for one in report.energy if one.mode == f"events-{chip}"), None)
    if sheet is None:
        return None, f"the events of {chip} are not priced here"
    own = [term for term in sheet.bills[0].terms if term.name.startswith(terms)]
    missing = [f"{term.name}: {term.source}" for term in own if term.energy_pj is None]
    if missing or not own:
        return None, "; ".join(missing) or f"events-{chip} has no such term"
    return sum(term.energy_pj or 0.0 for term in own), ""


def _part(priced: Priced, keys: tuple[str, ...]) -> Found:
    """Of the first part and, where they are known, of the others: in pJ."""
    found = [priced.energy_j[key] for key in keys]
    if found[0] is None:
        return None, _list_unstated(priced, " energy_")
    return sum(joule for joule in found if joule is not None) * PJ_PER_J, ""


def _times(report: Report, held: SanaFe) -> Iterator[SanaFeFigure]:
    modelled = report.latency.modelled if report.latency else None
    why = "; ".join(modelled.unknown) if modelled else NOT_PLACED
    step_ns = modelled.step_ns if modelled else None
    step_s, steps = None if step_ns is None else step_ns / 1e9, report.program.latency_steps
    missing = [_list_unstated(one, " latency_") for one in held.prices]
    for name, ours, theirs in (
        (
            "time step",
            step_s,
            [one.step_s for one in held.prices],
        ),
        (
            f"latency at full stream, {steps} steps",
            None if step_s is None else step_s * steps,
            [one.latency_s for one in held.prices],
        ),
    ):
        found = [(x, "" if x is not None else y) for x, y in zip(theirs, missing, strict=True)]
        own = (ours, why if ours is None else "")
        yield _figure(name, "s", own, found, "The time step modelled here, from the chip's file.")


def _list_unstated(priced: Priced, what: str) -> str:
    return "; ".join(one for one in priced.unknown if what in one) or "SANA-FE gave none"


def _figure(name: str, unit: Unit, ours: Found, theirs: list[Found], source: str) -> SanaFeFigure:
    own, first = ours[0], theirs[0][0]
    return SanaFeFigure(
        name=name,
        unit=unit,
        ours=own,
        sana_fe=tuple(value for value, _ in theirs),
        ratio=first / own if own and first is not None else None,
        why=tuple(why for _, why in (ours, *theirs)),
        source=source,
    )


def _notes(held: SanaFe, same_samples: bool) -> tuple[str, ...]:
    fitted = any(one.name == OWN_PRICES for one in held.prices)
    return (*(() if same_samples else (OTHER_SAMPLES,)), *NOTES, *((FITTED,) if fitted else ()))
