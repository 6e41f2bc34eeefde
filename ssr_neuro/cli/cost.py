"""`ssr cost`: what one inference of each model costs, side by side at the same prices."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ssr_neuro.cli.completion import complete_chip
from ssr_neuro.cli.input_paths import PRICEABLE, check_chip, check_paths
from ssr_neuro.cli.options import Json
from ssr_neuro.cli.output import console, print_json, table
from ssr_neuro.errors import BadInput
from ssr_neuro.settings.default_chip import DEFAULT_LOGIC

if TYPE_CHECKING:
    from ssr_neuro.chip import Chip
    from ssr_neuro.costs.bill import Bill
    from ssr_neuro.report_builder.cost_rows import CostRow

OPS = ("model", "parameters", "MACs", "additions", "multiplications", "special functions")
MODES = ("model", "arithmetic fp32", "int8", "with memory, fp32", "int8")
ON_CHIPS = ("mode", "energy", "known of it", "spread", "not known")


def cost(
    models: Annotated[
        list[Path],
        typer.Argument(
            help="model.pt of any kind; for an SSR the folder of ssr-compile, or its "
            "report.json, which is placed on no chip",
            callback=check_paths(PRICEABLE),
        ),
    ],
    chip: Annotated[
        str,
        typer.Option(
            help="whose prices, or for an SSR whose events: a name of `ssr chips`, or a .toml "
            "file; of a GPU the time and energy by its roofline",
            autocompletion=complete_chip,
            callback=check_chip,
        ),
    ] = DEFAULT_LOGIC,
    charge: Annotated[
        str | None,
        typer.Option(
            help="products: matrix products and recurrences; arithmetic: with norms, activations "
            "and skips; all: with special functions, which have no price",
            metavar="products|arithmetic|all",
            show_default="products",
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Operations and energy of one inference: one user, one window, scores of all items.

    Models without spikes are counted by running them once, an SSR by the spikes of its program.
    On a GPU every model.pt is counted by the kernels that it launches, an SSR's too.
    """
    from ssr_neuro.chip import load_chip
    from ssr_neuro.report_builder.cost_rows import logic_of, parse_charge, rows_of

    target = load_chip(chip)
    if target.kind == "gpu":
        if charge is not None:
            raise BadInput(
                "--charge has no meaning on a GPU, whose estimate counts kernels; leave it out"
            )
        return _print_gpu(models, target, json)
    charged = parse_charge(charge or "products")
    found = [row for path in models for row in rows_of(path, target, charged, chip)]
    if json:
        logic = logic_of(target).name
        rows = [row.to_dict() for row in found]
        print_json({"chip": target.name, "logic": logic, "charged": charged, "rows": rows})
    else:
        _show(found, logic_of(target), charged)
        if logic_of(target) != target:
            console.print(
                f"{target.name} has no prices of arithmetic, so arithmetic and memory are those of "
                f"{logic_of(target).name}.",
                soft_wrap=True,
            )


def _print_gpu(models: list[Path], gpu: "Chip", json: bool) -> None:
    from ssr_neuro.cli.cost_on_gpu import show
    from ssr_neuro.report_builder.gpu_rows import gpu_rows

    found = gpu_rows(models, gpu)
    if json:
        return print_json(found.to_dict())
    show(found)


def _show(rows: "list[CostRow]", logic: "Chip", charged: str) -> None:
    counts = [
        (
            row.name,
            _count(row.parameters),
            *map(_count, (o.macs, o.additions, o.multiplications)),
            _count(o.specials),
        )
        for row in rows
        for o in (row.ops,)
    ]
    table("Operations of one inference, all of them", OPS, counts)
    columns = [[row.bills[mode] for row in rows] for mode in rows[0].bills]
    priced = zip((row.name for row in rows), *map(_energies, columns), strict=True)
    table(f"Energy on {logic.title}, charged: {charged}", MODES, priced)
    for row in rows:
        _print_chips(row)
    _notes(rows)


def _print_chips(row: "CostRow") -> None:
    """The modes that are not in the table of energies, of an SSR: no other model has them."""
    from ssr_neuro.charts.numbers import energy

    shown = [(sheet.title, sheet.bills[0]) for sheet in row.sheets if not _is_tabled(sheet.mode)]
    if shown:
        rows = [
            (title, energy(b.total_pj), energy(b.known_pj), _spread(b), "; ".join(b.unknown))
            for title, b in shown
        ]
        table(f"{row.name}, in other modes", ON_CHIPS, rows)


def _is_tabled(mode: str) -> bool:
    return mode.startswith(("arithmetic-", "memory-"))


def _spread(bill: "Bill") -> str:
    from ssr_neuro.charts.numbers import energy

    return "" if bill.spread_pj is None else f"± {energy(bill.spread_pj)}"


def _energies(bills: "list[Bill | None]") -> list[str]:
    """Totals in one unit, so that a column can be read down."""
    from ssr_neuro.charts.numbers import energy, energy_unit

    unit = energy_unit(max((bill.total_pj or 0.0 for bill in bills if bill), default=0.0))
    return [energy(bill.total_pj, unit) if bill else "" for bill in bills]


def _notes(rows: "list[CostRow]") -> None:
    """Each note once, with the models it holds for; what is not known, by name."""
    said: dict[str, list[str]] = {}
    for row in rows:
        for note in row.all_notes():
            said.setdefault(note, []).append(row.name)
    for note, names in said.items():
        console.print(f"{'; '.join(names)}: {note}", markup=False, soft_wrap=True)


def _count(number: Any) -> str:
    from ssr_neuro.charts.numbers import count

    return "" if number is None else count(number)
