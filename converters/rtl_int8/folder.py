"""The folder that Verilator runs: sources, images, golden vectors, how to run them."""

from importlib.resources import files
from pathlib import Path

import converters.rtl
import converters.rtl_int8
from converters.rtl.counters import cycle_limit
from converters.rtl.folder import PARAMETERS, parameter_flags, write_images
from converters.rtl_int8.golden import Int8GoldenWords
from converters.rtl_int8.tables import Int8Tables

SHARED = ("memory.v", "ones.v", "top_ten.v")  # modules of the spiking core
BENCH = "bench.txt"


def write_sources(folder: Path) -> None:
    """`verilog/`, `bench/` and `run.sh`, as they stand in the packages."""
    own, spiking = files(converters.rtl_int8), files(converters.rtl)
    sources = [(own / "verilog" / name.name, "verilog") for name in (own / "verilog").iterdir()]
    sources += [(spiking / "verilog" / name, "verilog") for name in SHARED]
    sources += [(own / "bench" / "bench.cpp", "bench"), (spiking / "bench" / "words.h", "bench")]
    for source, part in sources:
        if source.name.endswith((".v", ".cpp", ".h")):
            (folder / part).mkdir(parents=True, exist_ok=True)
            (folder / part / source.name).write_bytes(source.read_bytes())
    script = folder / "run.sh"
    script.write_bytes((spiking / "bench" / "run.sh").read_bytes())
    script.chmod(0o755)


def write_network(folder: Path, tables: Int8Tables, golden: Int8GoldenWords) -> None:
    """What differs from network to network: images, parameters, golden vectors, bench.txt."""
    write_images(folder, tables.images, golden.files())
    (folder / PARAMETERS).write_text(parameter_flags(tables.parameters), encoding="utf-8")
    (folder / BENCH).write_text(bench_text(tables, golden), encoding="utf-8")


def bench_text(tables: Int8Tables, golden: Int8GoldenWords) -> str:
    """What the bench has to know, one fact a line. A part, for each command of a layer in order:

    first row, rows, words of a row, outputs, name; the name is last, as it may hold spaces.
    """
    facts = {
        "lanes": tables.lanes,
        "samples": len(golden.answers),
        "input_words": golden.inputs.shape[1],
        "writes": len(golden.addresses),
        "places": golden.best.shape[1],
        "cycle_limit": cycle_limit(golden.counters),
    }
    lines = [f"{key} {value}" for key, value in facts.items()]
    lines += [f"image {image.number} {image.name}.hex" for image in tables.images]
    for placed in tables.commands:
        if placed.layer is not None:
            command = placed.command
            lines.append(
                f"part {placed.row} {command['rows']} {command['outs']} {placed.layer.outputs} "
                f"{placed.layer.name}"
            )
    return "\n".join(lines) + "\n"
