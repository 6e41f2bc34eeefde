"""golden.h and golden.c: what a build must reproduce, and ids.h, ids.c: names of the items."""

import numpy as np

from converters.c import text
from converters.c.memory import words
from converters.c.tables import CTables
from ssr_neuro.evaluation.item_table import ItemTable
from ssr_neuro.program.arrays import IntArray
from ssr_neuro.program.ir import Population
from ssr_neuro.program.trace import Trace

HEADER = """/* Golden samples; -DGOLDEN_SAMPLES=2 keeps the first two, where memory is short. */
#ifndef SSR_GOLDEN_H
#define SSR_GOLDEN_H

#include "model.h"

#ifndef GOLDEN_SAMPLES
#define GOLDEN_SAMPLES {samples}
#endif
#if GOLDEN_SAMPLES < 1 || GOLDEN_SAMPLES > {samples}
#error "GOLDEN_SAMPLES: golden.c holds {samples} samples"
#endif
#define GOLDEN_WORDS {words}
{top}
extern const char *const model_names[MODEL_NODES];
extern const uint32_t golden_first_word[MODEL_NODES];
extern const uint32_t golden_spikes[GOLDEN_SAMPLES][MODEL_STEPS * GOLDEN_WORDS];
extern const model_value golden_values[GOLDEN_SAMPLES][MODEL_STEPS * MODEL_VALUES];
{inputs}

#endif
"""
FROM_SPIKES = (
    "extern const uint32_t golden_stimulus[GOLDEN_SAMPLES][MODEL_STEPS * MODEL_INPUT_WORDS];"
)
FROM_ITEMS = (
    "extern const uint32_t golden_history[GOLDEN_SAMPLES][MODEL_POSITIONS];\n"
    "extern const uint32_t golden_top[GOLDEN_SAMPLES][GOLDEN_TOP];"
)


def header(tables: CTables, trace: Trace, top: IntArray | None) -> str:
    """golden.h. top: items that rank first, (samples, k)."""
    return HEADER.format(
        samples=trace.samples,
        words=max(1, sum(_spike_words(tables))),
        top="" if top is None else f"#define GOLDEN_TOP {top.shape[1]}\n",
        inputs=FROM_SPIKES if top is None else FROM_ITEMS,
    )


def source(tables: CTables, trace: Trace, sequences: IntArray | None, top: IntArray | None) -> str:
    """golden.c. sequences, top: of a recommender, items from 1."""
    per_node = _spike_words(tables)
    first = np.cumsum([0, *per_node])[:-1]
    samples = range(trace.samples)
    parts = [
        '/* Made by ssr-compile --target c; test.c compares with it. */\n#include "golden.h"\n',
        # Only the message of a failure shows them, so that a long one may lose its end.
        text.strings("const char *const model_names[MODEL_NODES]", map(text.shorten, tables.names)),
        text.array("const uint32_t golden_first_word[MODEL_NODES]", first),
        _by_sample(
            "uint32_t golden_spikes[GOLDEN_SAMPLES][MODEL_STEPS * GOLDEN_WORDS]",
            [_spikes(tables, trace, n) for n in samples],
        ),
        _by_sample(
            "model_value golden_values[GOLDEN_SAMPLES][MODEL_STEPS * MODEL_VALUES]",
            [_values(tables, trace, n) for n in samples],
        ),
    ]
    if sequences is None or top is None:
        wide = "uint32_t golden_stimulus[GOLDEN_SAMPLES][MODEL_STEPS * MODEL_INPUT_WORDS]"
        parts.append(_by_sample(wide, [_stimulus(tables, trace, n) for n in samples]))
    else:
        read = "uint32_t golden_history[GOLDEN_SAMPLES][MODEL_POSITIONS]"
        parts.append(_by_sample(read, list(sequences)))
        parts.append(_by_sample("uint32_t golden_top[GOLDEN_SAMPLES][GOLDEN_TOP]", list(top)))
    return "\n".join(parts)


def id_files(table: ItemTable) -> dict[str, str]:
    """ids.h and ids.c: what the data set calls each item."""
    return {
        "ids.h": (
            "/* What the data set calls item i + 1. */\n#ifndef SSR_IDS_H\n#define SSR_IDS_H\n\n"
            '#include "model.h"\n\nextern const char *const model_ids[MODEL_ITEMS];\n\n#endif\n'
        ),
        "ids.c": '#include "ids.h"\n\n'
        + text.strings("const char *const model_ids[MODEL_ITEMS]", table.ids),
    }


def _by_sample(declaration: str, samples: list[IntArray]) -> str:
    """Each sample under a condition of its own, so that fewer can be kept."""
    body = "\n".join(
        f"#if GOLDEN_SAMPLES > {n}\n{{\n{text.lines(values)}\n}},\n#endif"
        for n, values in enumerate(samples)
    )
    return f"const {declaration} = {{\n{body}\n}};\n"


def _spike_words(tables: CTables) -> list[int]:
    """Words of a step's golden spikes by node; of populations alone."""
    nodes = tables.program.nodes
    return [words(node.shape) if isinstance(node, Population) else 0 for node in nodes]


def _spikes(tables: CTables, trace: Trace, sample: int) -> IntArray:
    steps = tables.program.steps
    found = [
        text.words_of(trace.spikes[p.name][sample].reshape(steps, -1))
        for p in tables.program.populations
    ]
    return np.concatenate(found, axis=1) if found else np.zeros((steps, 1), np.uint32)


def _stimulus(tables: CTables, trace: Trace, sample: int) -> IntArray:
    steps = tables.program.steps
    inputs = [trace.inputs[node.name][sample] for node in tables.program.inputs]
    return np.concatenate([text.words_of(x.reshape(steps, -1)) for x in inputs], axis=1)


def _values(tables: CTables, trace: Trace, sample: int) -> IntArray:
    steps = tables.program.steps
    found = [trace.readouts[r.name][sample].reshape(steps, -1) for r in tables.program.readouts]
    return np.concatenate(found, axis=1) if found else np.zeros((steps, 1), np.int64)
