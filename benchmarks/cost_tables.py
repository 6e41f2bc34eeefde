"""The tables of docs/background/cost.md: of the counts in results/ssr-ml-1m.cost.json."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from number_regions import RESULTS, read_result

from ssr_neuro.chip import Chip, Precision, load_chip
from ssr_neuro.costs import FORMS, arithmetic_bill, cost, memory_bill
from ssr_neuro.costs.accounting.memory_model import MemoryModel
from ssr_neuro.costs.accounting.quantised_ann_bound import activation_bits, quantised_ann_bill
from ssr_neuro.costs.bill import Bill
from ssr_neuro.model import config_from_dict
from ssr_neuro.report.names import KINDS
from ssr_neuro.report_builder import cost_compiled
from ssr_neuro.settings.default_chip import DEFAULT_LOGIC

RECORD = "ssr-ml-1m.cost"
PRECISIONS: tuple[Precision, ...] = ("fp32", "int8")
MODES = (
    "arithmetic-fp32",
    "arithmetic-int8",
    "arithmetic-int8-bound",
    "memory-fp32",
    "memory-int8",
    "ssr-paper",
)
FIRST = ("ssr-ann", "lrurec", "sasrec", "gru4rec", "tim4rec", "ssd4rec", "fmlp-rec")
SUBJECTS = {
    "SSR-ANN": "SSR-ANN, as a device runs it",
    "SSR-ANN, 3 bits": "SSR-ANN, 3 bits, at most",
    "lrurec, incremental": "LRURec, incremental",
    "sasrec, cached": "SASRec, cached",
}


def models() -> str:
    """Every kind in every form with its defaults, on MovieLens-1M."""
    logic, ssr = load_chip(DEFAULT_LOGIC), cost_compiled.read(RESULTS / f"{RECORD}.json")
    if ssr.shape is None:
        raise TypeError(f"{RECORD}.json is of no SSR")
    own = [ssr.bill(logic, p, m) for m, p in _columns()]
    few = activation_bits(ssr.counts.steps)
    bits = [quantised_ann_bill(ssr.shape, few, logic, m) for m in (None, _int8())]
    rows = [
        ["SSR", "compiled", "0", *_micros(own)],
        [
            "SSR-ANN",
            "3 bits, at most",
            "0",
            "",
            _micro(bits[0].total_pj),
            "",
            _micro(bits[1].total_pj),
        ],
    ]
    rows += [
        _model_row(kind, form, logic)
        for kind in sorted(FORMS, key=lambda k: (FIRST.index(k) if k in FIRST else len(FIRST), k))
        for form in FORMS[kind]
    ]
    heads = [
        "model",
        "form",
        "MACs and multiplications",
        "arithmetic fp32",
        "arithmetic int8",
        "with memory, fp32",
        "with memory, int8",
    ]
    return _table(heads, rows, words=2)


def _model_row(kind: str, form: str, logic: Chip) -> list[str]:
    one = cost(kind, config_from_dict(kind, {"items": 3416}), form)
    bills = [arithmetic_bill(one, logic, p) for p in PRECISIONS]
    bills += [memory_bill(one, logic, p, model=MemoryModel.of(p)) for p in PRECISIONS]
    products = one.products.macs + one.products.multiplications
    return [KINDS[kind], form, f"{products:,}", *_micros(bills)]


def _columns() -> list[tuple[MemoryModel | None, Precision]]:
    alone: list[tuple[MemoryModel | None, Precision]] = [(None, p) for p in PRECISIONS]
    return alone + [(MemoryModel.of(p), p) for p in PRECISIONS]


def _int8() -> MemoryModel:
    return MemoryModel.of("int8")


def ratios() -> str:
    """Energy of SSR over that of what a device would run in its place."""
    return _by_mode("SSR needs so many times", "ratios", lambda x: f"{x:.2f}")


def break_even() -> str:
    """Firing rates at which SSR costs what the others cost."""
    return _by_mode("other model", "break_even", lambda x: f"{100 * x:.2f} %")


def _by_mode(head: str, key: str, shown: Callable[[float], str]) -> str:
    def cell(mode: str, subject: str) -> str:
        found = _sheet(mode)[key]
        if subject not in found:
            return ""
        return "none" if found[subject] is None else shown(found[subject])

    rows = [[name, *(cell(mode, one) for mode in MODES)] for one, name in SUBJECTS.items()]
    return _table([head, *(f"`{mode}`" for mode in MODES)], rows)


def memory_terms() -> str:
    """What an int8 inference pays for, SSR's and incremental LRURec's terms."""
    rows = []
    for subject in ("SSR", "lrurec, incremental"):
        (bill,) = (b for b in _sheet("memory-int8")["bills"] if b["subject"] == subject)
        moved = [t for t in bill["terms"] if t["name"].endswith(("bytes", "words"))]
        done = sum(t["energy_pj"] for t in bill["terms"] if t not in moved)
        name = SUBJECTS.get(subject, subject)
        rows.append([name, "arithmetic, all of it", "", "", _micro(done)])
        rows += [
            [name, t["name"], f"{t['count']:,.0f}", f"{t['price_pj']:g}", _micro(t["energy_pj"])]
            for t in moved
        ]
    return _table(["model", "term", "count", "price (pJ)", "energy"], rows, words=2)


def chips() -> str:
    """Modes of chips and of the paper."""
    rows = []
    for sheet in read_result(RECORD)["energy"]:
        if sheet["mode"].startswith(("arithmetic-", "memory-")):
            continue
        own = sheet["bills"][0]
        total = _micro(own["total_pj"]) or "refused"
        unknown = ", ".join(own["unknown"])
        known, spread = _micro(own["known_pj"]), _micro(own["spread_pj"])
        rows.append([f"`{sheet['mode']}`", total, known, spread, unknown])
    return _table(["mode", "total", "known of it", "spread", "not known"], rows)


def loihi() -> str:
    """Loihi's events, term by term."""
    rows = [
        [
            t["name"],
            f"{t['count']:,.0f}",
            "unknown" if t["price_pj"] is None else f"{t['price_pj']:g}",
            _micro(t["energy_pj"]) or "unknown",
            t["evidence"],
        ]
        for t in _sheet("events-loihi1")["bills"][0]["terms"]
    ]
    return _table(["term", "count", "price (pJ)", "energy", "evidence"], rows)


