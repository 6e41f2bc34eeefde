"""`ssr cost`: what one inference of each model costs, side by side at the same prices."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ssr_neuro.cli.options import Json
from ssr_neuro.cli.output import console, print_json, table

if TYPE_CHECKING:
    from ssr_neuro.cost.rows import Row
    from ssr_neuro.report.energy import Bill

OPS = ("model", "parameters", "MACs", "additions", "multiplications", "special functions")
MODES = ("model", "arithmetic fp32", "arithmetic int8", "with memory, int8")


def cost(
    models: Annotated[
        list[Path],
        typer.Argument(help="model.pt of any counted kind; for an SSR its report.json"),
    ],
    chip: Annotated[
        str, typer.Option(help="whose prices: a name of `ssr chips`, or a .toml file")
    ] = "generic-45nm",
    charge: Annotated[
        str,
        typer.Option(
            help="products: matrix products and recurrences; arithmetic: with norms, activations "
            "and skips; all: with special functions, which have no price",
            metavar="products|arithmetic|all",
        ),
    ] = "products",
    json: Json = False,
) -> None:
    """Operations and energy of one inference: one user, one window, scores of all items.

    Models without spikes are counted by formula, an SSR by the spikes of its compiled program.
    """
    from ssr_neuro.cost.rows import chargeable, rows_of
    from ssr_neuro.target import load

    target, charged = load(chip), chargeable(charge)
    found = [row for path in models for row in rows_of(path, target, charged)]
    if json:
        print_json({"chip": target.name, "charged": charged, "rows": [r.to_dict() for r in found]})
    else:
        _show(found, target.title, charged)


def _show(rows: "list[Row]", chip: str, charged: str) -> None:
    counts = [
        (row.name, _count(row.parameters), *map(_count, (o.macs, o.additions, o.multiplications)),
         _count(o.specials))
        for row in rows for o in (row.ops,)
    ]  # fmt: skip
    table("Operations of one inference, all of them", OPS, counts)
    columns = [[row.bills[mode] for row in rows] for mode in rows[0].bills]
    priced = zip((row.name for row in rows), *map(_energies, columns), strict=True)
    table(f"Energy on {chip}, charged: {charged}", MODES, priced)
    _notes(rows)


def _energies(bills: "list[Bill | None]") -> list[str]:
    """Totals in one unit, so that a column can be read down."""
    from ssr_neuro.report.numbers import energy, energy_unit

    unit = energy_unit(max((bill.total_pj or 0.0 for bill in bills if bill), default=0.0))
    return [energy(bill.total_pj, unit) if bill else "" for bill in bills]


def _notes(rows: "list[Row]") -> None:
    """Each note once, with the models it holds for; what is not known, by name."""
    said: dict[str, list[str]] = {}
    for row in rows:
        for note in row.all_notes():
            said.setdefault(note, []).append(row.name)
    for note, names in said.items():
        console.print(f"{'; '.join(names)}: {note}", markup=False, soft_wrap=True)


def _count(number: Any) -> str:
    from ssr_neuro.report.numbers import count

    return "" if number is None else count(number)
