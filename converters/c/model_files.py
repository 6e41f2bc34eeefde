"""model.h and model.c: sizes, tables and items of one network."""

from dataclasses import astuple, dataclass

import numpy as np

from converters.c import text
from converters.c.pools import c_type, narrowest
from converters.c.tables import CTables, NodeRow
from ssr_neuro.errors import DoesNotFit
from ssr_neuro.evaluation.item_table import ItemTable
from ssr_neuro.program.ir import Input, Readout

TYPES = {
    "model_indices": "model_index",
    "model_biases": "model_bias",
    "model_thresholds": "int32_t",
    "model_keeps": "uint16_t",
    "model_starts": "uint32_t",
    "model_weights": "int8_t",
}


@dataclass(frozen=True, eq=False)
class Items:
    """What a recommender has beside its network. positions: N, items of a history."""

    table: ItemTable
    positions: int

    @property
    def bias_kind(self) -> type:
        kind: type = narrowest(self.table.bias, (np.int16, np.int32, np.int64))
        return kind

    @property
    def code_words(self) -> int:
        """32-bit words of an item's code."""
        return -(-int(np.prod(self.table.codes.shape[1:])) // 32)

    @property
    def flash_bytes(self) -> int:
        width = np.dtype(self.bias_kind).itemsize
        return len(self.table.codes) * (4 * self.code_words + width)


def items_of(table: ItemTable | None, positions: int, tables: CTables) -> Items | None:
    """Raises DoesNotFit where the network does not read items as an SSR does, or an id is too long.

    Ids are not shortened: two could become one.
    """
    if table is None:
        return None
    for i, one in enumerate(table.ids):
        if (size := len(one.encode())) > text.STRING_BYTES:
            raise DoesNotFit(
                f"the id of item {i + 1}, {one[:20]!r} and so on, has {size:,} bytes; a C string "
                f"has at most {text.STRING_BYTES:,}. Give the item a shorter id in the data set"
            )
    count, steps, features = table.codes.shape
    shown = (positions + positions // steps, features)
    (node,) = tables.program.inputs
    if node.shape != shown or tables.values * tables.program.steps != steps * features:
        raise DoesNotFit(
            f"{tables.program.name} reads {node.shape} and answers with {tables.values} values a "
            f"step; its {count} items show {shown}. Compile the graph without items"
        )
    return Items(table, positions)


def header(tables: CTables, items: Items | None) -> str:
    """model.h."""
    sizes = {
        "STEPS": tables.program.steps,
        "NODES": len(tables.nodes),
        "SYNAPSES": max(1, len(tables.synapses)),
        "SOURCES": max(1, len(tables.sources)),
        "GROUPS": len(tables.groups),
        "ORDER": max(1, len(tables.order)),
        "INPUT_WORDS": tables.input_words,
        "VALUES": max(1, tables.values),
        "SPIKE_WORDS": max(1, tables.memory.spike_words),
        "STATE": max(1, *tables.memory.state, 0),
        "SUMS": max(1, tables.sums),
        "ITEMS": 0 if items is None else len(items.table.codes),
    }
    if items is not None:
        sizes["POSITIONS"] = items.positions
        sizes["FEATURES"] = items.table.codes.shape[2]
        sizes["CODE_WORDS"] = items.code_words
    kinds = {
        "sum": f"uint{tables.sum_bits}_t",
        "value": f"int{tables.sum_bits}_t",
        "index": _pool_type(tables, "model_indices"),
        "bias": _pool_type(tables, "model_biases"),
    }
    if items is not None:
        kinds["item_bias"] = c_type(items.bias_kind)
    return "\n".join(
        [
            f"/* {_comment(tables.program.name)}: sizes of the network in model.c, made by "
            "ssr-compile --target c.",
            " *",
            f" * Constants: {flash_bytes(tables, items):,} bytes. Static memory: "
            f"{tables.ram_bytes:,} bytes.",
            *(f" * {line}" for line in _describe_ends(tables)),
            " */",
            "#ifndef SSR_MODEL_H",
            "#define SSR_MODEL_H",
            "",
            "#include <stdint.h>",
            "",
            *(f"#define MODEL_{name} {value}" for name, value in sizes.items()),
            "",
            *(f"typedef {kind} model_{name};" for name, kind in kinds.items()),
            "",
            "#endif",
            "",
        ]
    )


def flash_bytes(tables: CTables, items: Items | None) -> int:
    """Of all constants that the runtime reads."""
    return tables.flash_bytes + (items.flash_bytes if items is not None else 0)


def source(tables: CTables, items: Items | None) -> str:
    """model.c."""
    synapses = [(*row[:2], (0, 0), *row[2:]) for row in tables.synapses]
    parts = [
        f"/* {_comment(tables.program.name)}: made by ssr-compile --target c; see runtime.h. */",
        '#include "runtime.h"\n',
        "/* The tables hold no pointer and no gap: the same bytes on every machine. */",
        f"typedef char size_of_node[sizeof(ssr_node) == {NodeRow.BYTES} ? 1 : -1];",
        "typedef char size_of_synapse[sizeof(ssr_synapse) == 36 ? 1 : -1];\n",
        text.rows("const ssr_node model_nodes[MODEL_NODES]", map(astuple, tables.nodes)),
        text.rows("const ssr_synapse model_synapses[MODEL_SYNAPSES]", synapses or [(0,)]),
        text.rows("const ssr_source model_sources[MODEL_SOURCES]", tables.sources or [(0, 0)]),
        text.rows("const ssr_group model_groups[MODEL_GROUPS]", tables.groups),
        text.array("const uint16_t model_order[MODEL_ORDER]", np.array(tables.order or [0])),
        *(text.array(f"const {TYPES[p.name]} {p.name}[]", p.values) for p in tables.pools),
    ]
    if items is not None:
        parts += _item_tables(items)
    return "\n".join(parts)


def _item_tables(items: Items) -> list[str]:
    flat = items.table.codes.reshape(len(items.table.codes), -1)
    codes = "\n".join(f"{{{text.lines(row)}}}," for row in text.words_of(flat))
    return [
        f"const uint32_t model_codes[][MODEL_CODE_WORDS] = {{\n{codes}\n}};\n",
        text.array("const model_item_bias model_item_biases[MODEL_ITEMS]", items.table.bias),
    ]


def _pool_type(tables: CTables, name: str) -> str:
    return next(pool.c_type for pool in tables.pools if pool.name == name)


def _describe_ends(tables: CTables) -> list[str]:
    """Where each input and readout lies."""
    found = []
    for node, row in zip(tables.program.nodes, tables.nodes, strict=True):
        if isinstance(node, Input):
            found.append(f"Input {_comment(node.name)} {node.shape}: from word {row.spikes}.")
        elif isinstance(node, Readout):
            found.append(f"Readout {_comment(node.name)} {node.shape}: from value {row.value}.")
    return found


def _comment(name: str) -> str:
    """A name that cannot end the comment or the line it stands in."""
    plain = "".join(c if c.isprintable() else "?" for c in name)
    return plain.replace("*/", "* /").replace("/*", "/ *").replace("\\", "/").replace("??", "? ?")
