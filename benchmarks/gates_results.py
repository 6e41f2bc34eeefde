"""Results of models in gates, results/gates-NAME.LIBRARY.json, by the name of the training run."""

from typing import Any

from number_regions import RESULTS, read_result

NM_45, NM_130 = "nangate45", "sky130hd"
BOUND = "≥ "  # of which a part alone is in gates
# NAME where it is not the run's.
NAMES = {"ssr-ml-1m": "ml-1m", "ssr-ml-1m-time-128-penalty-1": "ssr-ml-1m-time-128"}


def gates_result(run: str, library: str) -> dict[str, Any] | None:
    """None where it was not measured."""
    name = f"gates-{NAMES.get(run, run)}.{library}"
    return read_result(name) if (RESULTS / f"{name}.json").exists() else None


def is_part(found: dict[str, Any]) -> bool:
    """Whether products with weights alone are in gates."""
    return bool(found.get("command", {}).get("left out", "nothing") != "nothing")


def in_short(run: str) -> str:
    """Cycles, area in mm2 and energy of one recommendation at 45 nm; "" where not measured."""
    found = gates_result(run, NM_45)
    if found is None:
        return ""
    area, energy = found["total_area_um2"] / 1e6, found["total_joules"] * 1e6
    bound = BOUND if is_part(found) else ""
    return f"{bound}{found['cycles']:,} / {area:.3f} / {bound}{energy:.1f}"
