"""`ssr chips`: the chips there are, and every figure of one with its source."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ssr_neuro.cli.completion import complete_chip
from ssr_neuro.cli.options import Json

if TYPE_CHECKING:
    from ssr_neuro.chip import Chip, Section, Sourced

COLUMNS = ("cores_per_chip", "neurons_per_core", "weight_bits")


def chips(
    chip: Annotated[
        str | None,
        typer.Argument(
            help="name of a chip, or a .toml file of your own",
            show_default="all",
            autocompletion=complete_chip,
        ),
    ] = None,
    json: Json = False,
) -> None:
    """List the chips that placement and energy know, or show one with its sources.

    A .toml file is checked on the way: every wrong table and key is listed.
    """
    from ssr_neuro.chip import chip_names, load_chip
    from ssr_neuro.cli.output import print_json

    if chip is None:
        known, broken = _readable(chip_names())
        if json:
            print_json([*map(_summary, known), *({"name": n, "error": e} for n, e in broken)])
        else:
            _print_list(known)
            _print_broken(broken)
    else:
        one = load_chip(chip)
        print_json(_document(one)) if json else _print_one(one)


def _readable(names: Sequence[str]) -> "tuple[list[Chip], list[tuple[str, str]]]":
    """Chips, and the names of those that cannot be read, with the reason."""
    from ssr_neuro.chip import load_chip
    from ssr_neuro.errors import BadInput

    known: list[Chip] = []
    broken: list[tuple[str, str]] = []
    for name in names:
        try:
            known.append(load_chip(name))
        except BadInput as error:
            broken.append((name, str(error)))
    return known, broken


def _summary(chip: "Chip") -> dict[str, Any]:
    return {
        "name": chip.name,
        "title": chip.title,
        "kind": chip.kind,
        **{name: _to_json_value(getattr(chip.limits, name).value) for name in COLUMNS},
        "unknown": chip.unknown(),
    }


def _print_list(known: "list[Chip]") -> None:
    from ssr_neuro.cli.output import console

    rows = []
    for chip in known:
        limits = (_short_row(getattr(chip.limits, name).value) for name in COLUMNS)
        rows.append((chip.name, chip.kind, *limits, _count_noun(chip.unknown())))
    heads = ("chip", "kind", "cores", "neurons per core", "weight bits", "unknown")
    _align(f"{len(rows)} chips", heads, rows, numbers=(2, 3, 4))
    console.print("`ssr chips NAME` shows one with its sources; FILE.toml a chip of your own")


def _print_broken(broken: Sequence[tuple[str, str]]) -> None:
    from ssr_neuro.cli.output import console

    for name, why in broken:
        console.print(f"{name} cannot be used: {why}", markup=False, soft_wrap=True)


def _print_one(chip: "Chip") -> None:
    from rich.markup import escape

    from ssr_neuro.cli.output import console

    console.print(f"[bold]{escape(chip.title)}[/] ({escape(chip.name)}), {chip.kind}")
    for note in chip.notes:
        console.print(f"  {note}", markup=False)
    console.print()
    heads = ("figure", "value", "evidence", "source")
    for title, section in _sections(chip):
        if rows := [_row(name, figure) for name, figure in section.items() if figure.known]:
            _align(title, heads, rows)
    reasons: dict[str, list[str]] = {}
    for name, reason in chip.unknown().items():
        reasons.setdefault(reason, []).append(name)
    if reasons:
        rows = [("\n".join(names), reason) for reason, names in reasons.items()]
        _align("unknown", ("figure", "why"), rows)
    sources = [(key, source.read, source.text) for key, source in chip.sources.items()]
    _align("sources", ("key", "read", "text"), sources)


def _sections(chip: "Chip") -> "Iterator[tuple[str, Section]]":
    yield from chip.tables().items()
    for name, workload in chip.workloads.items():
        yield f"workload {name}", workload
    for name, other in chip.alternatives.items():
        yield f"alternative {name}, {other.title}: prices", other.prices
        yield f"alternative {name}, {other.title}: timings", other.timings


def _row(name: str, figure: "Sourced") -> tuple[str, ...]:
    place = f"{figure.key}: {figure.at}" if figure.at else figure.key
    source = f"{place} ({figure.note})" if figure.note else place
    scope = ", all in" if getattr(figure, "scope", "") == "all_in" else ""
    return name, figure.stated + scope, figure.evidence, source


def _short_row(limit: "float | tuple[float, ...] | None") -> str:
    if isinstance(limit, tuple):
        return f"{min(limit):,} to {max(limit):,}"
    return "" if limit is None else f"{limit:,}".replace("inf", "unlimited")


def _count_noun(unknown: dict[str, str]) -> str:
    tables: dict[str, list[str]] = {}
    for name in unknown:
        tables.setdefault(name.partition(".")[0], []).append(name)
    return ", ".join(
        names[0] if len(names) == 1 else f"{len(names)} {table}" for table, names in tables.items()
    )


def _document(chip: "Chip") -> dict[str, Any]:
    """Figures that the file gives; `unknown` says why others are missing."""
    shown = {title: _figures(section) for title, section in chip.tables().items()}
    return {
        "name": chip.name,
        "title": chip.title,
        "kind": chip.kind,
        "notes": list(chip.notes),
        "sources": {key: source.model_dump() for key, source in chip.sources.items()},
        **shown,
        "workloads": {name: _figures(work) for name, work in chip.workloads.items()},
        "alternatives": {
            name: {
                "title": other.title,
                "prices": _figures(other.prices),
                "timings": _figures(other.timings),
            }
            for name, other in chip.alternatives.items()
        },
        "unknown": chip.unknown(),
    }


def _figures(section: "Section") -> dict[str, dict[str, Any]]:
    return {
        name: {
            key: _to_json_value(value)
            for key, value in figure.model_dump(exclude={"reason"}).items()
            if value not in ("", None)
        }
        for name, figure in section.items()
        if figure.known
    }


def _to_json_value(value: Any) -> Any:
    """JSON has no infinity."""
    return "unlimited" if value == float("inf") else value


def _align(
    title: str,
    heads: tuple[str, ...],
    rows: Sequence[tuple[str, ...]],
    numbers: tuple[int, ...] = (),
) -> None:
    """Words to the left, numbers to the right."""
    from ssr_neuro.cli.output import table

    table(title, heads, rows, left=set(range(len(heads))) - set(numbers))
