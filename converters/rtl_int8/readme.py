"""README.md of the folder, for a lab that has never heard of the compiler."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from converters.rtl.readme_results import cells_section
from converters.rtl_int8.tables import Int8Tables

TEMPLATE = Path(__file__).with_suffix(".md")


def readme(
    tables: Int8Tables, document: dict[str, Any], priced: Mapping[str, Any] | None = None
) -> str:
    """priced: what `synthesis.json` holds, where there is one."""
    counts, network = document["a_sample"], tables.network
    text = TEMPLATE.read_text(encoding="utf-8").format(
        network=network.name,
        part=f"Its products with weights alone: {network.left_out} are left out, so that "
        "cycles and joules are a bound from below, and its best items mean nothing."
        if network.left_out
        else "All of it: nothing of the model is left out.",
        lanes=tables.lanes,
        rows=tables.rows,
        samples=document["samples"],
        calibrated_on=document["calibrated_on"],
        inputs=network.positions * tables.tensors["x"].row_words,
        positions=network.positions,
        features=network.features,
        row_words=tables.tensors["x"].row_words,
        commands=len(tables.commands) + 1,
        cycles=f"{counts['cycles']:,.0f}",
        milliseconds=f"{counts['cycles'] / 100e6 * 1e3:.2f}",
        products=f"{network.products:,}",
        counters="\n".join(f"| `{name}` | {value:,.1f} |" for name, value in counts.items()),
        parameters="\n".join(f"| `{k}` | {v} |" for k, v in tables.parameters.items()),
        layers="\n".join(_layer(layer) for layer in document["layers"]),
        memories="\n".join(
            f"| {m['name']} | {m['words']:,} | {m['bits']} | {m['bytes']:,} |"
            for m in document["memories"]
        ),
        total=f"{sum(m['bytes'] for m in document['memories']):,}",
    )
    return text + cells_section(priced or {})


def _layer(layer: dict[str, Any]) -> str:
    return (
        f"| {layer['name']} | {layer['kind']} | {layer['source']} | {layer['target']} | "
        f"{layer['rows']} | {layer['inputs']} | {layer['outputs']} | "
        f"{'yes' if layer['rectifies'] else 'no'} | {layer['skip'] or ''} | "
        f"{layer['largest_sum']:,} |"
    )
