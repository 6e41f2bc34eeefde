"""README.md of the folder, for a lab that has never heard of the compiler."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from converters.rtl.readme_results import cells_section, fpga_section
from converters.rtl.tables import Tables
from ssr_neuro.files.names import markdown_text

TEMPLATE = Path(__file__).with_suffix(".md")


def readme(
    tables: Tables,
    document: dict[str, Any],
    priced: Mapping[str, Any] | None = None,
    fpga: Mapping[str, Any] | None = None,
) -> str:
    """priced, fpga: what `synthesis.json` and `fpga.json` hold, where there are such files."""
    counts = document["a_sample"]
    text = TEMPLATE.read_text(encoding="utf-8").format(
        program=markdown_text(tables.program.name),
        lanes=tables.lanes,
        steps=tables.program.steps,
        samples=document["samples"],
        spike_words=tables.layouts.spike_words,
        readout_words=tables.layouts.readout_words,
        commands=len(tables.commands),
        cycles=f"{counts['cycles']:,.0f}",
        most=f"{document['most_cycles']:,}",
        milliseconds=f"{counts['cycles'] / 100e6 * 1e3:.2f}",
        counters="\n".join(f"| `{name}` | {value:,.1f} |" for name, value in counts.items()),
        parameters="\n".join(f"| `{k}` | {v} |" for k, v in tables.parameters.items()),
        widths="\n".join(_width(name, w) for name, w in document["widths"].items()),
        memories="\n".join(
            f"| {m['name']} | {m['words']:,} | {m['bits']} | {m['bytes']:,} |"
            for m in document["memories"]
        ),
        total=f"{sum(m['bytes'] for m in document['memories']):,}",
        nodes="\n".join(_node(node) for node in document["nodes"]),
    )
    return text + cells_section(priced or {}) + fpga_section(fpga or {})


def _width(name: str, width: dict[str, Any]) -> str:
    return f"| {name} | {width['bits']} | {width['low']:,} to {width['high']:,} | {width['why']} |"


def _node(node: dict[str, Any]) -> str:
    shape = " x ".join(map(str, node["shape"]))
    return (
        f"| {markdown_text(node['name'])} | {shape} | {node['order']} | {node['base']} | "
        f"{node['rows']} | {node['words_of_a_row']} |"
    )
