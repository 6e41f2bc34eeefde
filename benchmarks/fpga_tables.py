"""The table of the core on a ULX3S board, of what measure_fpga.py wrote: results/fpga-NAME.json."""

from collections.abc import Callable
from typing import Any

from model_figures import markdown_table
from number_regions import RESULTS, read_result

ROWS = {
    "demo-1": "the demo, 1 lane",
    "demo": "the demo, 8 lanes",
    "ml-1m": "the paper's SSR on ML-1M, 8 lanes",
}
HEADS = (
    "",
    "the smallest ECP5 that holds it",
    "LUTs",
    "flip-flops",
    "block RAMs",
    "multipliers",
    "MHz reached",
    "cycles, mean of 4 samples",
    "at 25 MHz, ms",
)


def fpga_table() -> str:
    """What each takes, the clock it reaches, and how long a recommendation takes on the board."""
    measured = [name for name in ROWS if (RESULTS / f"fpga-{name}.json").exists()]
    rows = [_row(ROWS[name], read_result(f"fpga-{name}")) for name in measured]
    return markdown_table(list(HEADS), rows)


def _row(title: str, found: dict[str, Any]) -> list[str]:
    of = found["of"]
    return [
        title,
        found["device"],
        f"{found['luts']:,} of {of['luts']:,}",
        f"{found['flip_flops']:,}",
        f"{found['block_rams']} of {of['block_rams']}",
        f"{found['multipliers']} of {of['multipliers']}",
        *_timed(found),
    ]


def _timed(found: dict[str, Any]) -> list[str]:
    """The clock, cycles and milliseconds of what was placed."""
    if "reached_mhz" not in found:
        return ["not placed", "", ""]
    if "does_not_fit" in found:
        return [
            f"{found['reached_mhz']:.1f}, too slow for the board",
            f"{found['cycles']:,.0f}",
            "",
        ]
    milliseconds = found["cycles"] / found["board_mhz"] / 1e3
    return [f"{found['reached_mhz']:.1f}", f"{found['cycles']:,.0f}", f"{milliseconds:.1f}"]


TABLES: dict[str, Callable[[], str]] = {"fpga": fpga_table}
