"""README.md of an exported folder, for whoever puts it on a device."""

from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from converters.c import handoff
from converters.c.model_files import Items
from converters.c.tables import CTables
from ssr_neuro.files.names import markdown_text
from ssr_neuro.program.trace import Trace

USE_ITEMS = "$ make && ./main ID ID ID\n(ten lines: rank, item, score)"
USE_SPIKES = "$ make && ./main < spikes.txt\n(one line of readouts for each step)"
CALL_SPIKES = """\
#include "runtime.h"

static uint32_t stimulus[MODEL_STEPS * MODEL_INPUT_WORDS]; /* one bit per input neuron and step */
static model_value values[MODEL_STEPS * MODEL_VALUES];     /* the readouts of each step */

ssr_run(stimulus, values, 0);"""
CALL_ITEMS = """\
#include "runtime.h"

static uint32_t stimulus[MODEL_STEPS * MODEL_INPUT_WORDS];
static model_value values[MODEL_STEPS * MODEL_VALUES];
uint32_t history[] = {17, 4, 256}; /* items from 1, the newest last */
ssr_hit best[10];

ssr_show(history, 3, stimulus);
ssr_run(stimulus, values, 0);
ssr_top(values, 10, best); /* best[0].item ranks first; of equal scores the lower item */"""


def readme(tables: CTables, items: Items | None, trace: Trace, found: Mapping[str, Any]) -> str:
    """found: what `report.json` holds."""
    ranks = items is not None
    summary = tables.program.summary()
    sizes = {**found["flash_bytes"], **found["ram_bytes"]}
    rows = [f"| {what} | {n:,} |" for what, n in sizes.items() if n is not None]
    passes = next(iter(found["checked"].values()))
    template = (files(handoff) / "README.md").read_text(encoding="utf-8")
    return template.format(
        name=markdown_text(tables.program.name),
        steps=summary["steps"],
        neurons=f"{summary['neurons']:,}",
        and_items=", items as bits" if ranks else "",
        main="main.c" + ("`, `ids.h`, `ids.c" if ranks else ""),
        main_is="a history in, the top 10 out" if ranks else "spikes in, readouts out",
        samples=trace.samples,
        and_top=", every top 10" if ranks else "",
        passes=passes if passes.startswith("PASS") else "PASS: ...",
        use=USE_ITEMS if ranks else USE_SPIKES,
        memory="\n".join(rows),
        caller=f"{found['caller_bytes']:,}",
        call=CALL_ITEMS if ranks else CALL_SPIKES,
        checked="\n".join(f"- {where}: {line}" for where, line in found["checked"].items()),
    )