def sensitivity() -> str:
    """Totals of the modes that have one when an assumption changes."""
    subjects = ("SSR", "SSR-ANN", "lrurec, incremental", "sasrec, cached")
    modes = ("arithmetic-fp32", "arithmetic-int8", "memory-fp32", "memory-int8")
    rows = [
        [f"`{mode}`", one["what"], _values(one), *(_list(one["total_pj"][s]) for s in subjects)]
        for mode in modes
        for one in _sheet(mode)["sensitivity"]
    ]
    heads = ["mode", "assumption", "values", *(SUBJECTS.get(s, s) for s in subjects)]
    return _table(heads, rows, words=3)


def chip_sensitivity() -> str:
    """What is known of Loihi's events when an assumption changes."""
    rows = [
        [f"`{sheet['mode']}`", one["what"], _values(one), _list(one["known_pj"]["SSR"])]
        for sheet in read_result(RECORD)["energy"]
        if sheet["mode"].startswith("events-")
        for one in sheet["sensitivity"]
    ]
    return _table(["mode", "assumption", "values", "SSR"], rows, words=3)


def _sheet(mode: str) -> dict[str, Any]:
    found: dict[str, Any] = next(s for s in read_result(RECORD)["energy"] if s["mode"] == mode)
    return found


def _values(one: dict[str, Any]) -> str:
    return (
        ", ".join(f"{v:.3g}" if v < 1000 else f"{v:g}" for v in one["values"]) + f" {one['unit']}"
    )


def _list(totals: Iterable[float | None]) -> str:
    return ", ".join(_micro(pj).removesuffix(" µJ") for pj in totals)


def _micros(bills: Iterable[Bill]) -> list[str]:
    return [_micro(bill.total_pj) for bill in bills]


def _micro(pj: float | None) -> str:
    return "" if pj is None else f"{pj / 1e6:.3f} µJ"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]], words: int = 1) -> str:
    """words: columns to the left that hold words; numbers stand to the right."""
    line = "|" + "---|" * words + "---:|" * (len(heads) - words)
    return "\n".join([_line(heads), line, *map(_line, rows)])


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


TABLES: dict[str, Callable[[], str]] = {
    "cost-models": models,
    "cost-ratios": ratios,
    "cost-memory-terms": memory_terms,
    "cost-break-even": break_even,
    "cost-chips": chips,
    "cost-loihi": loihi,
    "cost-sensitivity": sensitivity,
    "cost-chip-sensitivity": chip_sensitivity,
}
