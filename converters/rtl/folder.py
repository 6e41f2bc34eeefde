"""The folder that a simulator of Verilog runs: sources, images, golden vectors, how to run them."""

from collections.abc import Iterable, Mapping
from importlib.resources import files
from pathlib import Path

import converters.rtl
from converters.rtl.counters import cycle_limit
from converters.rtl.golden import GoldenWords
from converters.rtl.tables import MemoryImage, Tables
from ssr_neuro.files.names import in_one_line
from ssr_neuro.program.ir import Node

BENCH = "bench.txt"
PARAMETERS = "parameters.txt"
SIZES = "sizes.txt"


def write_sources(folder: Path) -> None:
    """`verilog/`, `bench/`, `fpga/`, `driver/` and `run.sh`, as they stand in the package."""
    for part in ("verilog", "bench", "fpga", "driver"):
        (folder / part).mkdir(parents=True)
        for source in sorted((files(converters.rtl) / part).iterdir(), key=lambda x: x.name):
            if source.name.endswith((".v", ".cpp", ".c", ".h", ".lpf", ".sh")):
                path = folder / part / source.name
                path.write_bytes(source.read_bytes())
                path.chmod(0o755 if path.suffix == ".sh" else 0o644)
    (folder / "bench" / "run.sh").rename(folder / "run.sh")


def write_network(folder: Path, tables: Tables, golden: GoldenWords) -> None:
    """What differs from network to network: images, parameters, golden vectors, bench.txt."""
    write_images(folder, tables.images, golden.files())
    (folder / PARAMETERS).write_text(parameter_flags(tables.parameters), encoding="utf-8")
    (folder / BENCH).write_text(bench_text(tables, golden), encoding="utf-8")
    (folder / SIZES).write_text(parameter_flags(bench_sizes(tables, golden)), encoding="utf-8")


def write_images(folder: Path, images: Iterable[MemoryImage], golden: Mapping[str, str]) -> None:
    """`images/` and `golden/`, which are not there yet. golden: text by file name."""
    (folder / "images").mkdir(parents=True)
    (folder / "golden").mkdir()
    for image in images:
        (folder / "images" / f"{image.name}.hex").write_text(image.hex, encoding="utf-8")
    for name, text in golden.items():
        (folder / "golden" / name).write_text(text, encoding="utf-8")


def parameter_flags(parameters: dict[str, int]) -> str:
    """As options of Verilator, one a line."""
    return "".join(f"-G{name}={value}\n" for name, value in parameters.items())


def bench_sizes(tables: Tables, golden: GoldenWords) -> dict[str, int]:
    """Parameters that `bench/bench.v` has beside those of the core."""
    layouts = tables.layouts
    return {
        "SAMPLES": len(golden.spikes),
        "STEPS": tables.program.steps,
        "SPIKE_WORDS": layouts.spike_words,
        "READOUT_WORDS": max(1, layouts.readout_words),
        "INPUT_WORDS": sum(layouts.nodes[i.name].words for i in tables.program.inputs),
        "CYCLE_LIMIT": cycle_limit(golden.counters),
        "PLACES": golden.best.shape[1],
    }


def bench_text(tables: Tables, golden: GoldenWords) -> str:
    """What the bench has to know, one fact a line. A node: kind, base, outer, inner, words of a

    row, order, shape, name; the name is last, as it may hold spaces.
    """
    samples = len(golden.spikes)
    facts = {
        "lanes": tables.lanes,
        "steps": tables.program.steps,
        "samples": samples,
        "spike_words": tables.layouts.spike_words,
        "readout_words": tables.layouts.readout_words,
        "cycle_limit": cycle_limit(golden.counters),
        "places": golden.best.shape[1],
    }
    lines = [f"{key} {value}" for key, value in facts.items()]
    lines += [f"image {image.number} {image.name}.hex" for image in tables.images]
    program = tables.program
    kinds: dict[str, tuple[Node, ...]] = {
        "input": program.inputs,
        "population": program.populations,
        "readout": program.readouts,
    }
    for kind, nodes in kinds.items():
        for node in nodes:
            at = tables.layouts.nodes[node.name]
            shape = "x".join(map(str, node.shape))
            lines.append(
                f"node {kind} {at.base} {at.outer} {at.inner} {at.row_words} {at.order} {shape} "
                f"{in_one_line(node.name)}"
            )
    return "\n".join(lines) + "\n"
