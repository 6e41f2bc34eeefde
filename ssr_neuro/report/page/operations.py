"""Operations of one inference, of SSR and of the models beside it, before any price."""

from ssr_neuro.report.contents import Report
from ssr_neuro.report.names import subject_name
from ssr_neuro.report.page.sources import Sources
from ssr_neuro.report.page.table import Cell, Table, blank, columns, number, words
from ssr_neuro.report.rivals import Baseline

NOTE = (
    "One multiply-add is one real multiplication and addition; a product of two complex numbers is "
    "4, of a complex and a real one 2. A synaptic operation of spikes is an addition; neuron "
    "updates stand in their own column. Special functions are exponentials and their like."
)


def table(report: Report, sources: Sources, path: str) -> Table:
    """SSR's from its spikes, the others' from a pass of each model."""
    rows = [_ssr(report, sources, path)]
    if report.ann:
        rows.append(_twin(report, sources))
    if report.baselines:
        counted = sources.ref(
            "Counted from the operations of one pass of each model, one inference."
        )
        rows += [_baseline(b, counted) for b in report.baselines]
    return Table(
        "Operations of one inference",
        columns(
            "Model",
            "Parameters",
            "Multiply-adds",
            "Additions",
            "Multiplications",
            "Special functions",
            "Neuron updates",
        ),
        tuple(rows),
        note=NOTE,
    )


def components(report: Report, sources: Sources) -> Table | None:
    """SSR-ANN, part by part."""
    if not report.ann:
        return None
    ref = sources.ref(
        "Formulae of SSR-ANN: N positions, D features, L blocks, r feed-forward ratio, V items; "
        "one pass. Biases, ReLU and skips are left out, in its favour."
    )
    rows = tuple(
        (words(r.component, small=r.formula), number(r.macs), number(r.additions))
        for r in report.ann
    )
    total = (
        words("Total"),
        number(sum(r.macs for r in report.ann)),
        number(sum(r.additions for r in report.ann)),
    )
    titles = columns("Component", "Multiply-adds", "Additions")
    return Table("SSR-ANN by component", titles, rows, total, ref=ref)


def describe_counting(report: Report) -> str:
    """How SSR's operations were counted."""
    n = report.counts.samples
    if report.counted:
        return report.counted
    return f"Counted in the spikes of {n:,} sample{'' if n == 1 else 's'}, mean per inference."


def _ssr(report: Report, sources: Sources, path: str) -> tuple[Cell, ...]:
    counts, ref = report.counts, sources.ref(describe_counting(report))
    scoring = report.scoring.additions if report.scoring else 0
    parts = f"{counts.sops.mean:,.0f} synaptic + {scoring:,} scoring" if scoring else ""
    return (
        words(report.model.name, "strong", small="compiled", ref=ref),
        blank(),
        number(0),
        number(counts.sops.mean + scoring, small=parts),
        number(0),
        number(0),
        number(counts.updates, path=f"{path}counts.updates"),
    )


def _twin(report: Report, sources: Sources) -> tuple[Cell, ...]:
    ref = sources.ref("Formulae of SSR-ANN as the paper describes it, see SSR-ANN by component.")
    macs, additions = sum(r.macs for r in report.ann), sum(r.additions for r in report.ann)
    return (
        words("SSR-ANN", small="the twin without spikes", ref=ref),
        blank(),
        number(macs),
        number(additions),
        blank(),
        blank(),
        blank(),
    )


def _baseline(b: Baseline, ref: int) -> tuple[Cell, ...]:
    return (
        words(subject_name(b.subject), small=b.file, ref=ref),
        *map(number, (b.parameters, b.macs, b.additions, b.multiplications)),
        number(sum(b.special.values())),
        blank(),
    )
