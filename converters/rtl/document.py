"""core.json: what one network is to the core, and what its memories take."""

from typing import Any

from converters.rtl.counters import COUNTERS
from converters.rtl.golden import GoldenWords
from converters.rtl.items import GROUP
from converters.rtl.tables import Tables
from ssr_neuro.program import program_file

DOCUMENT = "core.json"


def describe(tables: Tables, golden: GoldenWords) -> dict[str, Any]:
    """`core.json`: parameters, widths with their bounds, memories, nodes, counts of a sample."""
    widths = tables.widths
    registers = {"sum": widths.sum, "bias": widths.bias, "current": widths.current}
    means = golden.counters.mean(axis=0)
    return {
        "format": "ssr-neuro-rtl",
        "version": 1,
        "program": tables.program.name,
        "program_sha256": program_file.fingerprint(tables.program),
        "steps": tables.program.steps,
        "parameters": tables.parameters,
        "widths": {
            name: {"bits": w.bits, "low": w.low, "high": w.high, "why": w.why}
            for name, w in registers.items()
        },
        "memories": memories(tables),
        "nodes": [
            {
                "name": node.name,
                "shape": list(node.shape),
                "order": node.order,
                "base": node.base,
                "rows": node.outer,
                "words_of_a_row": node.row_words,
            }
            for node in tables.layouts.nodes.values()
        ],
        "samples": len(golden.counters),
        "a_sample": {
            name: mean
            for name, mean in zip(COUNTERS, means.tolist(), strict=True)
            if name != "margins"
        },
        "most_cycles": int(golden.counters[:, -1].max()),
    }


def _scorer(p: dict[str, int]) -> dict[str, tuple[int, int]]:
    groups = -(-p["READOUTS"] // GROUP)
    if not p["ITEMS"]:
        return {}
    return {
        "codes of items": (p["ITEMS"] * groups, 8 * p["LANES"]),
        "biases of items": (p["ITEMS"], 32),
        "tables of sums": (groups * 256, 32 * p["LANES"]),
    }


def memories(tables: Tables) -> list[dict[str, Any]]:
    """Every memory of the core: words, bits of a word, bytes. Those of no use have one word."""
    p, lanes = tables.parameters, tables.lanes
    shapes = {
        "spikes": (p["SPIKES"], lanes),
        "weights": (p["WEIGHTS"], 8 * lanes),
        "lists": (p["LISTS"], 32),
        "accumulators": (p["SUMS"], p["SUM"] * lanes),
        "membranes": (p["STATES"], 24 * lanes),
        "currents": (p["STATES"] * p["CURRENT"], p["U"] * lanes),
        "biases": (p["BIASES"], p["BIAS"] * lanes),
        "parameters of neurons": (p["NEURONS"] * p["OWN"], 46 * lanes),
        "readouts": (p["READOUTS"], 32 * lanes),
        "commands": (p["COMMANDS"], 320),
        **_scorer(p),
    }
    return [
        {"name": name, "words": words, "bits": bits, "bytes": -(-words * bits // 8)}
        for name, (words, bits) in shapes.items()
        if words
    ]
