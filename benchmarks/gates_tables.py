"""The tables of the core in gates: of results/gates-ml-1m.*.json, each a `synthesis.json`."""

from collections.abc import Callable, Iterator
from typing import Any

from number_regions import RESULTS, read_result

PREFIX = "gates-ml-1m"
UNITS = {
    "sequencer": "sequencer",
    "synapses": "synapses: adders of the lanes",
    "neurons": "neurons of the lanes",
    "lanes": "between lanes and memories",
    "scoring": "scoring and the ten best",
    "counters": "counters",
}


def libraries() -> list[str]:
    """Names of the results there are, sorted."""
    return sorted(path.stem for path in RESULTS.glob(f"{PREFIX}.*.json"))


def energy_table() -> str:
    """Cells, area and energy of one recommendation by unit, a library beside the other."""
    found = [read_result(name) for name in libraries()]
    heads = "".join(f" cells | area, um2 | nJ, {one['library'].split('__')[0]} |" for one in found)
    return "\n".join((f"| unit |{heads}", "|---|" + "---:|" * 3 * len(found), *_rows(found)))


def _rows(found: list[dict[str, Any]]) -> Iterator[str]:
    for unit, title in UNITS.items():
        cells = (
            f" {one['cells'][unit]:,} | {one['area_um2'][unit]:,.0f} | {_nj(one['joules'][unit])} |"
            for one in found
        )
        yield f"| {title} |{''.join(cells)}"
    clock = (f" {one['flip_flops']:,} | | {_nj(one['clock_joules'])} |" for one in found)
    yield f"| clock pins of all flip-flops |{''.join(clock)}"
    memories = (f" | | {_memory(one)} |" for one in found)
    yield f"| memories, by the SRAM model |{''.join(memories)}"
    totals = (
        f" {sum(one['cells'].values()):,} | {one['total_area_um2']:,.0f} | {_total(one)} |"
        for one in found
    )
    yield f"| **all** |{''.join(totals)}"
    paths = (f" {_path(one)} | | |" for one in found)
    yield f"| longest path, ns |{''.join(paths)}"


def _path(one: dict[str, Any]) -> str:
    if "critical_path_ns" not in one:
        return "not measured"
    return f"{one['critical_path_ns']:.2f}, {one['critical_path_cells']} cells"


def _nj(joules: float) -> str:
    return f"{joules * 1e9:,.0f}"


def _memory(one: dict[str, Any]) -> str:
    if one["memory_joules"] is None:
        return "no figure"
    return _nj(sum(one["memory_joules"].values()))


def _total(one: dict[str, Any]) -> str:
    if one["total_joules"] is None:
        return f"{_nj(one['logic_joules'])} without memories"
    return f"**{_nj(one['total_joules'])}**"


TABLES: dict[str, Callable[[], str]] = {"gates-energy": energy_table}
