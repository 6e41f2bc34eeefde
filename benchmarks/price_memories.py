"""Price the accesses to memories of results/gates-NAME.LIBRARY.json again.

    python benchmarks/price_memories.py

`measure_gates.py` counts accesses in a run gate by gate and prices them; this prices them
again at the figures of today. A file stays as it is where no figure has changed.
"""

import json
from typing import Any

from number_regions import RESULTS

from converters.rtl.synthesis.sram import SramModel, sram_of

VOLTAGES = {"nangate45": 1.1, "sky130hd": 1.8}
# Name of a memory in the netlist -> in core.json.
NAMES = {
    "activation": "activations",
    "bias": "biases",
    "code": "codes of items",
    "command": "commands",
    "item": "items",
    "list": "lists",
    "membrane": "membranes",
    "parameter": "parameters of outputs",
    "readout": "readouts",
    "score_bias": "biases of items",
    "spike": "spikes",
    "sum": "accumulators",
    "table": "tables of sums",
    "weight": "weights",
}
LANES = 8
BY_LANE = ("table",)  # a memory in every lane


def main() -> None:
    for path in sorted(RESULTS.glob("gates-*.*.json")):
        found = json.loads(path.read_text())
        model = sram_of(VOLTAGES[path.stem.rpartition(".")[2]])
        if model is None or "memories" not in found:
            continue
        again = priced(found, model)
        if again != found:
            path.write_text(json.dumps(again, indent=1) + "\n")
            print(path)


def priced(found: dict[str, Any], model: SramModel) -> dict[str, Any]:
    """The result with its memories at the prices of `model`; keys stay in their order."""
    memories = {memory["name"]: memory for memory in found["memories"]}
    joules, small = {}, 0.0
    for name, accesses in found["accesses"].items():
        memory, parts = memories[NAMES[name]], LANES if name in BY_LANE else 1
        size = memory["bytes"] / parts
        joules[name] = accesses * (memory["bits"] / parts) * model.bit_j(size)
        small += joules[name] if size < min(model.sizes.values()) else 0
    total = found["logic_joules"] + sum(joules.values())
    known = {"memory_joules": joules, "small_memory_joules": small, "total_joules": total}
    return {**found, **known, "sram": model.chip}


if __name__ == "__main__":
    main()
