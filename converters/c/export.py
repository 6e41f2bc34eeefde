"""Write a Program as a folder of C, build it, run its golden samples, and measure it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from converters.c import golden_files, handoff, model_files, readme, toolchain
from converters.c.model_files import Items, flash_bytes
from converters.c.tables import CTables, build
from converters.c.toolchain import ARM_REMEDY, SANITIZE, RuntimeSize, Toolchain
from ssr_neuro.evaluation.item_table import ItemTable
from ssr_neuro.native import compiler
from ssr_neuro.program.arrays import IntArray
from ssr_neuro.program.ir import IntegerProgram
from ssr_neuro.program.trace import Trace
from ssr_neuro.ranking import PackedItems
from ssr_neuro.stopwatch import Stopwatch

AS_THEY_ARE = ("runtime.h", "runtime.c", "test.c")
UNBUILT = (
    f"not built, there is no C compiler here; {compiler.REMEDY}, or run `make check` elsewhere"
)
TOP = 10


@dataclass(frozen=True, eq=False)
class CRecommender:
    """What a recommender has beside its network. sequences: items (samples, N), 0 the pad."""

    table: ItemTable
    sequences: IntArray


def export(
    program: IntegerProgram,
    trace: Trace,
    recommender: CRecommender | None,
    folder: Path,
    watch: Stopwatch,
) -> Mapping[str, Any]:
    """Fill `folder`; returns what was measured and checked. trace: what the C must reproduce.

    Raises DoesNotFit that names what cannot be held, Mismatch at the first value that differs,
    BackendFailed where a compiler refuses what was written. Without a compiler nothing is run, and
    the result says so.
    """
    with watch.step("write C"):
        tables = build(program)
        table = None if recommender is None else recommender.table
        length = 0 if recommender is None else recommender.sequences.shape[1]
        items = model_files.items_of(table, length, tables)
        _write(tables, items, trace, recommender, folder)
    here, arm = toolchain.here(), toolchain.arm()
    checked = _check(here, arm, folder, watch)
    found = _report(tables, items, checked, here, arm, folder)
    (folder / "report.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    (folder / "README.md").write_text(readme.readme(tables, items, trace, found), encoding="utf-8")
    return found


def _write(
    tables: CTables,
    items: Items | None,
    trace: Trace,
    recommender: CRecommender | None,
    folder: Path,
) -> None:
    best = sequences = None
    written = {
        "model.h": model_files.header(tables, items),
        "model.c": model_files.source(tables, items),
        **{name: _handed(name) for name in AS_THEY_ARE},
    }
    if recommender is None:
        written["main.c"] = _handed("main_spikes.c")
    else:
        (readouts,) = trace.readouts.values()
        packed = PackedItems.of(recommender.table.codes, recommender.table.bias)
        best = packed.top(readouts, min(TOP, packed.items)).rows + 1
        sequences = recommender.sequences
        written["main.c"] = _handed("main_items.c")
        written |= golden_files.id_files(recommender.table)
    written["golden.h"] = golden_files.header(tables, trace, best)
    written["golden.c"] = golden_files.source(tables, trace, sequences, best)
    main = "main.c" if recommender is None else "main.c ids.c"
    written["Makefile"] = _handed("Makefile").replace("@MAIN@", main)
    for name, content in written.items():
        (folder / name).write_text(content, encoding="utf-8")


def _handed(name: str) -> str:
    return (files(handoff) / name).read_text(encoding="utf-8")


def _check(
    here: Toolchain | None, arm: Toolchain | None, folder: Path, watch: Stopwatch
) -> dict[str, str]:
    """What each build of the golden samples said, by where and how it ran."""
    if here is None:
        return {"this machine": UNBUILT}
    checked = {}
    with watch.step("build the C, compare all spikes"):
        checked["this machine"] = here.check(folder, "-O2")
    with watch.step("the same under sanitizers"):
        checked["with sanitizers"] = (
            here.check(folder, "-O1", *SANITIZE)
            if here.can_sanitize()
            else f"not run, {here.command[0]} has no sanitizers here; `make verify` elsewhere"
        )
    if arm is None:
        return {**checked, "32-bit ARM": f"not run, it needs its compiler and qemu; {ARM_REMEDY}"}
    with watch.step("the same on 32-bit ARM in qemu"):
        checked[arm.title] = arm.check(folder, "-Os")
    return checked


def _report(
    tables: CTables,
    items: Items | None,
    checked: dict[str, str],
    here: Toolchain | None,
    arm: Toolchain | None,
    folder: Path,
) -> dict[str, Any]:
    measured = {chain.title: chain.measure(folder) for chain in (here, arm) if chain is not None}
    size = measured.get("32-bit ARM") or measured.get("this machine") or RuntimeSize(0)
    of = "32-bit ARM" if "32-bit ARM" in measured else "this machine"
    flash = {"flash: constants": flash_bytes(tables, items)}
    if size.code_bytes:
        flash[f"flash: code of runtime.c, -Os, {of}"] = size.code_bytes
    ram = {"RAM: static": tables.ram_bytes}
    if size.stack_bytes is not None:
        ram[f"RAM: stack, at most, {of}"] = size.stack_bytes
    words = tables.input_words * 4 + tables.values * tables.sum_bits // 8
    return {
        "program": tables.program.name,
        "neurons": tables.program.summary()["neurons"],
        "steps": tables.program.steps,
        "items": 0 if items is None else len(items.table.codes),
        "flash_bytes": flash,
        "ram_bytes": ram,
        "caller_bytes": words * tables.program.steps,
        "checked": checked,
    }
