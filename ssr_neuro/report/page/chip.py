"""The program on a chip: cores, messages, time of a step, and measured runs beside."""

from ssr_neuro.charts import numbers
from ssr_neuro.report.core_map import Core, Placed
from ssr_neuro.report.latency import ChipLatency, SpeedReading
from ssr_neuro.report.page.sources import Sources
from ssr_neuro.report.page.table import Cell, Column, Table, blank, columns, number, words
from ssr_neuro.report.rivals import Measured


def limits(placed: Placed, sources: Sources) -> Table:
    """What one core may hold, and the fullest core."""
    rows = []
    for limit in placed.limits:
        used = [n for core in placed.cores if (n := core.used.get(limit.need)) is not None]
        ref = sources.ref(f"{placed.title}: {limit.source}") if limit.source else None
        text = "no limit" if limit.unlimited else numbers.count(limit.value)
        most = max(used) if used else None
        share = most / limit.value if most is not None and limit.value else None
        rows.append(
            (
                words(limit.title, small=limit.why),
                number(most) if placed.cores else blank(),
                Cell(text, limit.value, ref=ref),
                number(share, numbers.percent) if share is not None else Cell("", None),
            )
        )
    placing = sources.ref("Placement by this program; the fullest core of all.")
    titles = columns("Need", "Fullest core", "Limit of a core", "Share")
    return Table("Need and limit", titles, tuple(rows), ref=placing)


def cores(placed: Placed, sources: Sources) -> Table:
    """Every core in use, with what lives there."""
    ref = sources.ref("Placement by this program; the fullest core of all.")
    titles = (
        Column("Core"),
        Column("Holds", words=True),
        *(Column(title) for title in ("Neurons", "Synapses", "Axons in", "Axons out", "Fullest")),
    )
    return Table("Cores", titles, tuple(map(_core, placed.cores)), ref=ref)


def placement_methods(placed: Placed, sources: Sources) -> Table:
    """Messages of the placement taken and of those it was compared with."""
    n = placed.samples
    ref = sources.ref(
        f"Spikes of {n:,} sample{'' if n == 1 else 's'} sent between cores, mean per inference."
    )
    titles = ("Cores", "Between cores", "From outside", "Together")
    rows = tuple(
        (
            words(way.name, "strong" if way.taken else "", small="taken" if way.taken else ""),
            number(way.cores) if way.cores is not None else blank(),
            number(way.between, numbers.mean),
            number(way.entering, numbers.mean),
            number(way.together, numbers.mean),
        )
        for way in placed.ways
    )
    return Table("Messages per inference", columns("Placement", *titles), rows, ref=ref)


def readings(latency: ChipLatency, sources: Sources) -> Table:
    """The chip's speed, modelled and as published."""
    rows = tuple(_reading(one, sources) for one in (latency.modelled, *latency.published))
    titles = columns(
        "Reading",
        "Time step, samples streaming",
        "Latency, one sample alone",
        "Inferences per second",
    )
    note = (
        f"Latency is of one sample alone: {latency.steps} time steps, from its first input to its "
        "last output, while most layers wait. The time step and the throughput are of samples that "
        f"follow each other without a pause, one every {latency.interval} steps."
    )
    return Table("Latency and throughput", titles, rows, note=note)


def list_unknown(latency: ChipLatency) -> tuple[str, ...]:
    """What keeps a reading from having a time."""
    readings = (latency.modelled, *latency.published)
    return tuple(dict.fromkeys(why for one in readings for why in one.unknown))


def hardware_runs(rows: tuple[Measured, ...], sources: Sources) -> Table:
    """Runs on hardware; never in one column with priced figures."""
    titles = (
        Column("Model", words=True),
        Column("Device", words=True),
        Column("Batch"),
        Column("Latency of a batch, median"),
        Column("95th percentile"),
        Column("Inferences per second"),
        Column("Energy of one inference, gross"),
        Column("less idle power"),
    )
    return Table(
        "Latency and energy, measured",
        titles,
        tuple(_hardware_row(row, sources) for row in rows),
    )


def _core(core: Core) -> tuple[Cell, ...]:
    blocks = ", ".join(dict.fromkeys(one.node for one in core.holds))
    full = core.shares[core.fullest] if core.fullest else None
    used = (core.used.get(name) for name in ("neurons", "synapses", "axons_in", "axons_out"))
    fullest = "" if core.fullest is None else core.fullest.replace("_", " ")
    return (
        number(core.core),
        words(blocks),
        *map(number, used),
        number(full, numbers.percent, small=fullest),
    )


def _reading(one: SpeedReading, sources: Sources) -> tuple[Cell, ...]:
    said = "; ".join(dict.fromkeys(part.source for part in one.parts if part.source))
    ref = sources.ref(said) if said else None
    step = None if one.step_ns is None else one.step_ns * 1e-9
    return (
        words(one.name, ref=ref),
        number(step, numbers.duration),
        number(one.latency_s, numbers.duration),
        number(one.throughput_per_s),
    )


def _hardware_row(row: Measured, sources: Sources) -> tuple[Cell, ...]:
    said = row.source or row.why
    ref = sources.ref(f"Measured, {row.file}{': ' if said else ''}{said}")
    return (
        words(f"{row.kind}, {row.form}", small=f"{row.name}, {row.precision}", ref=ref),
        words(row.device),
        number(row.batch, small="best of those tried" if row.best else ""),
        number(row.latency_s.get("p50"), numbers.duration),
        number(row.latency_s.get("p95"), numbers.duration),
        number(row.throughput_per_s),
        _joule(row.gross_j, row.why),
        _joule(row.net_j, row.why),
    )


def _joule(value_j: float | None, why: str) -> Cell:
    pj = None if value_j is None else value_j * 1e12
    return Cell(numbers.energy(pj), pj, small=why if pj is None else "")
